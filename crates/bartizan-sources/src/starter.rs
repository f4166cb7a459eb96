//! The embedded sample of advisories, so that a first run says something before any sync.
//!
//! It is a sample and says so: every answer from it counts as stale.

use std::io::Cursor;

use bartizan_formats::{
    advisory,
    snapshot::{Snapshot, SnapshotError},
};
use bartizan_model::{Timestamp, problem::Problem};
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::{
    database::{Database, DatabaseReader},
    sync::{
        Authority,
        build::{BuildError, Ingredients, build},
        gather::{Extent, Gather},
        progress::Silent,
    },
};

const TEXT: &str = include_str!("../starter.json");

/// What the sample is called where an origin is named.
const ORIGIN: &str = "embedded sample";

/// The embedded sample cannot be used: a fault of this program.
#[derive(Debug, Error)]
pub enum StarterError {
    /// It is not the JSON that is expected.
    #[error("the embedded sample is not readable")]
    Json(#[from] serde_json::Error),
    /// Its date is no date.
    #[error("the embedded sample has no date")]
    Date(#[from] jiff::Error),
    /// One of its records cannot be read.
    #[error("the embedded sample has a record that cannot be read: {}", problem.message)]
    Record {
        /// What is wrong.
        problem: Problem,
    },
    /// It cannot be built.
    #[error("the embedded sample cannot be built: {reason}")]
    Build {
        /// Why.
        reason: String,
    },
    /// What was built cannot be opened.
    #[error("the embedded sample cannot be opened")]
    Open(#[from] SnapshotError),
}

impl From<BuildError> for StarterError {
    fn from(error: BuildError) -> Self {
        Self::Build {
            reason: error.to_string(),
        }
    }
}

#[derive(Deserialize)]
struct Starter<'a> {
    date: String,
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

/// The sample as a database in memory.
pub fn database() -> Result<Database, StarterError> {
    let starter: Starter<'_> = serde_json::from_str(TEXT)?;
    let now: Timestamp = format!("{}T00:00:00Z", starter.date).parse()?;
    let mut gather = Gather::new(Cursor::new(Vec::new()), Authority::default());
    let input = gather.input(ORIGIN, Extent::Whole);
    for record in &starter.records {
        let mut reading = advisory::read(ORIGIN, record.get().as_bytes());
        if let Some(problem) = reading.problems.pop() {
            return Err(StarterError::Record { problem });
        }
        gather
            .add(input, reading)
            .map_err(|error| StarterError::Build {
                reason: error.to_string(),
            })?;
    }
    let ingredients = Ingredients {
        old: None::<&Snapshot<DatabaseReader>>,
        gather,
        spool: Cursor::new(Vec::new()),
        now,
        starter_date: Some(starter.date),
    };
    let built = build(ingredients, Vec::new(), &mut Silent)?;
    Ok(Database::in_memory(built.target)?)
}

#[cfg(test)]
mod tests {
    use bartizan_model::ecosystem::{Ecosystem, Package};
    use bartizan_vulnerability::advisories::Advisories;

    use super::*;

    #[test]
    fn the_sample_answers_and_says_that_it_is_one() {
        let database = database().unwrap();
        let manifest = database.manifest();
        assert!(manifest.is_starter);
        assert_eq!(manifest.starter_date.as_deref(), Some("2026-11-23"));
        assert!((1..=60).contains(&manifest.counts.records));
        assert!(database.covers(&Ecosystem::pypi()));
        assert!(!database.covers(&Ecosystem::new("npm")));
        assert!(
            Snapshot::package(&database, &Package::pypi("pillow"))
                .unwrap()
                .is_some()
        );
        database.verify().unwrap();
    }
}
