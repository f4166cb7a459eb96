//! What is said of a change, whatever the format.

use bartizan_model::{problem::Problem, severity::SeverityLevel};
use bartizan_review::{Entry, Report, capability::Gained};

use super::{
    aside::{self, Aside, Idle, Laying},
    assistant::Words,
    newness::Newness,
    people::PeopleTold,
};
use crate::{error::Failure, exit::Exit, render::words};

/// What is said of a change.
pub(super) struct ReviewReport<'r> {
    /// The most important first.
    pub(super) told: Vec<Told<'r>>,
    /// What functions may newly do.
    pub(super) capabilities: Vec<Gained>,
    /// Whether more functions do than are told.
    pub(super) has_more_capabilities: bool,
    /// What the project never or seldom did, where it was learnt.
    pub(super) newness: Option<Newness>,
    /// What should set something aside and does not.
    pub(super) idle: Vec<Idle>,
    /// What the history says of the people around it, where that is asked for.
    pub(super) people: Option<PeopleTold>,
    /// What an assistant says, where one is asked.
    pub(super) words: Option<Words>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
    /// From which severity an entry counts.
    pub(super) threshold: SeverityLevel,
    files: usize,
    is_cut: bool,
}

/// One entry.
pub(super) struct Told<'r> {
    pub(super) entry: Entry<'r>,
    /// Why it is set aside.
    pub(super) aside: Option<Aside>,
}

impl<'r> ReviewReport<'r> {
    pub(super) fn new(
        laying: &Laying<'_>,
        mut report: Report<'r>,
        fail_on: Option<SeverityLevel>,
    ) -> Result<Self, Failure> {
        let (told, idle) = aside::lay(laying, &mut report)?;
        Ok(Self {
            told,
            idle,
            capabilities: report.capabilities,
            has_more_capabilities: report.has_more_capabilities,
            newness: None,
            people: None,
            words: None,
            problems: report.problems,
            threshold: fail_on.unwrap_or(laying.ctx.settings.fail_on),
            files: report.files,
            is_cut: report.is_cut,
        })
    }

    /// Those that nothing sets aside.
    pub(super) fn live(&self) -> impl Iterator<Item = &Told<'r>> {
        self.told.iter().filter(|it| it.aside.is_none())
    }

    /// Whether an entry reaches the threshold.
    pub(super) fn counts(&self, told: &Told<'_>) -> bool {
        told.aside.is_none() && told.entry.severity >= self.threshold
    }

    pub(super) fn exit(&self) -> Exit {
        if !self.problems.is_empty() || self.is_cut {
            return Exit::Data;
        }
        if self.told.iter().any(|it| self.counts(it)) {
            return Exit::Findings;
        }
        Exit::Clean
    }

    /// What is counted, in one sentence.
    pub(super) fn summary(&self) -> String {
        let count = self.told.iter().filter(|it| self.counts(it)).count();
        let ignored = self.told.len() - self.live().count();
        let mut text = format!(
            "{}; {} introduced, {count} at or above {}.",
            words::count(self.files, "file differs", "files differ"),
            words::count(self.told.len(), "entry", "entries"),
            self.threshold,
        );
        if ignored > 0 {
            text += &format!(" {ignored} set aside.");
        }
        if self.is_cut {
            text += " There is more than is told.";
        }
        text
    }
}
