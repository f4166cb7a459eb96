//! An earlier report that a scan is compared with: the JSON that `scan --format json` writes.
//!
//! Bartizan wrote it, but who hands it over may have changed it: what is not of its shape is refused as a whole, because
//! half of a report would make known findings look new, or new ones known.

use std::path::Path;

use bartizan_formats::tree::Tree;
use bartizan_model::{Timestamp, severity::SeverityLevel};
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::since::{Comparison, PastFinding};
use serde::Deserialize;

use crate::{error::Failure, render::json::SCHEMA_VERSION, report::ScanReport};

/// The largest report that is read: some hundred thousand findings.
const LARGEST_REPORT: u64 = 256 << 20;

/// What became of the findings of an earlier report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SinceFacts {
    /// The file, as the user wrote it.
    pub(crate) report: String,
    /// The moment that the earlier report speaks of.
    pub(crate) as_of: Timestamp,
    pub(crate) comparison: Comparison,
}

/// An earlier report.
#[derive(Debug)]
pub(crate) struct EarlierReport {
    pub(crate) path: String,
    pub(crate) as_of: Timestamp,
    pub(crate) findings: Vec<PastFinding>,
}

#[derive(Deserialize)]
struct ReportJson {
    schema_version: u32,
    database: DatabaseJson,
    findings: Vec<FindingJson>,
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

/// Reads an earlier report.
pub(crate) fn read(path: &Path) -> Result<EarlierReport, Failure> {
    let shown = path.display().to_string();
    let refused = |why: String| {
        Failure::usage(format!("cannot compare with the report `{shown}`: {why}"))
            .hint("give a file that `bartizan scan --format json --output FILE` wrote")
    };
    let bytes = DiskTree
        .read(path, LARGEST_REPORT)
        .map_err(|error| refused(error.to_string()))?;
    let report: ReportJson =
        serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
    if report.schema_version != SCHEMA_VERSION {
        return Err(refused(format!(
            "it is of version {}, and this is version {SCHEMA_VERSION}",
            report.schema_version
        )));
    }
    if report.since.is_some() {
        return Err(refused("it holds only what had changed itself".to_owned()));
    }
    let as_of = report.database.as_of.parse();
    Ok(EarlierReport {
        as_of: as_of.map_err(|_not_a_time| refused("`as_of` is not a time".to_owned()))?,
        findings: report.findings.into_iter().map(FindingJson::read).collect(),
        path: shown,
    })
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

impl ScanReport {
    /// What is new about a finding, where the scan is compared with an earlier report.
    pub(crate) fn change_of(
        &self,
        finding: &bartizan_model::finding::VulnerabilityFinding,
    ) -> Option<&bartizan_vulnerability::since::Change> {
        self.since.as_ref()?.comparison.change_of(finding)
    }
}
