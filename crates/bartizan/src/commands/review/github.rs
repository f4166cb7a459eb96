//! The report as annotations of a workflow.

use bartizan_model::severity::SeverityLevel;

use super::{
    assistant,
    report::{ReviewReport, Told},
};
use crate::render::github::{annotation, plain, unplaced};

/// The runner shows ten annotations of a kind for a step; more would only fill the log.
const LISTED: usize = 100;

pub(super) fn text(report: &ReviewReport<'_>) -> String {
    let mut text: String = report
        .live()
        .take(LISTED)
        .map(|told| line(report, told))
        .collect();
    for idle in report.idle.iter().take(LISTED) {
        text += &match idle.line {
            Some(line) => {
                let line = usize::try_from(line).unwrap_or(1);
                annotation(
                    "notice",
                    (&idle.file, line),
                    "idle-suppression",
                    &idle.sentence(),
                )
            }
            None => unplaced("notice", "idle-suppression", &idle.sentence()),
        };
    }
    if let Some(words) = &report.words {
        let entries = words.entries.iter();
        let entries = entries.map(|(number, text)| format!("on {number}: {text}"));
        let said: Vec<String> = words.summary.iter().cloned().chain(entries).collect();
        text += &unplaced("notice", assistant::TITLE, &said.join("; "));
    }
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
