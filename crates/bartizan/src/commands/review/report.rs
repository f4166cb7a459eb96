//! What is said of a change, whatever the format.

use bartizan_model::{Timestamp, problem::Problem, severity::SeverityLevel};
use bartizan_review::{Entry, Report, capability::Gained};
use jiff::tz::TimeZone;

use crate::{commands::check::ignored, context::Context, exit::Exit, render::words};

/// What is said of a change.
pub(super) struct ReviewReport<'r> {
    /// The most important first.
    pub(super) told: Vec<Told<'r>>,
    /// What functions may newly do.
    pub(super) capabilities: Vec<Gained>,
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
    /// Why the settings ignore it.
    pub(super) ignored: Option<String>,
}

impl<'r> ReviewReport<'r> {
    pub(super) fn new(
        ctx: &Context,
        report: Report<'r>,
        fail_on: Option<SeverityLevel>,
        now: Timestamp,
    ) -> Self {
        let today = now.to_zoned(TimeZone::UTC).date();
        let told = report.entries.into_iter().map(|entry| Told {
            ignored: ignored(ctx, &entry.rule.id, today),
            entry,
        });
        Self {
            told: told.collect(),
            capabilities: report.capabilities,
            problems: report.problems,
            threshold: fail_on.unwrap_or(ctx.settings.fail_on),
            files: report.files,
            is_cut: report.is_cut,
        }
    }

    /// Those that no setting ignores.
    pub(super) fn live(&self) -> impl Iterator<Item = &Told<'r>> {
        self.told.iter().filter(|it| it.ignored.is_none())
    }

    /// Whether an entry reaches the threshold.
    pub(super) fn counts(&self, told: &Told<'_>) -> bool {
        told.ignored.is_none() && told.entry.severity >= self.threshold
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
            text += &format!(" {ignored} are ignored.");
        }
        if self.is_cut {
            text += " There is more than is told.";
        }
        text
    }
}
