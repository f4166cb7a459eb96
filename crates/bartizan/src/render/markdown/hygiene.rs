//! Hygiene in Markdown: a folded list, for it is seldom what a change is stopped for.

use bartizan_model::hygiene::HygieneFinding;

use super::{super::hygiene, code, details, prose};
use crate::report::ScanReport;

pub(super) fn section(report: &ScanReport) -> String {
    let gone = hygiene::gone(report);
    let gone = gone.iter().map(|line| format!("gone: {}", prose(line)));
    let live = report.live_hygiene().map(|finding| item(finding, report));
    let items: Vec<String> = live.chain(gone).collect();
    details("Hygiene", &items)
}

fn item(finding: &HygieneFinding, report: &ScanReport) -> String {
    let change = report.hygiene_change_of(finding);
    let change = change.map(|change| format!(" ({})", prose(&change.in_words())));
    let place = finding.evidence.first();
    let place = place.map(|place| format!(" ({})", code(place)));
    let HygieneFinding {
        severity,
        check,
        subject,
        message,
        ..
    } = finding;
    format!(
        "{severity}, `{check}`: {} {}{}{}",
        code(&subject.to_string()),
        prose(message),
        place.unwrap_or_default(),
        change.unwrap_or_default()
    )
}

pub(super) fn ignored(finding: &HygieneFinding) -> String {
    let reason = finding.ignored.as_ref();
    let reason = reason.map(|ignored| prose(&ignored.reason));
    let subject = code(&finding.subject.to_string());
    format!(
        "`{}` in {subject}: {}",
        finding.check,
        reason.unwrap_or_default()
    )
}

pub(super) fn unknown(report: &ScanReport) -> impl Iterator<Item = String> {
    let unknown = hygiene::unknown(report).into_iter();
    unknown.map(|(checks, why)| format!("{}: {}", code(&checks), prose(&why)))
}
