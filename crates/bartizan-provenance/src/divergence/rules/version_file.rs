//! Files with the version that a build writes: they may hold data and nothing else.

use bartizan_formats::python_code::plain::{VERSION_FILE, is_plain};

use super::{Case, Rule, Verdict};
use crate::divergence::side::installed_path;

pub(super) static RULE: Rule = Rule {
    id: "version-file",
    title: "a file with the version, which the build writes and which does nothing",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let path = installed_path(case.path);
    let written = &case.world.config.written;
    let is_stated = written
        .iter()
        .any(|it| it == path || it.ends_with(&format!("/{path}")));
    let stem = case.name().rsplit_once('.').map_or(case.name(), |it| it.0);
    let is_named = stem.to_ascii_lowercase().contains("version");
    if !is_stated && !is_named {
        return None;
    }
    let text = case.utf8()?;
    let is_data = match case.name().rsplit_once('.') {
        Some((_, "py" | "pyi")) => is_plain(text, &VERSION_FILE),
        _ => {
            let release = case.world.question.release?;
            release.is_version(text.trim())
        }
    };
    if !is_data {
        return is_stated.then(|| Verdict::Unexplained {
            rank: None,
            message: "is a file with the version that the build writes, and does more than hold it"
                .to_owned(),
        });
    }
    let release = case.world.question.release?;
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let mut words = words.filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    match words.any(|word| release.is_version(word)) {
        true => Verdict::explained("holds the version and does nothing"),
        false => is_stated.then(|| Verdict::Unexplained {
            rank: None,
            message: format!("does not hold the version {}", release.version),
        }),
    }
}
