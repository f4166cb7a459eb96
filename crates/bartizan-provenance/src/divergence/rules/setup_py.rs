//! A `setup.py` that a backend writes for old installers: it may hand data to setuptools and nothing else.

use bartizan_formats::{
    build_config::Backend,
    python_code::plain::{SETUP_FILE, is_plain},
};

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "setup-py",
    title: "a `setup.py` that a backend writes for old installers and that does nothing else",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let backend = case.world.config.backend;
    let writes = matches!(backend, Backend::Poetry | Backend::Flit | Backend::Pdm);
    if case.path != "setup.py" || case.counterpart.is_some() || !writes {
        return None;
    }
    if is_plain(case.utf8()?, &SETUP_FILE) {
        return Verdict::explained("hands data to setuptools and does nothing else");
    }
    Verdict::unexplained("is not in the source and does more than hand data to setuptools")
}
