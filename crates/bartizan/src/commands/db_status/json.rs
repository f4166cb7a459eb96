//! The status as JSON; `bartizan schema db-status` publishes its schema.

use bartizan_formats::snapshot::Verified;
use serde::Serialize;

use super::Status;
use crate::{
    error::Failure,
    render::json::{DatabaseJson, SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct StatusJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    created: String,
    records: u64,
    withdrawn: u64,
    packages: u64,
    groups: u64,
    conflicts: u64,
    disagreements: usize,
    epss: u64,
    kev: u64,
    ecosystems: &'a [String],
    origins: Vec<OriginJson<'a>>,
    verified: Option<VerifiedJson<'a>>,
}

#[derive(Serialize)]
struct OriginJson<'a> {
    address: &'a str,
    imported: String,
    unread: u64,
}

#[derive(Serialize)]
struct VerifiedJson<'a> {
    blocks: u64,
    bytes: u64,
    tables: Vec<TableJson<'a>>,
}

#[derive(Serialize)]
struct TableJson<'a> {
    table: &'a str,
    entries: u64,
}

/// The text of the answer.
pub(super) fn text(status: &Status<'_>) -> Result<String, Failure> {
    let counts = &status.manifest.counts;
    let origins = status.manifest.origins.iter().map(|origin| OriginJson {
        address: &origin.address,
        imported: origin.imported.to_string(),
        unread: origin.unread,
    });
    to_text(&StatusJson {
        schema_version: SCHEMA_VERSION,
        database: DatabaseJson::of(status.facts),
        created: status.manifest.created.to_string(),
        records: counts.records,
        withdrawn: status
            .manifest
            .sources
            .iter()
            .map(|source| source.withdrawn)
            .sum(),
        packages: counts.packages,
        groups: counts.groups,
        conflicts: counts.conflicts,
        disagreements: status.disagreements,
        epss: counts.epss,
        kev: counts.known_exploited,
        ecosystems: &status.manifest.ecosystems,
        origins: origins.collect(),
        verified: status.verified.as_ref().map(VerifiedJson::of),
    })
}

impl<'a> VerifiedJson<'a> {
    fn of(verified: &'a Verified) -> Self {
        let table = |(table, entries): &'a (bartizan_formats::snapshot::Table, u64)| TableJson {
            table: table.name(),
            entries: *entries,
        };
        Self {
            blocks: verified.blocks,
            bytes: verified.bytes,
            tables: verified.entries.iter().map(table).collect(),
        }
    }
}
