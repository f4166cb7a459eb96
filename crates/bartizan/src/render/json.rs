//! JSON, stable and versioned; `bartizan schema scan` publishes its schema.

use bartizan_model::{
    advisory::{Epss, KnownExploited},
    finding::{DependencyPath, MatchRule, MatchedRecord, UnknownFinding, VulnerabilityFinding},
    problem::Problem,
    severity::{Severity, SeverityLevel},
};
use bartizan_vulnerability::{ignore::Ignore, remedy::Remedy};
use serde::Serialize;

use super::{ReportFormat, View};
use crate::{
    error::Failure,
    freshness::Freshness,
    report::{DatabaseFacts, ScanReport, SourceFacts, TargetFacts, days_between},
    term::is_treacherous,
};

pub(super) static FORMAT: Json = Json;

pub(super) struct Json;

/// Raised when a key goes away or changes its meaning; new keys do not raise it.
pub(crate) const SCHEMA_VERSION: u32 = 1;

impl ReportFormat for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn title(&self) -> &'static str {
        "for programs; see `bartizan schema scan`"
    }

    fn render(&self, report: &ScanReport, _: View<'_>) -> Result<String, Failure> {
        to_text(&ScanJson::of(report))
    }
}

/// The text of a value, with a final line break.
pub(crate) fn to_text(value: &impl Serialize) -> Result<String, Failure> {
    written(serde_json::to_string_pretty(value))
}

/// The text of a value in one line, with its line break.
pub(crate) fn to_line(value: &impl Serialize) -> Result<String, Failure> {
    written(serde_json::to_string(value))
}

/// JSON is looked at in terminals too: what acts there is written as an escape, which means the same.
fn written(text: serde_json::Result<String>) -> Result<String, Failure> {
    let text = text
        .map_err(|error| Failure::internal(format!("cannot write the answer as JSON: {error}")))?;
    let mut out = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if character != '\n' && is_treacherous(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out += &format!("\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out.push('\n');
    Ok(out)
}

#[derive(Serialize)]
struct ScanJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    fail_on: &'a str,
    targets: Vec<TargetJson<'a>>,
    components: usize,
    findings: Vec<FindingJson<'a>>,
    remedies: Vec<RemedyJson<'a>>,
    unknown: Vec<UnknownJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
    unused_ignores: Vec<IgnoreJson<'a>>,
    expired_ignores: Vec<IgnoreJson<'a>>,
}

/// The database as every JSON answer names it.
#[derive(Serialize)]
pub(crate) struct DatabaseJson<'a> {
    snapshot: &'a str,
    age_days: Option<f64>,
    is_starter: bool,
    is_stale: bool,
    as_of: String,
    sources: Vec<SourceJson<'a>>,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    id: &'a str,
    title: &'a str,
    licence: &'a str,
    records: u64,
    withdrawn: u64,
    imported: String,
    age_days: f64,
    newest_record: Option<String>,
    origin: &'a str,
}

#[derive(Serialize)]
struct TargetJson<'a> {
    path: &'a str,
    format: &'a str,
    label: &'a str,
    environment: Option<&'a str>,
    components: usize,
    excluded_by_markers: usize,
    unpinned: usize,
}

#[derive(Serialize)]
struct FindingJson<'a> {
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
    fails: bool,
}

#[derive(Serialize)]
struct RemedyJson<'a> {
    name: &'a str,
    installed: &'a str,
    version: &'a str,
    removes: usize,
}

#[derive(Serialize)]
struct ComponentJson<'a> {
    name: &'a str,
    version: &'a str,
    purl: String,
    ecosystem: &'a str,
    locator: &'a str,
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
struct IgnoredJson<'a> {
    id: &'a str,
    reason: &'a str,
    expires: Option<&'a str>,
}

#[derive(Serialize)]
struct UnknownJson<'a> {
    subject: &'a str,
    reason: &'a str,
    message: &'a str,
    records: &'a [String],
}

/// A problem as every JSON answer names it.
#[derive(Serialize)]
pub(crate) struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

#[derive(Serialize)]
struct IgnoreJson<'a> {
    id: &'a str,
    package: Option<&'a str>,
    reason: &'a str,
    expires: Option<String>,
}

impl<'a> ScanJson<'a> {
    fn of(report: &'a ScanReport) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            database: DatabaseJson::of(&report.database),
            fail_on: report.threshold.as_str(),
            targets: report.targets.iter().map(TargetJson::of).collect(),
            components: report.components,
            findings: report
                .findings
                .iter()
                .map(|finding| FindingJson::of(finding, report))
                .collect(),
            remedies: report.remedies.iter().map(RemedyJson::of).collect(),
            unknown: report.unknown.iter().map(UnknownJson::of).collect(),
            problems: report.problems.iter().map(ProblemJson::of).collect(),
            unused_ignores: report.ignores.unused.iter().map(IgnoreJson::of).collect(),
            expired_ignores: report.ignores.expired.iter().map(IgnoreJson::of).collect(),
        }
    }
}

impl<'a> DatabaseJson<'a> {
    pub(crate) fn of(database: &'a DatabaseFacts) -> Self {
        Self {
            snapshot: &database.snapshot,
            age_days: database.age_days().map(hundredths),
            is_starter: database.freshness.is_starter(),
            is_stale: database.freshness != Freshness::Fresh,
            as_of: database.as_of.to_string(),
            sources: database
                .sources
                .iter()
                .map(|source| SourceJson::of(source, database))
                .collect(),
        }
    }
}

impl<'a> SourceJson<'a> {
    fn of(source: &'a SourceFacts, database: &DatabaseFacts) -> Self {
        Self {
            id: &source.id,
            title: &source.title,
            licence: &source.licence,
            records: source.records,
            withdrawn: source.withdrawn,
            imported: source.imported.to_string(),
            age_days: hundredths(days_between(source.imported, database.as_of)),
            newest_record: source.newest.map(|time| time.to_string()),
            origin: &source.origin,
        }
    }
}

/// Ages are shown to a hundredth of a day, about a quarter of an hour.
fn hundredths(days: f64) -> f64 {
    (days * 100.0).floor() / 100.0
}

impl<'a> TargetJson<'a> {
    fn of(target: &'a TargetFacts) -> Self {
        Self {
            path: &target.path,
            format: &target.format,
            label: &target.label,
            environment: target.environment.as_deref(),
            components: target.components,
            excluded_by_markers: target.excluded_by_markers,
            unpinned: target.unpinned,
        }
    }
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a VulnerabilityFinding, report: &ScanReport) -> Self {
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
            ignored: finding.ignored.as_ref().map(|ignored| IgnoredJson {
                id: &ignored.id,
                reason: &ignored.reason,
                expires: ignored.expires.as_deref(),
            }),
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

impl<'a> RemedyJson<'a> {
    fn of(remedy: &'a Remedy) -> Self {
        Self {
            name: remedy.package.name(),
            installed: &remedy.installed,
            version: &remedy.version,
            removes: remedy.removes,
        }
    }
}

impl<'a> UnknownJson<'a> {
    fn of(unknown: &'a UnknownFinding) -> Self {
        Self {
            subject: &unknown.subject,
            reason: unknown.reason.as_str(),
            message: &unknown.message,
            records: &unknown.records,
        }
    }
}

impl<'a> ProblemJson<'a> {
    pub(crate) fn of(problem: &'a Problem) -> Self {
        Self {
            subject: &problem.subject,
            message: &problem.message,
            hint: problem.hint.as_deref(),
        }
    }
}

impl<'a> IgnoreJson<'a> {
    fn of(ignore: &'a Ignore) -> Self {
        Self {
            id: &ignore.id,
            package: ignore
                .package
                .as_ref()
                .map(bartizan_model::ecosystem::Package::name),
            reason: &ignore.reason,
            expires: ignore.expires.map(|date| date.to_string()),
        }
    }
}
