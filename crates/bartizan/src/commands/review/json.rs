//! The report for programs.

use std::collections::BTreeMap;

use bartizan_people::review::Standing;
use bartizan_review::Entry;
use serde::Serialize;

use super::{
    aside::{Aside, Idle},
    assistant::{self, Words},
    capabilities::{self, CapabilityJson},
    newness::Newness,
    people::PeopleTold,
    report::ReviewReport,
};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct ReviewJson<'a> {
    schema_version: u32,
    entries: Vec<EntryJson<'a>>,
    capabilities: Vec<CapabilityJson<'a>>,
    has_more_capabilities: bool,
    novelty: Option<&'a Newness>,
    set_aside: Vec<AsideJson<'a>>,
    idle_suppressions: Vec<IdleJson<'a>>,
    people: Option<PeopleJson<'a>>,
    assistant: Option<AssistantJson<'a>>,
}

/// Without a name: what others pass on must tell of nobody.
#[derive(Serialize)]
struct PeopleJson<'a> {
    parts: Vec<PartJson<'a>>,
    acquainted: usize,
    unknown_files: usize,
}

#[derive(Serialize)]
struct PartJson<'a> {
    standing: &'static str,
    days_away: Option<i64>,
    files: usize,
    new_files: usize,
    points: Vec<PointJson<'a>>,
    advice: &'static str,
}

#[derive(Serialize)]
struct PointJson<'a> {
    reason: &'static str,
    evidence: &'a str,
    against: Option<&'a str>,
}

#[derive(Serialize)]
struct AssistantJson<'a> {
    note: &'static str,
    summary: Option<&'a str>,
    entries: Vec<WordsJson<'a>>,
}

#[derive(Serialize)]
struct WordsJson<'a> {
    number: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    id: String,
    rule: &'a str,
    severity: &'static str,
    score: f64,
    shares: BTreeMap<&'static str, f64>,
    file: &'a str,
    line: Option<u32>,
    message: &'a str,
}

#[derive(Serialize)]
struct AsideJson<'a> {
    #[serde(flatten)]
    entry: EntryJson<'a>,
    by: &'static str,
    reason: &'a str,
    until: Option<String>,
}

#[derive(Serialize)]
struct IdleJson<'a> {
    standing: &'static str,
    by: &'static str,
    file: Option<&'a str>,
    line: Option<u32>,
    rules: &'a [String],
    reason: &'a str,
    until: Option<String>,
}

pub(super) fn text(report: &ReviewReport<'_>) -> Result<String, Failure> {
    let aside = report.told.iter();
    let aside = aside.filter_map(|told| Some(aside_json(&told.entry, told.aside.as_ref()?)));
    to_text(&ReviewJson {
        schema_version: SCHEMA_VERSION,
        entries: report.live().map(|told| entry_json(&told.entry)).collect(),
        capabilities: capabilities::rows(&report.capabilities),
        has_more_capabilities: report.has_more_capabilities,
        novelty: report.newness.as_ref(),
        set_aside: aside.collect(),
        idle_suppressions: report.idle.iter().map(idle_json).collect(),
        people: report.people.as_ref().map(people_json),
        assistant: report.words.as_ref().map(words_json),
    })
}

fn entry_json<'a>(entry: &'a Entry<'_>) -> EntryJson<'a> {
    let shares = entry.score.shares.iter();
    EntryJson {
        id: entry.name().to_string(),
        rule: &entry.rule.id,
        severity: entry.severity.as_str(),
        score: entry.score.value.as_number(),
        shares: shares
            .map(|(name, share)| (*name, share.as_number()))
            .collect(),
        file: &entry.file,
        line: entry.line,
        message: &entry.message,
    }
}

fn aside_json<'a>(entry: &'a Entry<'_>, aside: &'a Aside) -> AsideJson<'a> {
    AsideJson {
        entry: entry_json(entry),
        by: aside.by.as_str(),
        reason: &aside.reason,
        until: aside.until.map(|it| it.to_string()),
    }
}

fn people_json(people: &PeopleTold) -> PeopleJson<'_> {
    let parts = people.parts.iter().map(|part| {
        let points = part.advice.points.iter().map(|it| PointJson {
            reason: it.reason.as_str(),
            evidence: &it.evidence,
            against: it.against.as_deref(),
        });
        PartJson {
            standing: part.advice.standing.as_str(),
            days_away: match part.advice.standing {
                Standing::Returning(days) => Some(days),
                Standing::FirstTime | Standing::Regular => None,
            },
            files: part.advice.files,
            new_files: part.new_files,
            points: points.collect(),
            advice: part.advice.words(),
        }
    });
    PeopleJson {
        parts: parts.collect(),
        acquainted: people.acquainted,
        unknown_files: people.unknown_files,
    }
}

fn words_json(words: &Words) -> AssistantJson<'_> {
    let entries = words.entries.iter();
    AssistantJson {
        note: assistant::TITLE,
        summary: words.summary.as_deref(),
        entries: entries
            .map(|(number, text)| WordsJson {
                number: *number,
                text,
            })
            .collect(),
    }
}

fn idle_json(idle: &Idle) -> IdleJson<'_> {
    IdleJson {
        standing: idle.standing.as_str(),
        by: idle.by.as_str(),
        file: Some(idle.file.as_str()).filter(|it| !it.is_empty()),
        line: idle.line,
        rules: &idle.rules,
        reason: &idle.reason,
        until: idle.until.map(|it| it.to_string()),
    }
}
