//! The OSV service's questions, answered from the advisory snapshot, so that tools made for that service can ask here.
//!
//! Records are given as their sources state them, each under its own id; a record of another format is written as OSV. What
//! [the service](https://google.github.io/osv.dev/api/) has and this one has not: questions about commits. What cannot be
//! decided by version is not among the answers, since the protocol has no word for it.

mod record;
mod wire;

use std::collections::BTreeMap;

use bartizan_model::{
    advisory::{PackageAdvisory, RecordKey},
    ecosystem::{Ecosystem, Package},
    purl::Purl,
};
use bartizan_sources::database::Database;
use bartizan_vulnerability::{
    advisories::{Advisories as _, AdvisoriesError},
    matching::Known,
};
use serde_json::Value;
use thiserror::Error;

pub(crate) use self::record::read as read_record;
pub use self::wire::{
    BatchAnswer, BatchQuestion, Brief, BriefAnswer, FullAnswer, PackageQuestion, Question,
};
pub(crate) use self::wire::{BatchForm, QuestionForm};

/// The most questions of one batch.
pub const MOST_QUESTIONS: usize = 1_000;
/// The most records of one answer; more are on further pages.
pub const MOST_RECORDS: usize = 1_000;
/// A longer name, version or token is refused.
const LONGEST: usize = 500;

/// Why a question has no answer.
#[derive(Debug, Error)]
pub enum OsvError {
    /// It is no question that this service understands.
    #[error("{0}")]
    Malformed(&'static str),
    /// There is no record of the id.
    #[error("no record has this id")]
    Unknown,
    /// The snapshot does not answer.
    #[error("the advisory snapshot does not answer")]
    Advisories(#[from] AdvisoriesError),
    /// A record cannot be read from the snapshot.
    #[error("the advisory snapshot cannot be read")]
    Snapshot(#[from] bartizan_formats::snapshot::SnapshotError),
}

/// The records about one version of a package, whole.
pub fn query(database: &Database, question: &Question) -> Result<FullAnswer, OsvError> {
    let (matched, next_page_token) = page(database, question)?;
    let records = matched.iter().map(|(key, _)| record::of(database, key));
    Ok(FullAnswer {
        vulns: records
            .filter_map(Result::transpose)
            .collect::<Result<Vec<Value>, _>>()?,
        next_page_token,
    })
}

/// The ids of the records about each of several versions.
pub fn batch(database: &Database, questions: &BatchQuestion) -> Result<BatchAnswer, OsvError> {
    if questions.queries.len() > MOST_QUESTIONS {
        return Err(OsvError::Malformed(
            "more questions than one batch may hold",
        ));
    }
    let answers = questions
        .queries
        .iter()
        .map(|question| brief(database, question));
    Ok(BatchAnswer {
        results: answers.collect::<Result<Vec<BriefAnswer>, OsvError>>()?,
    })
}

/// One record by its id.
pub fn vulnerability(database: &Database, id: &str) -> Result<Value, OsvError> {
    if id.len() > LONGEST {
        return Err(OsvError::Unknown);
    }
    let stored = database.records_of(id)?;
    let keys = stored
        .into_iter()
        .map(|stored| stored.key)
        .filter(|key| key.id == id);
    for key in keys {
        if let Some(record) = record::of(database, &key)? {
            return Ok(record);
        }
    }
    Err(OsvError::Unknown)
}

fn brief(database: &Database, question: &Question) -> Result<BriefAnswer, OsvError> {
    let (matched, next_page_token) = page(database, question)?;
    let mut vulns = Vec::with_capacity(matched.len());
    for (key, _) in matched {
        let modified = record::modified(database, &key)?;
        vulns.push(Brief {
            id: key.id,
            modified,
        });
    }
    Ok(BriefAnswer {
        vulns,
        next_page_token,
    })
}

/// The records that match, from the place that the token names on, and the token of the next page.
type Matched = (Vec<(RecordKey, String)>, Option<String>);

fn page(database: &Database, question: &Question) -> Result<Matched, OsvError> {
    let (package, version) = asked(question)?;
    let token = question
        .page_token
        .as_deref()
        .filter(|token| !token.is_empty());
    let start = match token.map(str::parse::<usize>) {
        None => 0,
        Some(Ok(start)) => start,
        Some(Err(_)) => {
            return Err(OsvError::Malformed(
                "the page token is none of this service",
            ));
        }
    };
    let Some(known) = database.package(&package)? else {
        return Ok((Vec::new(), None));
    };
    let matched: Vec<&PackageAdvisory> = match &version {
        Some(version) => Known::of(&known)
            .matches(version)
            .matched
            .into_iter()
            .map(|(entry, _)| entry)
            .collect(),
        None => known
            .entries
            .iter()
            .filter(|entry| !entry.is_withdrawn)
            .collect(),
    };
    // A record that several sources state is one record here, as its id says.
    let mut records = BTreeMap::new();
    for entry in matched {
        let key = RecordKey {
            id: entry.id.clone(),
            source: entry.source.clone(),
        };
        records
            .entry(key.id.clone())
            .or_insert((key, entry.group.clone()));
    }
    let whole = records.len();
    let end = start.saturating_add(MOST_RECORDS);
    let shown = records
        .into_values()
        .skip(start)
        .take(MOST_RECORDS)
        .collect();
    Ok((shown, (end < whole).then(|| end.to_string())))
}

/// The package and version that a question is about.
fn asked(question: &Question) -> Result<(Package, Option<String>), OsvError> {
    if question
        .commit
        .as_ref()
        .is_some_and(|commit| !commit.is_empty())
    {
        return Err(OsvError::Malformed(
            "this service does not answer by commit",
        ));
    }
    let asked = question
        .package
        .as_ref()
        .ok_or(OsvError::Malformed("the question names no package"))?;
    let version = question
        .version
        .clone()
        .filter(|version| !version.is_empty());
    let texts = [
        &asked.name,
        &asked.ecosystem,
        &asked.purl,
        &question.version,
    ];
    if texts
        .into_iter()
        .flatten()
        .any(|text| text.chars().count() > LONGEST || text.contains('\0'))
    {
        return Err(OsvError::Malformed(
            "a name or version is too long, or no text",
        ));
    }
    if let Some(purl) = asked.purl.as_deref().filter(|purl| !purl.is_empty()) {
        let purl: Purl = purl
            .parse()
            .map_err(|_| OsvError::Malformed("the package URL is not valid"))?;
        let named = purl.package().ok_or(OsvError::Malformed(
            "the package URL is of no ecosystem that advisories speak of",
        ))?;
        return match (named, version) {
            ((_, Some(_)), Some(_)) => Err(OsvError::Malformed("the version is given twice")),
            ((package, of_purl), version) => Ok((package, of_purl.or(version))),
        };
    }
    match (asked.name.as_deref(), asked.ecosystem.as_deref()) {
        (Some(name), Some(ecosystem)) if !name.is_empty() && !ecosystem.is_empty() => {
            Ok((Package::new(Ecosystem::new(ecosystem), name), version))
        }
        _ => Err(OsvError::Malformed(
            "the question names no package with its ecosystem",
        )),
    }
}

#[cfg(test)]
mod tests;
