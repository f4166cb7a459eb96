//! How much of a right somebody holds, in the words of snapshots where these have one.

use serde::{Deserialize, Serialize};

/// How much. Of two levels that one right can have the later one is the higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// Of a notice: it was given.
    Given,
    /// Of a token, a program, an invitation: it stands.
    Standing,
    /// To read.
    Read,
    /// To sort issues and requests.
    Triage,
    /// To push and merge.
    Write,
    /// To manage a repository, without what cannot be taken back.
    Maintain,
    /// To do anything in a repository.
    Admin,
    /// To belong to a team or an organisation.
    Member,
    /// To say who belongs to a team. Of an index: to upload.
    Maintainer,
    /// To do anything in an organisation, or in a project of an index.
    Owner,
}

impl Held {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Standing => "standing",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Maintainer => "maintainer",
            Self::Owner => "owner",
        }
    }

    /// Whether it is one that repositories have.
    pub fn is_of_repository(self) -> bool {
        (Self::Read..=Self::Admin).contains(&self)
    }
}
