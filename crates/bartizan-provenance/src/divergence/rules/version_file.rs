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
    let release = case.world.question.release?;
    let is_python = matches!(case.name().rsplit_once('.'), Some((_, "py" | "pyi")));
    let is_data = if is_python {
        is_plain(text, &VERSION_FILE)
    } else {
        release.is_version(text.trim())
    };
    if !is_data {
        return is_stated.then(|| Verdict::Unexplained {
            rank: None,
            message: "is a file with the version that the build writes, and does more than hold it"
                .to_owned(),
        });
    }
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let mut words = words.filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    if words.any(|word| release.is_version(word)) {
        return Verdict::explained("holds the version and does nothing");
    }
    is_stated.then(|| Verdict::Unexplained {
        rank: None,
        message: format!("does not hold the version {}", release.version),
    })
}
