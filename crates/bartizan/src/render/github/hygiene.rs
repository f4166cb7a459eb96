//! Hygiene as annotations.

use bartizan_model::{hygiene::HygieneFinding, severity::SeverityLevel};

use super::{
    super::{View, hygiene, place::Place},
    LISTED, command,
};
use crate::report::ScanReport;

pub(super) fn annotations(report: &ScanReport, view: View<'_>) -> String {
    let findings = report.live_hygiene().take(LISTED);
    findings
        .map(|finding| annotation(report, finding, view))
        .collect()
}

fn annotation(report: &ScanReport, finding: &HygieneFinding, view: View<'_>) -> String {
    let kind = match finding.severity {
        _ if report.hygiene_counts(finding) => "error",
        SeverityLevel::Low | SeverityLevel::None => "notice",
        _ => "warning",
    };
    let place = Place::of(hygiene::place(finding), view.root);
    let title = format!("{} ({})", finding.check, finding.severity);
    command(kind, Some(&place), &title, &hygiene::message(finding))
}
