//! What somebody did, and what was read completely.

use std::collections::BTreeSet;

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::right::Account;

/// Something that somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActKind {
    /// Wrote a change that was put in, by whomever. Needs no right.
    Author,
    /// Reviewed a change. Anybody may; that it counts needs a right.
    Review,
    /// Sorted an issue or a request.
    Triage,
    /// Pushed to a branch of the project.
    Push,
    /// Put in somebody's change.
    Merge,
    /// Made a release, or a tag with a message.
    Release,
    /// Let a waiting job go on.
    WorkflowApproval,
    /// Changed settings, members or rights.
    Administration,
    /// Uploaded to a package index.
    Upload,
}

/// Where evidence is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceSource {
    /// A git history.
    History,
    /// The hosting service's log of pushes and merges.
    Activity,
    /// Reviews and merges of pull requests, as the hosting service tells them.
    PullRequests,
    /// Our own log of what the hosting service delivered.
    Deliveries,
    /// A package index.
    Index,
    /// A file that somebody made.
    Import,
}

/// An act of somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Who.
    pub by: Account,
    /// Where: `owner/name`, an organisation, a project of an index.
    pub place: String,
    /// What.
    pub kind: ActKind,
    /// When.
    #[serde(with = "bartizan_formats::moment")]
    pub at: Timestamp,
    /// How it is known.
    pub source: EvidenceSource,
}

/// All acts of some kinds at a place over some time were read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// From where.
    pub source: EvidenceSource,
    /// Of which place.
    pub place: String,
    /// Which kinds.
    pub kinds: BTreeSet<ActKind>,
    /// Of whom; everybody where nobody is named. A history does not tell the acts of accounts that it does not name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<BTreeSet<Account>>,
    /// From when on.
    #[serde(with = "bartizan_formats::moment")]
    pub since: Timestamp,
    /// Until when.
    #[serde(with = "bartizan_formats::moment")]
    pub until: Timestamp,
}

/// What was read up to a week ago was read now: a snapshot takes a while, and a mirror is fetched now and then.
const SLACK: i64 = 7 * 24 * 60 * 60;

impl Coverage {
    /// Whether it goes on until now.
    pub(crate) fn reaches(&self, now: Timestamp) -> bool {
        self.until.as_second().saturating_add(SLACK) >= now.as_second()
    }
}

impl ActKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Author,
        Self::Review,
        Self::Triage,
        Self::Push,
        Self::Merge,
        Self::Release,
        Self::WorkflowApproval,
        Self::Administration,
        Self::Upload,
    ];

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Review => "review",
            Self::Triage => "triage",
            Self::Push => "push",
            Self::Merge => "merge",
            Self::Release => "release",
            Self::WorkflowApproval => "workflow-approval",
            Self::Administration => "administration",
            Self::Upload => "upload",
        }
    }
}

impl EvidenceSource {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Activity => "activity",
            Self::PullRequests => "pull-requests",
            Self::Deliveries => "deliveries",
            Self::Index => "index",
            Self::Import => "import",
        }
    }
}
