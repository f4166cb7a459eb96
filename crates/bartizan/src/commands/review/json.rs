//! The report for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::ReviewReport;
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct ReviewJson<'a> {
    schema_version: u32,
    entries: Vec<EntryJson<'a>>,
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

pub(super) fn text(report: &ReviewReport<'_>) -> Result<String, Failure> {
    let entries = report.live().map(|told| {
        let entry = &told.entry;
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
    });
    to_text(&ReviewJson {
        schema_version: SCHEMA_VERSION,
        entries: entries.collect(),
    })
}
