//! The database as every JSON answer names it.

use serde::Serialize;

use crate::{
    freshness::Freshness,
    report::{DatabaseFacts, SourceFacts, days_between},
};

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
    opinions: u64,
    imported: String,
    age_days: f64,
    newest_record: Option<String>,
    origin: &'a str,
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
            opinions: source.opinions,
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
