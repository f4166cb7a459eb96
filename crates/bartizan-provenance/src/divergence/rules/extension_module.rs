//! A package that is one module of machine code: maturin writes its `__init__.py` and puts the stub of the module there.

use super::{Case, Rule, Verdict};
use crate::divergence::{is_same, side::installed_path};

pub(super) static RULE: Rule = Rule {
    id: "extension-module",
    title: "the file that gives on what a module of machine code has, and its stub",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.counterpart.is_some() {
        return None;
    }
    let path = installed_path(case.path);
    let (folder, name) = path.rsplit_once('/')?;
    match name {
        "__init__.py" => {
            let module = given_on(case.utf8()?)?;
            Verdict::explained(format!("gives on what `{module}` beside it has"))
        }
        "__init__.pyi" => {
            let source = &case.world.source;
            let stub = format!("{}.pyi", folder.rsplit('/').next()?);
            let mut places = source.named(&stub);
            let place =
                places.find(|it| source.facts(it).is_some_and(|it| is_same(it, case.facts)))?;
            Verdict::explained(format!("`{place}` of the source"))
        }
        _ => None,
    }
}

/// The module beside it of which a text gives everything on and does nothing else.
fn given_on(text: &str) -> Option<&str> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let module = lines.next()?.strip_prefix("from .")?;
    let module = module.strip_suffix(" import *")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if module.is_empty() || !module.chars().all(is_name) {
        return None;
    }
    let expected = [
        format!("__doc__ = {module}.__doc__"),
        format!("if hasattr({module}, \"__all__\"):"),
        format!("__all__ = {module}.__all__"),
    ];
    lines
        .eq(expected.iter().map(String::as_str))
        .then_some(module)
}

#[cfg(test)]
mod tests {
    use super::given_on;

    #[test]
    fn only_what_gives_on_and_does_nothing_else() {
        let written = "from .lab import *\n\n__doc__ = lab.__doc__\nif hasattr(lab, \"__all__\"):\n    __all__ = lab.__all__";
        assert_eq!(given_on(written), Some("lab"));
        for other in [
            format!("{written}\nimport os\n"),
            written.replace("from .lab", "from .lab.part"),
            written.replace("from .lab", "from lab"),
            written.replace("lab.__all__", "run()"),
            "from .lab import *".to_owned(),
            String::new(),
        ] {
            assert_eq!(given_on(&other), None, "{other}");
        }
    }
}
