//! What a repository says of itself to Bartizan: `.github/bartizan.toml`.
//!
//! Which workflow, job and environment may hold which capability; what only a person can attest; where releases are made.

use jiff::civil::Date;
use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::Reader;

/// Where it lies.
pub const FILE: &str = ".github/bartizan.toml";

/// What a repository says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Whether there is one that could be read.
    pub is_there: bool,
    /// The repository that releases are made from, where it is another one.
    pub publishes_elsewhere: Option<String>,
    /// Who may hold which capability.
    pub designated: Vec<Designated>,
    /// What people attest.
    pub attestations: Vec<Attestation>,
    /// Why it could not be read.
    pub fault: Option<(u32, String)>,
}

/// A job that may hold capabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Designated {
    /// The line in which it is named.
    pub line: u32,
    /// The file of the workflow.
    pub workflow: String,
    /// The job; `None` for all of the workflow.
    pub job: Option<String>,
    /// The environment that the job must run in.
    pub environment: Option<String>,
    /// The capabilities, as [`Capability`](crate::capabilities::Capability) spells them.
    pub capabilities: Vec<String>,
}

/// A statement of a person about what a checkout cannot show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The line in which it stands.
    pub line: u32,
    /// The check that it answers.
    pub check: String,
    /// Who says so.
    pub by: String,
    /// On which day.
    pub on: Date,
    /// The day on which it ends; a year later at the latest.
    pub expires: Option<Date>,
    /// What is said, in words.
    pub statement: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    publishes_elsewhere: Option<String>,
    #[serde(default)]
    designated: Vec<Spanned<DesignatedEntry>>,
    #[serde(default)]
    attestations: Vec<Spanned<AttestationEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DesignatedEntry {
    workflow: String,
    job: Option<String>,
    environment: Option<String>,
    capabilities: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationEntry {
    check: String,
    by: String,
    on: Datetime,
    expires: Option<Datetime>,
    statement: Option<String>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Policy {
    let Some(document) = reader.document(FILE) else {
        return Policy::default();
    };
    parse(&document.text)
}

/// Reads the text of a policy.
pub fn parse(text: &str) -> Policy {
    match toml::from_str::<File>(text) {
        Ok(file) => settled(text, file).unwrap_or_else(faulty),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            faulty((line_at(text, at), error.message().to_owned()))
        }
    }
}

fn faulty(fault: (u32, String)) -> Policy {
    Policy {
        fault: Some(fault),
        ..Policy::default()
    }
}

fn settled(text: &str, file: File) -> Result<Policy, (u32, String)> {
    let designated = file.designated.into_iter().map(|entry| {
        let line = line_at(text, entry.span().start);
        let entry = entry.into_inner();
        Designated {
            line,
            workflow: entry.workflow,
            job: entry.job,
            environment: entry.environment,
            capabilities: entry.capabilities,
        }
    });
    let attestations = file.attestations.into_iter().map(|entry| {
        let line = line_at(text, entry.span().start);
        let entry = entry.into_inner();
        Ok(Attestation {
            line,
            check: entry.check,
            by: entry.by,
            on: day(entry.on).ok_or_else(|| (line, "`on` is no day".to_owned()))?,
            expires: match entry.expires {
                Some(expires) => {
                    Some(day(expires).ok_or_else(|| (line, "`expires` is no day".to_owned()))?)
                }
                None => None,
            },
            statement: entry.statement,
        })
    });
    Ok(Policy {
        is_there: true,
        publishes_elsewhere: file.publishes_elsewhere,
        designated: designated.collect(),
        attestations: attestations.collect::<Result<_, (u32, String)>>()?,
        fault: None,
    })
}

pub(super) fn day(moment: Datetime) -> Option<Date> {
    let date = moment.date?;
    Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()
}

/// The line, from 1, of a byte.
pub(super) fn line_at(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let breaks = memchr::memchr_iter(b'\n', before).count();
    u32::try_from(breaks.saturating_add(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let policy = parse(text);
        match policy.fault {
            Some((line, fault)) => format!("{line}: {fault}"),
            None => format!(
                "{:?} {:?} {:?}",
                policy.publishes_elsewhere, policy.designated, policy.attestations
            ),
        }
    }

    #[test]
    fn a_policy_is_read_with_lines() {
        insta::assert_snapshot!(check("publishes-elsewhere = \"a/b\"\n[[designated]]\nworkflow = \"x.yml\"\ncapabilities = [\"id-token: write\"]\n"), @r#"Some("a/b") [Designated { line: 2, workflow: "x.yml", job: None, environment: None, capabilities: ["id-token: write"] }] []"#);
        insta::assert_snapshot!(check("attestations = [\n  { check = \"c\", by = \"b\", on = 2026-01-02 },\n]\n"), @r#"None [] [Attestation { line: 2, check: "c", by: "b", on: 2026-01-02, expires: None, statement: None }]"#);
        insta::assert_snapshot!(check("a = 1\n"), @"1: unknown field `a`, expected one of `publishes-elsewhere`, `designated`, `attestations`");
        insta::assert_snapshot!(check("attestations = [{ check = \"c\", by = \"b\", on = 10:00:00 }]\n"), @"1: `on` is no day");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(designated|attestations|workflow|on|[=\n \[\]{}",a]|2026-01-01)*{0,30}"#) {
            check(&text);
        }
    }
}
