//! What package indexes state about projects: facts, not judgements.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ecosystem::Package;

/// What the configured indexes answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexFacts {
    /// How many indexes were asked.
    pub indexes: usize,
    /// What each index that has the project says of it.
    pub projects: BTreeMap<Package, Vec<ProjectFacts>>,
    /// Packages about which at least one index gave no answer, with the reason. They are not "absent".
    pub unanswered: BTreeMap<Package, String>,
}

/// What one index states about a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectFacts {
    /// The index, without secrets.
    pub index: String,
    /// The status ([PEP 792](https://peps.python.org/pep-0792/)); none where the index states none.
    pub status: Option<ProjectStatus>,
    /// Its releases, by version as the names of their files have it.
    pub releases: BTreeMap<String, ReleaseFacts>,
}

/// The status of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectStatus {
    /// `active`, `archived`, `quarantined`, `deprecated`, or a word that is not known yet.
    pub word: String,
    /// Why, in the words of the index.
    pub reason: Option<String>,
}

/// What an index states about the files of a release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseFacts {
    /// When its first file was uploaded.
    pub uploaded: Option<Timestamp>,
    /// How many files it has.
    pub files: usize,
    /// How many of them are yanked ([PEP 592](https://peps.python.org/pep-0592/)).
    pub yanked: usize,
    /// Why they are yanked, where the index says it.
    pub reason: Option<String>,
}

impl ReleaseFacts {
    /// Whether the release as a whole is yanked: every file of it.
    pub fn is_yanked(&self) -> bool {
        self.files > 0 && self.yanked == self.files
    }
}
