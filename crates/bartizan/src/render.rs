//! The catalogue of report formats: one file and one line each.

mod csaf;
mod cyclonedx_vex;
pub(crate) mod fingerprint;
pub(crate) mod github;
mod human;
mod hygiene;
pub(crate) mod json;
pub(crate) mod markdown;
mod openvex;
pub(crate) mod place;
pub(crate) mod sarif;
mod stance;
mod summary;
pub(crate) mod words;

#[cfg(test)]
mod samples;

use std::path::Path;

use crate::{error::Failure, report::ScanReport, term::Terminal};

/// A way to write a scan down.
pub(crate) trait ReportFormat: Sync {
    /// The word that `--format` takes.
    fn id(&self) -> &'static str;

    /// What it is for, in a few words.
    fn title(&self) -> &'static str;

    /// The report, ending in a line break.
    fn render(&self, report: &ScanReport, view: View<'_>) -> Result<String, Failure>;
}

/// How much is shown and what the output can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) terminal: Terminal,
    pub(crate) show: Show,
    pub(crate) is_verbose: bool,
    /// The directory that paths are shown relative to.
    pub(crate) root: &'a Path,
}

/// What the human format lists in addition.
#[expect(clippy::struct_excessive_bools, reason = "each is a word of `--show`")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Show {
    pub(crate) unknown: bool,
    pub(crate) ignored: bool,
    pub(crate) hygiene: bool,
    pub(crate) everything: bool,
}

/// Every format, the default first.
pub(crate) static ALL: &[&dyn ReportFormat] = &[
    &human::FORMAT,
    &json::FORMAT,
    &sarif::FORMAT,
    &markdown::FORMAT,
    &github::FORMAT,
    &openvex::FORMAT,
    &csaf::FORMAT,
    &cyclonedx_vex::FORMAT,
];

/// The format of a word that the command line accepted.
pub(crate) fn find(id: &str) -> Option<&'static dyn ReportFormat> {
    ALL.iter().copied().find(|format| format.id() == id)
}
