//! One finding as JSON, and the parts of it that other answers share.

use bartizan_model::{
    advisory::{Epss, KnownExploited},
    finding::{DependencyPath, IgnoreReason, MatchRule, MatchedRecord, VulnerabilityFinding},
    severity::{Severity, SeverityLevel},
    vex::VexJustification,
};
use serde::Serialize;

use super::{
    native::{LinkJson, NativeJson},
    since::ChangeJson,
    vex::VerdictJson,
};
use crate::report::ScanReport;

#[derive(Serialize)]
pub(super) struct FindingJson<'a> {
    group: &'a str,
    ids: &'a [String],
    summary: &'a str,
    component: ComponentJson<'a>,
    severity: SeverityJson<'a>,
    epss: Option<EpssJson>,
    kev: Option<KevJson<'a>>,
    fixed: &'a [String],
    direct: bool,
    paths: Vec<&'a [String]>,
    targets: Vec<&'a str>,
    matched: Vec<MatchedJson<'a>>,
    ignored: Option<IgnoredJson<'a>>,
    vex: Option<VerdictJson<'a>>,
    change: Option<ChangeJson<'a>>,
    see_also: Vec<LinkJson<'a>>,
    fails: bool,
}

#[derive(Serialize)]
struct ComponentJson<'a> {
    name: &'a str,
    version: &'a str,
    purl: String,
    ecosystem: &'a str,
    locator: &'a str,
    native: Option<NativeJson<'a>>,
}

/// A severity as every JSON answer writes it.
#[derive(Serialize)]
pub(crate) struct SeverityJson<'a> {
    level: Option<&'a str>,
    score: Option<f64>,
    vector: Option<&'a str>,
}

/// An exploit prediction as every JSON answer writes it.
#[derive(Serialize)]
pub(crate) struct EpssJson {
    probability: f64,
    percentile: f64,
}

/// A known exploitation as every JSON answer writes it.
#[derive(Serialize)]
pub(crate) struct KevJson<'a> {
    cve: &'a str,
    date_added: &'a str,
    ransomware: bool,
}

#[derive(Serialize)]
struct MatchedJson<'a> {
    source: &'a str,
    record: &'a str,
    rule: String,
}

#[derive(Serialize)]
pub(super) struct IgnoredJson<'a> {
    id: &'a str,
    reason: &'a str,
    expires: Option<&'a str>,
    risk: bool,
    owner: Option<&'a str>,
    accepted: Option<&'a str>,
    justification: Option<&'a str>,
}

impl<'a> IgnoredJson<'a> {
    pub(super) fn of(ignored: &'a IgnoreReason) -> Self {
        Self {
            id: &ignored.id,
            reason: &ignored.reason,
            expires: ignored.expires.as_deref(),
            risk: ignored.is_risk,
            owner: ignored.owner.as_deref(),
            accepted: ignored.accepted.as_deref(),
            justification: ignored.justification.map(VexJustification::as_str),
        }
    }
}

impl<'a> FindingJson<'a> {
    pub(super) fn of(finding: &'a VulnerabilityFinding, report: &'a ScanReport) -> Self {
        Self {
            group: &finding.group,
            ids: &finding.ids,
            summary: &finding.summary,
            component: ComponentJson {
                name: finding.component.package.name(),
                version: &finding.component.version,
                purl: finding.component.purl().to_string(),
                ecosystem: finding.component.package.ecosystem().as_str(),
                locator: &finding.component.locator,
                native: NativeJson::of(finding),
            },
            severity: SeverityJson::of(&finding.severity),
            epss: finding.epss.map(EpssJson::of),
            kev: finding.known_exploited.as_ref().map(KevJson::of),
            fixed: &finding.fixed,
            direct: finding.is_direct(),
            paths: finding
                .paths
                .iter()
                .map(|path| path.components.as_slice())
                .collect(),
            targets: targets(&finding.paths),
            matched: matched(finding),
            ignored: finding.ignored.as_ref().map(IgnoredJson::of),
            vex: finding.vex.as_ref().map(VerdictJson::of),
            change: report.change_of(finding).map(ChangeJson::of),
            see_also: finding.see_also.iter().map(LinkJson::of).collect(),
            fails: report.counts(finding),
        }
    }
}

impl<'a> SeverityJson<'a> {
    pub(crate) fn of(severity: &'a Severity) -> Self {
        Self {
            level: severity.level.map(SeverityLevel::as_str),
            score: severity.score,
            vector: severity.vector.as_deref(),
        }
    }
}

impl EpssJson {
    pub(crate) fn of(epss: Epss) -> Self {
        Self {
            probability: epss.probability,
            percentile: epss.percentile,
        }
    }
}

impl<'a> KevJson<'a> {
    pub(crate) fn of(entry: &'a KnownExploited) -> Self {
        Self {
            cve: &entry.cve,
            date_added: &entry.date_added,
            ransomware: entry.is_used_by_ransomware,
        }
    }
}

/// The targets that hold the component, each once.
fn targets(paths: &[DependencyPath]) -> Vec<&str> {
    let mut targets: Vec<&str> = paths.iter().map(|path| path.target.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

fn matched(finding: &VulnerabilityFinding) -> Vec<MatchedJson<'_>> {
    finding.matched.iter().map(MatchedJson::of).collect()
}

impl<'a> MatchedJson<'a> {
    fn of(matched: &'a MatchedRecord) -> Self {
        Self {
            source: &matched.source,
            record: &matched.record,
            rule: rule_of(&matched.rule),
        }
    }
}

/// `enumerated`, or `range` with the range.
fn rule_of(rule: &MatchRule) -> String {
    match rule {
        MatchRule::Enumerated => "enumerated".to_owned(),
        MatchRule::Range(range) => format!("range {range}"),
    }
}
