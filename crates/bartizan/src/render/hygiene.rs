//! Words about hygiene that several formats share.

use std::collections::BTreeMap;

use bartizan_model::{hygiene::HygieneFinding, severity::SeverityLevel};
use bartizan_vulnerability::since::hygiene::GoneHygiene;

use super::words;
use crate::report::ScanReport;

/// How many findings there are, by severity; nothing where there are none.
pub(super) fn sentence(report: &ScanReport) -> String {
    let ignored = report.ignored_hygiene().count();
    let levels = SeverityLevel::ALL.iter().rev().filter_map(|level| {
        let live = report.live_hygiene();
        let number = live.filter(|finding| finding.severity == *level).count();
        (number > 0).then(|| format!("{} {level}", words::amount(number as u64)))
    });
    let mut parts: Vec<String> = levels.collect();
    if ignored > 0 {
        parts.push(format!("{} ignored", words::amount(ignored as u64)));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("Hygiene: {} (--show hygiene).", parts.join(", "))
}

/// What the earlier report said and this one does not.
pub(super) fn gone(report: &ScanReport) -> Vec<String> {
    let hygiene = report.since.iter().filter_map(|it| it.hygiene.as_ref());
    let gone = hygiene.flat_map(|comparison| &comparison.gone);
    let line = |gone: &GoneHygiene| {
        let version = gone.version.as_ref().map(|version| format!(" {version}"));
        let version = version.unwrap_or_default();
        format!("{} of {}{version}: {}", gone.check, gone.name, gone.why)
    };
    gone.map(line).collect()
}

/// The finding as a whole sentence.
pub(super) fn message(finding: &HygieneFinding) -> String {
    format!("{} {}.", finding.subject, finding.message)
}

/// The first place that it is seen in.
pub(super) fn place(finding: &HygieneFinding) -> &str {
    finding.evidence.first().map_or("", String::as_str)
}

/// What could not be told, as `checks: why (packages)`: checks with the same reason share a line.
pub(super) fn unknown(report: &ScanReport) -> Vec<(String, String)> {
    let mut lines: BTreeMap<(&str, &[String]), Vec<&str>> = BTreeMap::new();
    for unknown in &report.hygiene.unknown {
        let why = (unknown.message.as_str(), unknown.subjects.as_slice());
        lines.entry(why).or_default().push(unknown.check);
    }
    let line = |((message, subjects), checks): ((&str, &[String]), Vec<&str>)| {
        let about = if subjects.is_empty() {
            String::new()
        } else {
            format!(" ({})", subjects.join(", "))
        };
        (checks.join(", "), format!("{message}{about}"))
    };
    lines.into_iter().map(line).collect()
}
