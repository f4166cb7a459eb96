//! An earlier report that a scan is compared with: the JSON that `scan --format json` writes.
//!
//! Bartizan wrote it, but who hands it over may have changed it: what is not of its shape is refused as a whole, because
//! half of a report would make known findings look new, or new ones known.

use std::path::Path;

use bartizan_formats::tree::Tree;
use bartizan_model::{
    Timestamp, finding::VulnerabilityFinding, hygiene::HygieneFinding, severity::SeverityLevel,
};
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::since::{
    Change, Comparison, PastFinding,
    hygiene::{HygieneComparison, PastHygiene},
};
use serde::Deserialize;

use crate::{error::Failure, render::json::SCHEMA_VERSION, report::ScanReport};

/// The largest report that is read: some fifty thousand findings. It bounds their number and what they take in memory;
/// depth is that of the types below, and what they do not ask for is skipped without recursion.
const LARGEST_REPORT: u64 = 64 << 20;

/// What is wrong with the bytes of an earlier report, if anything, as the user is told it.
pub fn complaint(path: &Path, bytes: &[u8]) -> Option<String> {
    let failure = EarlierReport::parse(&path.display().to_string(), bytes).err();
    failure.map(|failure| failure.message)
}

/// What became of the findings of an earlier report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SinceFacts {
    /// The file, as the user wrote it.
    pub(crate) report: String,
    /// The moment that the earlier report speaks of.
    pub(crate) as_of: Timestamp,
    pub(crate) comparison: Comparison,
    /// The same for hygiene; `None` where none was wanted.
    pub(crate) hygiene: Option<HygieneComparison>,
}

/// An earlier report.
#[derive(Debug)]
pub(crate) struct EarlierReport {
    pub(crate) path: String,
    pub(crate) as_of: Timestamp,
    pub(crate) findings: Vec<PastFinding>,
    pub(crate) hygiene: Vec<PastHygiene>,
}

#[derive(Deserialize)]
struct ReportJson {
    schema_version: u32,
    database: DatabaseJson,
    findings: Vec<FindingJson>,
    #[serde(default)]
    hygiene: Vec<HygieneJson>,
    #[serde(default)]
    since: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct DatabaseJson {
    as_of: String,
}

#[derive(Deserialize)]
struct FindingJson {
    group: String,
    ids: Vec<String>,
    component: ComponentJson,
    severity: SeverityJson,
    #[serde(default)]
    kev: Option<serde::de::IgnoredAny>,
    fixed: Vec<String>,
    #[serde(default)]
    ignored: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    vex: Option<VerdictJson>,
}

#[derive(Deserialize)]
struct ComponentJson {
    name: String,
    version: String,
    ecosystem: String,
}

#[derive(Deserialize)]
struct SeverityJson {
    level: Option<String>,
    score: Option<f64>,
}

#[derive(Deserialize)]
struct VerdictJson {
    status: String,
}

#[derive(Deserialize)]
struct HygieneJson {
    check: String,
    subject: SubjectJson,
    severity: String,
    #[serde(default)]
    ignored: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct SubjectJson {
    name: String,
    version: Option<String>,
    purl: Option<serde::de::IgnoredAny>,
}

/// Reads an earlier report.
pub(crate) fn read(path: &Path) -> Result<EarlierReport, Failure> {
    let shown = path.display().to_string();
    let bytes = DiskTree
        .read(path, LARGEST_REPORT)
        .map_err(|error| refused(&shown, &error.to_string()))?;
    EarlierReport::parse(&shown, &bytes)
}

fn refused(shown: &str, why: &str) -> Failure {
    Failure::usage(format!("cannot compare with the report `{shown}`: {why}"))
        .hint("give a file that `bartizan scan --format json --output FILE` wrote")
}

impl EarlierReport {
    fn parse(shown: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let refused = |why: &str| refused(shown, why);
        let report: ReportJson =
            serde_json::from_slice(bytes).map_err(|error| refused(&error.to_string()))?;
        if report.schema_version != SCHEMA_VERSION {
            return Err(refused(&format!(
                "it is of version {}, and this is version {SCHEMA_VERSION}",
                report.schema_version
            )));
        }
        if report.since.is_some() {
            return Err(refused("it holds only what had changed itself"));
        }
        let as_of = report.database.as_of.parse();
        Ok(Self {
            as_of: as_of.map_err(|_not_a_time| refused("`as_of` is not a time"))?,
            findings: report.findings.into_iter().map(FindingJson::read).collect(),
            hygiene: report.hygiene.into_iter().map(HygieneJson::read).collect(),
            path: shown.to_owned(),
        })
    }
}

impl FindingJson {
    fn read(self) -> PastFinding {
        let is_cleared = self
            .vex
            .is_some_and(|verdict| matches!(verdict.status.as_str(), "not_affected" | "fixed"));
        PastFinding {
            is_live: self.ignored.is_none() && !is_cleared,
            group: self.group,
            ids: self.ids,
            ecosystem: self.component.ecosystem,
            name: self.component.name,
            version: self.component.version,
            level: self
                .severity
                .level
                .as_deref()
                .and_then(SeverityLevel::parse),
            score: self.severity.score,
            fixed: self.fixed,
            is_known_exploited: self.kev.is_some(),
        }
    }
}

impl HygieneJson {
    fn read(self) -> PastHygiene {
        PastHygiene {
            is_live: self.ignored.is_none(),
            severity: SeverityLevel::parse(&self.severity),
            is_package: self.subject.purl.is_some(),
            check: self.check,
            name: self.subject.name,
            version: self.subject.version,
        }
    }
}

impl ScanReport {
    /// What is new about a finding, where the scan is compared with an earlier report.
    pub(crate) fn change_of(&self, finding: &VulnerabilityFinding) -> Option<&Change> {
        self.since.as_ref()?.comparison.change_of(finding)
    }

    /// The same about a row of hygiene.
    pub(crate) fn hygiene_change_of(&self, finding: &HygieneFinding) -> Option<&Change> {
        let comparison = self.since.as_ref()?.hygiene.as_ref()?;
        comparison.change_of(finding)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    const REPORT: &str = r#"{"schema_version":1,"database":{"as_of":"2026-11-23T14:00:00Z"},"since":null,"findings":[
{"group":"X-1","ids":["X-1"],"component":{"name":"é","version":"1","ecosystem":"PyPI"},"severity":{"level":"high","score":7.5},
"kev":null,"fixed":["2"],"ignored":{"reason":"r"},"vex":{"status":"affected"},"else":[{}]}],
"hygiene":[{"check":"c","subject":{"name":"n","version":null,"purl":null},"severity":"low","ignored":null}]}"#;

    /// What is said of each report, one a line.
    fn check(reports: &[String]) -> String {
        let said = reports.iter().map(|report| {
            let complaint = complaint(Path::new("earlier.json"), report.as_bytes());
            complaint.map_or("taken".to_owned(), |complaint| {
                complaint.replace("cannot compare with the report `earlier.json`: ", "")
            })
        });
        said.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_no_whole_report_is_refused() {
        let with = |old: &str, new: &str| REPORT.replace(old, new);
        assert_snapshot!(check(&[
            REPORT.to_owned(),
            "{}".to_owned(),
            with(":1,\"data", ":2,\"data"),
            with("T14", "T99"),
            with("7.5", "1e999"),
            with("\"since\":null", "\"since\":{}"),
        ]), @"
        taken
        missing field `schema_version` at line 1 column 2
        it is of version 2, and this is version 1
        `as_of` is not a time
        number out of range at line 2 column 128
        it holds only what had changed itself
        ");
    }

    #[test]
    fn nesting_is_bounded_or_skipped() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_snapshot!(check(&[
            deep.clone(),
            REPORT.replace("[\"2\"]", &deep),
            REPORT.replace("[{}]", &deep),
        ]), @"
        invalid type: sequence, expected u32 at line 1 column 1
        invalid type: sequence, expected a string at line 3 column 20
        taken
        ");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = complaint(Path::new("earlier.json"), &bytes);
        }

        #[test]
        fn a_damaged_report_is_read_or_refused(at in 0..REPORT.len(), byte: u8, end in 0..REPORT.len()) {
            let mut bytes = REPORT.as_bytes().to_vec();
            bytes[at] = byte;
            let _ = complaint(Path::new("earlier.json"), &bytes);
            prop_assert!(complaint(Path::new("earlier.json"), &REPORT.as_bytes()[..end]).is_some());
        }
    }
}
