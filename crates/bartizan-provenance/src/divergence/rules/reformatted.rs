//! TOML that a tool wrote again: the same values in another form.

use bartizan_formats::build_config::is_same_toml;

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "reformatted",
    title: "a file of TOML that says the same in another form",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    case.name().strip_suffix(".toml")?;
    let theirs = std::str::from_utf8(case.source_text()?).ok()?;
    is_same_toml(case.utf8()?, theirs)
        .then(|| Verdict::Explained("says the same in another form".to_owned()))
}
