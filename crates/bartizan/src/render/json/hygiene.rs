//! Hygiene as JSON.

use bartizan_model::hygiene::{HygieneFinding, HygieneUnknown};
use serde::Serialize;

use super::{finding::IgnoredJson, since::ChangeJson};
use crate::report::ScanReport;

/// How many packages an unknown lists.
const MOST_SUBJECTS: usize = 1000;

#[derive(Serialize)]
pub(super) struct HygieneJson<'a> {
    check: &'a str,
    subject: SubjectJson<'a>,
    severity: &'a str,
    message: &'a str,
    remedy: &'a str,
    evidence: Vec<EvidenceJson<'a>>,
    ignored: Option<IgnoredJson<'a>>,
    fails: bool,
    change: Option<ChangeJson<'a>>,
}

/// A package, or a target by its path as `name`.
#[derive(Serialize)]
struct SubjectJson<'a> {
    name: &'a str,
    version: Option<&'a str>,
    purl: Option<String>,
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    file: &'a str,
    line: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct HygieneUnknownJson<'a> {
    check: &'a str,
    message: &'a str,
    subjects: Vec<&'a str>,
}

impl<'a> HygieneJson<'a> {
    pub(super) fn of(finding: &'a HygieneFinding, report: &'a ScanReport) -> Self {
        Self {
            check: finding.check,
            subject: SubjectJson {
                name: finding.subject.name(),
                version: finding.subject.version(),
                purl: finding.subject.purl().map(|purl| purl.to_string()),
            },
            severity: finding.severity.as_str(),
            message: &finding.message,
            remedy: finding.remedy,
            evidence: finding.evidence.iter().map(|it| evidence(it)).collect(),
            ignored: finding.ignored.as_ref().map(IgnoredJson::of),
            fails: report.hygiene_counts(finding),
            change: report.hygiene_change_of(finding).map(ChangeJson::of),
        }
    }
}

fn evidence(locator: &str) -> EvidenceJson<'_> {
    let (file, line) = match locator.rsplit_once(':') {
        Some((file, line)) if !file.is_empty() => match line.parse() {
            Ok(line) => (file, Some(line)),
            Err(_) => (locator, None),
        },
        _ => (locator, None),
    };
    EvidenceJson { file, line }
}

impl<'a> HygieneUnknownJson<'a> {
    pub(super) fn of(unknown: &'a HygieneUnknown) -> Self {
        let subjects = unknown.subjects.iter().map(String::as_str);
        Self {
            check: unknown.check,
            message: &unknown.message,
            subjects: subjects.take(MOST_SUBJECTS).collect(),
        }
    }
}
