//! The opinions as JSON; `bartizan schema db-show` publishes its schema.

use bartizan_model::{
    Timestamp,
    advisory::{Advisory, Affected},
    ecosystem::Package,
    severity::SeverityLevel,
};
use bartizan_vulnerability::disagreement::{Disagreement, Opinion};
use serde::Serialize;

use super::opinion::{self, Opinions};
use crate::{
    error::Failure,
    render::json::{DatabaseJson, EpssJson, KevJson, SCHEMA_VERSION, SeverityJson, to_text},
    report::DatabaseFacts,
};

#[derive(Serialize)]
struct ShowJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    query: &'a str,
    groups: Vec<GroupJson<'a>>,
}

#[derive(Serialize)]
struct GroupJson<'a> {
    group: &'a str,
    ids: &'a [String],
    related: &'a [String],
    upstream: &'a [String],
    conflicts: &'a [String],
    severity: SeverityJson<'a>,
    epss: Option<EpssJson>,
    kev: Option<KevJson<'a>>,
    records: Vec<RecordJson<'a>>,
    without_effect: Vec<RecordJson<'a>>,
    unread: &'a [String],
    disagreements: Vec<DisagreementJson<'a>>,
}

#[derive(Serialize)]
struct RecordJson<'a> {
    id: &'a str,
    source: &'a str,
    published: Option<String>,
    modified: Option<String>,
    withdrawn: Option<String>,
    summary: &'a str,
    aliases: &'a [String],
    related: &'a [String],
    upstream: &'a [String],
    severity: SeverityOfRecord,
    affected: Vec<AffectedJson<'a>>,
    references: &'a [String],
}

#[derive(Serialize)]
struct SeverityOfRecord {
    level: Option<&'static str>,
    score: Option<f64>,
    vector: Option<String>,
}

#[derive(Serialize)]
struct AffectedJson<'a> {
    package: Option<&'a str>,
    ecosystem: Option<&'a str>,
    ranges: Vec<String>,
    versions: usize,
    fixed: Vec<&'a str>,
}

#[derive(Serialize)]
struct DisagreementJson<'a> {
    package: Option<&'a str>,
    field: &'static str,
    opinions: Vec<OpinionJson<'a>>,
}

#[derive(Serialize)]
struct OpinionJson<'a> {
    record: &'a str,
    source: &'a str,
    says: &'a str,
}

/// The text of the answer.
pub(super) fn text(
    query: &str,
    database: &DatabaseFacts,
    groups: &[Opinions],
) -> Result<String, Failure> {
    to_text(&ShowJson {
        schema_version: SCHEMA_VERSION,
        database: DatabaseJson::of(database),
        query,
        groups: groups.iter().map(GroupJson::of).collect(),
    })
}

impl<'a> GroupJson<'a> {
    fn of(opinions: &'a Opinions) -> Self {
        Self {
            group: &opinions.group.shown_as,
            ids: &opinions.group.ids,
            related: &opinions.group.related,
            upstream: &opinions.upstream,
            conflicts: &opinions.group.conflicts,
            severity: SeverityJson::of(&opinions.severity),
            epss: opinions.epss.map(EpssJson::of),
            kev: opinions.known_exploited.as_ref().map(KevJson::of),
            records: opinions.records.iter().map(RecordJson::of).collect(),
            without_effect: opinions.without_effect.iter().map(RecordJson::of).collect(),
            unread: &opinions.unread,
            disagreements: opinions
                .disagreements
                .iter()
                .map(DisagreementJson::of)
                .collect(),
        }
    }
}

impl<'a> RecordJson<'a> {
    fn of(record: &'a Advisory) -> Self {
        let severity = opinion::severity_of([record]);
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Self {
            id: &record.id,
            source: &record.source,
            published: text(record.published),
            modified: text(record.modified),
            withdrawn: text(record.withdrawn),
            summary: &record.summary,
            aliases: &record.aliases,
            related: &record.related,
            upstream: &record.upstream,
            severity: SeverityOfRecord {
                level: severity.level.map(SeverityLevel::as_str),
                score: severity.score,
                vector: severity.vector,
            },
            affected: record.affected.iter().map(AffectedJson::of).collect(),
            references: &record.references,
        }
    }
}

impl<'a> AffectedJson<'a> {
    fn of(part: &'a Affected) -> Self {
        Self {
            package: part.package.as_ref().map(Package::name),
            ecosystem: part
                .package
                .as_ref()
                .map(|package| package.ecosystem().as_str()),
            ranges: opinion::ranges(part),
            versions: part.versions.len(),
            fixed: opinion::fixed(part),
        }
    }
}

impl<'a> DisagreementJson<'a> {
    fn of(disagreement: &'a Disagreement) -> Self {
        Self {
            package: disagreement.package.as_ref().map(Package::name),
            field: disagreement.field.as_str(),
            opinions: disagreement.opinions.iter().map(OpinionJson::of).collect(),
        }
    }
}

impl<'a> OpinionJson<'a> {
    fn of(opinion: &'a Opinion) -> Self {
        Self {
            record: &opinion.record.id,
            source: &opinion.record.source,
            says: &opinion.says,
        }
    }
}
