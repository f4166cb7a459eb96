//! JSON, stable and versioned; `bartizan schema scan` publishes its schema.

pub(crate) mod database;
mod finding;
mod hygiene;
mod native;
mod risk;
mod since;
mod vex;

use bartizan_model::{finding::UnknownFinding, problem::Problem};
use bartizan_vulnerability::{ignore::Ignore, remedy::Remedy};
use serde::Serialize;

pub(crate) use self::{
    database::DatabaseJson,
    finding::{EpssJson, KevJson, SeverityJson},
};
use self::{
    finding::FindingJson,
    hygiene::{HygieneJson, HygieneUnknownJson},
    native::LibrariesJson,
    risk::RiskJson,
    since::SinceJson,
    vex::VexJson,
};
use super::{ReportFormat, View};
use crate::{
    error::Failure,
    report::{ScanReport, TargetFacts},
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
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        // Long stretches of plain ASCII are copied whole.
        let plain = rest.bytes().take_while(|byte| is_plain(*byte)).count();
        if plain > 0 {
            out.push_str(rest.get(..plain).unwrap_or_default());
            rest = rest.get(plain..).unwrap_or_default();
            continue;
        }
        if is_treacherous(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out += &format!("\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    out.push('\n');
    Ok(out)
}

/// Whether a byte is a whole character that does not act in a terminal.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n')
}

#[derive(Serialize)]
struct ScanJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    fail_on: &'a str,
    targets: Vec<TargetJson<'a>>,
    components: usize,
    native_libraries: Option<LibrariesJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    hygiene: Vec<HygieneJson<'a>>,
    hygiene_unknown: Vec<HygieneUnknownJson<'a>>,
    remedies: Vec<RemedyJson<'a>>,
    unknown: Vec<UnknownJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
    unused_ignores: Vec<IgnoreJson<'a>>,
    expired_ignores: Vec<IgnoreJson<'a>>,
    vex: VexJson<'a>,
    risk: RiskJson<'a>,
    since: Option<SinceJson<'a>>,
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
struct RemedyJson<'a> {
    name: &'a str,
    installed: &'a str,
    version: &'a str,
    removes: usize,
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
    risk: bool,
    owner: Option<&'a str>,
    accepted: Option<String>,
}

impl<'a> ScanJson<'a> {
    fn of(report: &'a ScanReport) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            database: DatabaseJson::of(&report.database),
            fail_on: report.threshold.as_str(),
            targets: report.targets.iter().map(TargetJson::of).collect(),
            components: report.components,
            native_libraries: LibrariesJson::of(report),
            findings: report
                .findings
                .iter()
                .map(|finding| FindingJson::of(finding, report))
                .collect(),
            hygiene: report
                .hygiene
                .findings
                .iter()
                .map(|finding| HygieneJson::of(finding, report))
                .collect(),
            hygiene_unknown: report
                .hygiene
                .unknown
                .iter()
                .map(HygieneUnknownJson::of)
                .collect(),
            remedies: report.remedies.iter().map(RemedyJson::of).collect(),
            unknown: report.unknown.iter().map(UnknownJson::of).collect(),
            problems: report.problems.iter().map(ProblemJson::of).collect(),
            unused_ignores: report.ignores.unused.iter().map(IgnoreJson::of).collect(),
            expired_ignores: report.ignores.expired.iter().map(IgnoreJson::of).collect(),
            vex: VexJson::of(&report.vex),
            risk: RiskJson::of(&report.risk),
            since: report.since.as_ref().map(SinceJson::of),
        }
    }
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
            risk: ignore.is_risk,
            owner: ignore.owner.as_deref(),
            accepted: ignore.accepted.map(|date| date.to_string()),
        }
    }
}
