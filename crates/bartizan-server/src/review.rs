//! What is kept of the pull requests of a project that wait, as the desk of its maintainers reads it. Nothing public shows it.

use bartizan_store::{Store, StoreError};
use serde::Deserialize;

use crate::{href::Place, signing};

/// The kind of the document.
pub(crate) const QUEUE: &str = bartizan_assessment::review::told::KIND;

/// The part of a project's path below which its queue is.
pub(crate) const PART: &str = "review";

/// A queue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Queue {
    /// How many wait in all.
    pub(crate) of: u64,
    pub(crate) pulls: Vec<Pull>,
    /// How many could not be looked at.
    pub(crate) unread: u64,
}

/// A pull request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pull {
    #[serde(rename = "pull")]
    pub(crate) number: u64,
    pub(crate) score: f64,
    pub(crate) shares: std::collections::BTreeMap<String, f64>,
    pub(crate) severity: Option<String>,
    pub(crate) files: u64,
    pub(crate) changed_lines: u64,
    pub(crate) lines_to_read: u64,
    /// What it lets the package newly do, and which functions.
    pub(crate) capabilities: Vec<String>,
    pub(crate) gained: Vec<Gained>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) entries_in_all: u64,
    /// How much of it could not be read.
    pub(crate) unread: u64,
}

/// A function that may newly do something.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Gained {
    pub(crate) capability: String,
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) function: String,
    pub(crate) what: String,
}

/// An entry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    /// The rule and the digits that stand for the entry.
    pub(crate) id: String,
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) severity: String,
    pub(crate) score: f64,
    pub(crate) shares: std::collections::BTreeMap<String, f64>,
    pub(crate) file: String,
    pub(crate) line: Option<u64>,
    pub(crate) message: String,
}

impl Queue {
    /// The queue of a project, with when it was read.
    pub(crate) async fn of(
        store: &Store,
        project: &str,
    ) -> Result<Option<(Self, bartizan_model::assessment::Evidence)>, StoreError> {
        let row = store.document(project, QUEUE, "").await?;
        Ok(row.map(|row| (signing::read(&row.document.json), row.document.evidence)))
    }

    /// Whether an entry is told in it.
    pub(crate) fn has(&self, id: &str) -> bool {
        let mut entries = self.pulls.iter().flat_map(|it| &it.entries);
        entries.any(|it| it.id == id)
    }
}

/// The page of a project's queue.
pub(crate) fn place(project: &str) -> Place {
    Place::new(["projects", project, PART])
}
