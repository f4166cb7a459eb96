//! JSON, stable and versioned; `bartizan schema scan` publishes its schema.

pub(crate) mod database;
mod finding;
mod hygiene;
mod layout;
mod native;
mod risk;
mod since;
mod vex;

use std::ops::BitOr;

use bartizan_model::{finding::UnknownFinding, problem::Problem};
use bartizan_vulnerability::{ignore::Ignore, remedy::Remedy};
use serde::{Serialize, ser::Error as _};

pub(crate) use self::{
    database::DatabaseJson,
    finding::{EpssJson, KevJson, SeverityJson},
};
use self::{
    finding::FindingJson,
    hygiene::{HygieneJson, HygieneUnknownJson},
    layout::Layout,
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

/// Room for most answers: one that grows is copied again and again, and room that is not used costs nothing.
const LIKELY_LENGTH: usize = 1 << 20;

/// The text of a value, with a final line break.
pub(crate) fn to_text(value: &impl Serialize) -> Result<String, Failure> {
    let mut bytes = Vec::with_capacity(LIKELY_LENGTH);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Layout::default());
    let text = value.serialize(&mut serializer);
    written(text.and_then(|()| String::from_utf8(bytes).map_err(serde_json::Error::custom)))
}

/// The text of a value in one line, with its line break.
pub(crate) fn to_line(value: &impl Serialize) -> Result<String, Failure> {
    written(serde_json::to_string(value))
}

/// JSON is looked at in terminals too: what acts there is written as an escape, which means the same.
fn written(text: serde_json::Result<String>) -> Result<String, Failure> {
    let mut text = text
        .map_err(|error| Failure::internal(format!("cannot write the answer as JSON: {error}")))?;
    // Nearly every answer has none of that; a long one is then not copied.
    if let Some((place, _)) = next_treacherous(&text, 0) {
        text = escaped(&text, place);
    }
    text.push('\n');
    Ok(text)
}

/// The text with escapes for what acts in a terminal, of which the first stands at `place`.
fn escaped(text: &str, place: usize) -> String {
    let mut out = text.get(..place).unwrap_or_default().to_owned();
    let mut done = place;
    while let Some((place, character)) = next_treacherous(text, done) {
        out += text.get(done..place).unwrap_or_default();
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            out += &format!("\\u{unit:04x}");
        }
        done = place + character.len_utf8();
    }
    out + text.get(done..).unwrap_or_default()
}

/// The next character that acts in a terminal, save the line breaks between values.
fn next_treacherous(text: &str, mut place: usize) -> Option<(usize, char)> {
    loop {
        let rest = text.get(place..)?;
        place += plain_length(rest.as_bytes());
        let character = text.get(place..)?.chars().next()?;
        if is_treacherous(character) {
            return Some((place, character));
        }
        place += character.len_utf8();
    }
}

/// How many bytes at the beginning are whole characters that do not act in a terminal. Blocks of them are looked at
/// without branches, many bytes at once.
fn plain_length(text: &[u8]) -> usize {
    const BLOCK: usize = 128;
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    let are_plain = |block: &&[u8]| {
        let odd = block.iter().map(|byte| u8::from(!is_plain(byte)));
        odd.fold(0, BitOr::bitor) == 0
    };
    let whole = text.chunks_exact(BLOCK).take_while(are_plain).count() * BLOCK;
    let rest = text.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|byte| is_plain(byte)).count()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// As it was first written: one character after another.
    fn by_characters(text: &str) -> String {
        let mut out = String::new();
        for character in text.chars() {
            if is_treacherous(character) && character != '\n' {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    out += &format!("\\u{unit:04x}");
                }
            } else {
                out.push(character);
            }
        }
        out + "\n"
    }

    fn check(text: &str) -> String {
        to_line(&text).unwrap()
    }

    #[test]
    fn what_acts_in_a_terminal_is_an_escape() {
        insta::assert_snapshot!(check("plain, größe\u{202e}\u{9b}31m").trim_end(), @r#""plain, größe\u202e\u009b31m""#);
        insta::assert_snapshot!(check("\u{e0041}\u{feff}").trim_end(), @r#""\udb40\udc41\ufeff""#);
        let long = "a".repeat(1000) + "\u{200b}" + &"é".repeat(100) + &"b".repeat(300);
        assert_eq!(check(&long), by_characters(&format!("\"{long}\"")));
    }

    proptest! {
        #[test]
        fn blocks_change_nothing(text in "([ -~]{0,150}|\\PC|[\u{0}-\u{ff}]|\u{202e}){0,8}") {
            let line = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(check(&text), by_characters(&line));
            prop_assert_eq!(serde_json::from_str::<Value>(&check(&text)).unwrap(), Value::from(text));
        }
    }
}
