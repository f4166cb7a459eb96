//! What was given to whom, as the host keeps it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::EntryKind;
use crate::{
    name::{Login, RepositoryName, TeamName, Text},
    right::Held,
};

/// Something that was given to somebody. One of these is what one step of a plan changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// On what.
    pub resource: Resource,
    /// To whom.
    pub holder: Holder,
    /// How much.
    pub level: Level,
    /// The name of a role that the owner of the resource has defined; then `level` is what it is based on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
}

/// Who holds something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// A person or a bot.
    Person(Login),
    /// A team.
    Team(TeamName),
}

/// What somebody has a right to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// An organisation.
    Organisation(Login),
    /// A team.
    Team(TeamName),
    /// A repository.
    Repository(RepositoryName),
    /// Something beyond the host: its kind and name. Never the resource of an assignment, only of a grant.
    Entry(EntryKind, Text),
}

/// How much somebody may. Levels of one kind of resource are ordered; those of two kinds are not compared.
///
/// Organisations and their roles: `Nothing`, `Member`, `Owner`, or, for a role or for what members may do to every repository,
/// one of a repository. Teams: `Member`, `Maintainer`. Repositories: `Read` to `Admin`. Entries: `Maintainer`, `Owner`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing by itself: a role that gives what its name says, or members that get nothing by being members.
    Nothing,
    /// See it.
    Read,
    /// Sort issues and pull requests.
    Triage,
    /// Push, merge and release.
    Write,
    /// Change settings that endanger nothing.
    Maintain,
    /// Everything to a repository.
    Admin,
    /// Belong to it.
    Member,
    /// Belong to it and add others; of a package: publish it.
    Maintainer,
    /// Everything.
    Owner,
}

impl Level {
    /// The word that documents use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
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

    /// The level of a repository that a host calls so, in any of its interfaces: `push` and `WRITE` are one.
    pub fn of_repository(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "none" => Self::Nothing,
            "pull" | "read" => Self::Read,
            "triage" => Self::Triage,
            "push" | "write" => Self::Write,
            "maintain" => Self::Maintain,
            "admin" => Self::Admin,
            _ => return None,
        })
    }

    /// The level that plans call so; what is only given or only stands is none.
    pub fn of_held(held: Held) -> Option<Self> {
        Some(match held {
            Held::Given | Held::Standing => return None,
            Held::Read => Self::Read,
            Held::Triage => Self::Triage,
            Held::Write => Self::Write,
            Held::Maintain => Self::Maintain,
            Held::Admin => Self::Admin,
            Held::Member => Self::Member,
            Held::Maintainer => Self::Maintainer,
            Held::Owner => Self::Owner,
        })
    }

    /// Whether there can be such a level of a resource.
    pub fn fits(self, resource: &Resource) -> bool {
        match resource {
            Resource::Organisation(_) => !matches!(self, Self::Maintainer),
            Resource::Team(_) => matches!(self, Self::Member | Self::Maintainer),
            Resource::Repository(_) => (Self::Read..=Self::Admin).contains(&self),
            Resource::Entry(..) => matches!(self, Self::Maintainer | Self::Owner),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(login) => write!(f, "@{login}"),
            Self::Team(team) => write!(f, "team {team}"),
        }
    }
}

impl Resource {
    /// The name, without its kind.
    pub fn name(&self) -> &str {
        match self {
            Self::Organisation(name) => name.as_str(),
            Self::Team(name) => name.as_str(),
            Self::Repository(name) => name.as_str(),
            Self::Entry(_, name) => name.as_str(),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organisation(name) => write!(f, "organisation {name}"),
            Self::Team(name) => write!(f, "team {name}"),
            Self::Repository(name) => write!(f, "repository {name}"),
            Self::Entry(kind, name) => write!(f, "{kind} {name}"),
        }
    }
}
