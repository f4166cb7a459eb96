//! What a search found, as JSON; `bartizan schema db-search` publishes its schema.

use bartizan_model::{Timestamp, ecosystem::Package, severity::SeverityLevel};
use serde::Serialize;

use super::{
    Query,
    find::{Found, Hit},
};
use crate::{
    error::Failure,
    render::json::{DatabaseJson, SCHEMA_VERSION, SeverityJson, to_text},
    report::DatabaseFacts,
};

#[derive(Serialize)]
struct SearchJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    query: QueryJson<'a>,
    found: usize,
    is_cut: bool,
    unrated: usize,
    groups: Vec<GroupJson<'a>>,
}

#[derive(Serialize)]
struct QueryJson<'a> {
    words: &'a [String],
    package: Option<&'a str>,
    ecosystem: Option<&'a str>,
    severity: Option<&'a str>,
}

#[derive(Serialize)]
struct GroupJson<'a> {
    group: &'a str,
    ids: &'a [String],
    severity: SeverityJson<'a>,
    known_exploited: bool,
    withdrawn: bool,
    published: Option<String>,
    modified: Option<String>,
    summary: &'a str,
    packages: Vec<PackageJson<'a>>,
}

#[derive(Serialize)]
struct PackageJson<'a> {
    ecosystem: &'a str,
    name: &'a str,
}

/// The text of the answer.
pub(super) fn text(
    query: &Query,
    database: &DatabaseFacts,
    found: &Found,
    limit: usize,
) -> Result<String, Failure> {
    to_text(&SearchJson {
        schema_version: SCHEMA_VERSION,
        database: DatabaseJson::of(database),
        query: QueryJson {
            words: &query.words,
            package: query.package.as_deref(),
            ecosystem: query.ecosystem.as_deref(),
            severity: query.severity.map(SeverityLevel::as_str),
        },
        found: found.hits.len(),
        is_cut: found.is_cut,
        unrated: found.unrated,
        groups: found.hits.iter().take(limit).map(GroupJson::of).collect(),
    })
}

impl<'a> GroupJson<'a> {
    fn of(hit: &'a Hit) -> Self {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let package = |package: &'a Package| PackageJson {
            ecosystem: package.ecosystem().as_str(),
            name: package.name(),
        };
        Self {
            group: &hit.group.shown_as,
            ids: &hit.group.ids,
            severity: SeverityJson::of(&hit.severity),
            known_exploited: hit.is_known_exploited,
            withdrawn: hit.is_withdrawn,
            published: text(hit.published),
            modified: text(hit.modified),
            summary: &hit.summary,
            packages: hit.packages.iter().map(package).collect(),
        }
    }
}
