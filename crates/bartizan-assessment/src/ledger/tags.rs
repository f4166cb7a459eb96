//! Releases beside the tags of a clone: which has one, which is signed, and which tag has no release.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{Timestamp, version::pep440::Version};
use bartizan_sources::git::Repository;

use crate::project::History;

/// The tags of a clone.
pub struct Tags {
    history: History,
    by_version: BTreeMap<Version, bool>,
}

/// Whether a tag names a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagStanding {
    /// One in which a signature stands. Nobody has verified it.
    Signed,
    /// One without a signature.
    Unsigned,
    /// None.
    None,
    /// The clone ends before the release.
    TooNew,
}

impl TagStanding {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Unsigned => "unsigned",
            Self::None => "none",
            Self::TooNew => "newer-than-clone",
        }
    }
}

impl Tags {
    /// The tags of a clone that name versions of packages of these names.
    pub fn read(repository: &Repository, names: &[&str]) -> Result<Self, String> {
        let history = History::read(repository, names)?;
        let mut by_version = BTreeMap::new();
        for (version, tag) in history.tags() {
            *by_version.entry(version.clone()).or_insert(false) |= tag.is_signed;
        }
        Ok(Self {
            history,
            by_version,
        })
    }

    /// The commit that the clone is at.
    pub fn head(&self) -> &str {
        self.history.head()
    }

    /// Whether a tag names a release.
    pub fn of(&self, version: &Version, uploaded: Option<Timestamp>) -> TagStanding {
        match self.by_version.get(version) {
            Some(true) => TagStanding::Signed,
            Some(false) => TagStanding::Unsigned,
            None if uploaded.is_none_or(|it| it > self.history.until()) => TagStanding::TooNew,
            None => TagStanding::None,
        }
    }

    /// Tags of final versions that were made since, and of which none of these releases is; the newest first.
    pub fn without_release(&self, released: &BTreeSet<&Version>, since: Timestamp) -> Vec<&str> {
        let recent = self.history.tags().iter().filter(|(version, tag)| {
            let moment = tag.tagged.or(tag.committed);
            let is_recent = moment.is_some_and(|moment| moment >= since);
            is_recent && !version.is_prerelease() && !released.contains(version)
        });
        recent.map(|(_, tag)| tag.name.as_str()).collect()
    }
}
