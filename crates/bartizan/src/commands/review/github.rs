//! The report as annotations of a workflow.

use bartizan_model::severity::SeverityLevel;

use super::report::{ReviewReport, Told};
use crate::render::github::{annotation, plain};

/// The runner shows ten annotations of a kind for a step; more would only fill the log.
const LISTED: usize = 100;

pub(super) fn text(report: &ReviewReport<'_>) -> String {
    let mut text: String = report
        .live()
        .take(LISTED)
        .map(|told| line(report, told))
        .collect();
    text += &plain(&report.summary());
    text
}

fn line(report: &ReviewReport<'_>, told: &Told<'_>) -> String {
    let entry = &told.entry;
    let kind = match entry.severity {
        _ if report.counts(told) => "error",
        SeverityLevel::Low | SeverityLevel::None => "notice",
        _ => "warning",
    };
    let title = format!("{} ({})", entry.rule.id, entry.severity);
    let line = usize::try_from(entry.line.unwrap_or(1)).unwrap_or(1);
    annotation(
        kind,
        (&entry.file, line),
        &title,
        &format!("{}. {}", entry.message, entry.rule.remedy),
    )
}
