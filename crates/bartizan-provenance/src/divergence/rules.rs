//! The rules that say why a file of an artifact differs from its source, or is not there: one file each, asked in order.
//!
//! A rule that has nothing to say of a file gives nothing. A rule of a build backend looks at what the backend writes, not at
//! its name alone.

mod archived;
mod autotools;
mod built;
mod egg_info;
mod entry_points;
mod extension_module;
mod generated;
mod line_ends;
mod metadata;
mod moved;
mod pointer;
mod reformatted;
mod script;
mod setup_cfg;
mod setup_py;
mod submodule;
mod template;
mod translations;
mod version_file;
mod wheel_files;

use bartizan_formats::contents::FileFacts;

pub(super) use self::{autotools::is_autotools, template::ENDINGS as TEMPLATE_ENDINGS};
use super::{Rank, World, is_same};

/// The id of the rule of machine code.
pub(super) const BUILT: &str = "built";

/// A rule.
pub struct Rule {
    /// Its stable name.
    pub id: &'static str,
    /// What it is about, in one line.
    pub title: &'static str,
    /// What it says of a file that is not the same in the source.
    pub(super) judge: fn(&Case<'_>) -> Option<Verdict>,
}

/// What a rule says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as it should.
    Explained(String),
    /// Nobody can tell.
    Uncompared {
        why: String,
        /// Whether it could be told if something were at hand.
        is_missing: bool,
    },
    /// It is not as it should.
    Unexplained {
        /// Its rank, where that is not the one of its name.
        rank: Option<Rank>,
        message: String,
    },
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "they are the last word of rules, which may have none"
)]
impl Verdict {
    fn explained(how: impl Into<String>) -> Option<Self> {
        Some(Self::Explained(how.into()))
    }

    fn unexplained(message: impl Into<String>) -> Option<Self> {
        Some(Self::Unexplained {
            rank: None,
            message: message.into(),
        })
    }

    fn uncompared(why: impl Into<String>) -> Option<Self> {
        Some(Self::Uncompared {
            why: why.into(),
            is_missing: false,
        })
    }
}

/// Every rule, in the order in which they are asked.
pub static ALL: &[&Rule] = &[
    &submodule::RULE,
    &line_ends::RULE,
    &wheel_files::RULE,
    &metadata::RULE,
    &entry_points::RULE,
    &egg_info::RULE,
    &setup_cfg::RULE,
    &script::RULE,
    &pointer::RULE,
    &moved::RULE,
    &extension_module::RULE,
    &archived::RULE,
    &version_file::RULE,
    &template::RULE,
    &reformatted::RULE,
    &translations::RULE,
    &setup_py::RULE,
    &autotools::RULE,
    &built::RULE,
    &generated::RULE,
];

/// A file of the artifact that is not the same in the source.
pub(super) struct Case<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) path: &'a str,
    pub(super) facts: &'a FileFacts,
    /// The file of the source that it was made of, by its place.
    pub(super) counterpart: Option<&'a str>,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        world: &'a World<'a>,
        path: &'a str,
        facts: &'a FileFacts,
        counterpart: Option<&'a str>,
    ) -> Self {
        Self {
            world,
            path,
            facts,
            counterpart,
        }
    }

    /// The last part of its name.
    pub(super) fn name(&self) -> &'a str {
        super::side::file_name(self.path)
    }

    /// Its bytes, where they are at hand.
    pub(super) fn text(&self) -> Option<&'a [u8]> {
        let texts = self.world.question.artifact.texts;
        texts.get(self.path)?.as_ref().ok().map(Vec::as_slice)
    }

    /// The same as text.
    fn utf8(&self) -> Option<&'a str> {
        std::str::from_utf8(self.text()?).ok()
    }

    /// The bytes of its counterpart.
    pub(super) fn source_text(&self) -> Option<&'a [u8]> {
        self.world.source.text(self.counterpart?)
    }

    fn source_facts(&self) -> Option<&'a FileFacts> {
        self.world.source.facts(self.counterpart?)
    }

    /// Whether it and its counterpart are the same. A link may have become the file that it led to.
    pub(super) fn is_same(&self) -> bool {
        let Some(facts) = self.source_facts() else {
            return false;
        };
        if is_same(self.facts, facts) {
            return true;
        }
        let behind = self.counterpart.and_then(|it| self.world.source.behind(it));
        let behind = behind.and_then(|it| self.world.source.facts(it));
        facts.link.is_some()
            && self.facts.link.is_none()
            && behind.is_some_and(|it| is_same(self.facts, it))
    }

    pub(super) fn became_executable(&self) -> bool {
        let of_source = self.source_facts().and_then(|it| it.is_executable);
        self.facts.is_executable == Some(true) && of_source == Some(false)
    }

    pub(super) fn rank(&self) -> Rank {
        let head = self.text().unwrap_or_default();
        Rank::of(self.path, self.facts.is_binary == Some(true), head)
    }

    /// Whether a rule might have explained it, had its counterpart been at hand.
    pub(super) fn is_undecided(&self) -> bool {
        let counterpart = self.counterpart;
        counterpart.is_some_and(|it| self.world.source.why_not(it).is_some())
    }

    /// What is wrong where no rule says it.
    pub(super) fn difference(&self) -> String {
        let Some(counterpart) = self.counterpart else {
            return "is not in the source".to_owned();
        };
        if self.facts.link.is_some() != self.source_facts().is_some_and(|it| it.link.is_some()) {
            return format!("`{counterpart}` of the source is a link, or this is");
        }
        if let Some(why) = self.world.source.why_not(counterpart) {
            return format!("differs from `{counterpart}` of the source; {why}");
        }
        match (self.utf8(), self.source_text().map(std::str::from_utf8)) {
            (Some(own), Some(Ok(others))) => {
                let (line, count) = first_difference(own, others);
                format!(
                    "differs from `{counterpart}` of the source from line {line} on, {count} lines are not in it"
                )
            }
            _ => format!("differs from `{counterpart}` of the source"),
        }
    }
}

/// The first line that differs, and how many lines of the one are nowhere in the other.
fn first_difference(own: &str, others: &str) -> (usize, usize) {
    let mut pairs = own.lines().zip(others.lines());
    let same = pairs.position(|(own, others)| own != others);
    let shorter = own.lines().count().min(others.lines().count());
    let known: std::collections::BTreeSet<&str> = others.lines().collect();
    let new = own.lines().filter(|line| !known.contains(line)).count();
    (same.unwrap_or(shorter) + 1, new)
}
