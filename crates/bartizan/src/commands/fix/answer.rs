//! What `fix` has to say, ready to be shown.

use bartizan_model::{ecosystem::Package, problem::Problem, severity::SeverityLevel};
use bartizan_vulnerability::upgrade::{Change, UpgradePlan};

use super::{install::Commands, instead::Instead, libraries::LibraryFix};
use crate::{exit::Exit, report::DatabaseFacts};

/// A plan with what it was made from and how it is carried out.
pub(super) struct Answer {
    pub(super) database: DatabaseFacts,
    /// What was looked at.
    pub(super) target: String,
    /// The environment that the plan is for, in words.
    pub(super) environment: String,
    /// Where releases were looked up, in words.
    pub(super) universe: String,
    /// How many packages are there.
    pub(super) packages: usize,
    /// How many findings were to be removed.
    pub(super) findings: usize,
    pub(super) plan: UpgradePlan,
    pub(super) commands: Commands,
    /// The vulnerable libraries of what is installed.
    pub(super) libraries: Vec<LibraryFix>,
    /// What to do about libraries that no release mends.
    pub(super) instead: Vec<Instead>,
    /// What comes in with the libraries of the plan: package, version, what it is.
    pub(super) brought_in: Vec<(Package, String, String)>,
    /// What more could be removed at the price of something that comes in.
    pub(super) price: Option<Price>,
    /// The files that the plan was written into.
    pub(super) applied: Vec<String>,
    /// What could not be read or had.
    pub(super) problems: Vec<Problem>,
    /// The level from which a finding counts.
    pub(super) threshold: SeverityLevel,
    /// Whether the database or an index did not answer.
    pub(super) has_unanswered: bool,
}

/// A plan that is not proposed: it removes more, and brings something in.
pub(super) struct Price {
    /// The findings that it removes and the plan leaves.
    pub(super) removes: Vec<String>,
    pub(super) changes: Vec<Change>,
    /// What comes in: package, version, what it is.
    pub(super) brings_in: Vec<(Package, String, String)>,
}

impl Answer {
    /// How many findings the plan removes.
    pub(super) fn removed(&self) -> usize {
        self.findings.saturating_sub(self.plan.unfixed.len())
    }

    /// How the run ends.
    pub(super) fn exit(&self) -> Exit {
        let has_libraries = self
            .libraries
            .iter()
            .any(|library| library.looked_into == 0);
        let is_clean = self.plan.unfixed.is_empty() && self.brought_in.is_empty() && !has_libraries;
        let findings = if is_clean {
            Exit::Clean
        } else {
            Exit::Findings
        };
        let has_data = self.database.freshness.is_accepted() && !self.has_unanswered;
        findings.and(if has_data { Exit::Clean } else { Exit::Data })
    }
}
