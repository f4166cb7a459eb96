//! Scripts of a wheel, whose first line names the interpreter.

use bartizan_formats::contents::unix_lines;

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "script",
    title: "a script with another first line, which installers write anew",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if !case.path.contains(".data/scripts/") {
        return None;
    }
    let own = body(case.text()?)?;
    let source = &case.world.source;
    let mut places = source.named(case.name());
    let same = places.find(|path| source.text(path).and_then(body) == Some(own.clone()))?;
    Verdict::explained(format!("`{same}` with another first line"))
}

/// A script without its first line, which must name an interpreter.
fn body(text: &[u8]) -> Option<Vec<u8>> {
    let text = unix_lines(text).unwrap_or_else(|| text.to_vec());
    let rest = text.strip_prefix(b"#!")?;
    let end = rest.iter().position(|it| *it == b'\n')?;
    rest.get(end..).map(<[u8]>::to_vec)
}
