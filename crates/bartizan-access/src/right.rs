//! A right is a place with a holder; how much of it somebody holds is a level. All that stands at one time is [`Rights`].
//!
//! This is what plans speak of: small enough that a plan can be read by whoever approves it, and that the state after a plan is
//! the state before it with some levels exchanged.

mod account;
mod held;
mod rights;

use serde::{Deserialize, Serialize};

pub use self::{
    account::{Account, NoAccount},
    held::Held,
    rights::Rights,
};

/// Something that may be held, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Right {
    /// To belong to an organisation.
    Membership {
        /// The organisation.
        organisation: String,
        /// Who.
        account: Account,
    },
    /// To belong to a team.
    TeamMembership {
        /// The team, as `organisation/team`.
        team: String,
        /// Who.
        account: Account,
    },
    /// What a team may do in a repository.
    TeamAccess {
        /// The team, as `organisation/team`.
        team: String,
        /// The repository, as `owner/name`.
        repository: String,
    },
    /// What somebody may do in a repository by a grant of their own.
    Collaboration {
        /// The repository, as `owner/name`.
        repository: String,
        /// Who.
        account: Account,
    },
    /// What whoever has a key may do in a repository.
    DeployKey {
        /// The repository, as `owner/name`.
        repository: String,
        /// Its number there. The key itself is not told, so that it cannot be put back.
        key: u64,
    },
    /// A token that an organisation let in.
    Token {
        /// The organisation.
        organisation: String,
        /// Its number there.
        token: u64,
        /// Whose it is.
        account: Account,
    },
    /// A program that is installed in an organisation.
    Installation {
        /// The organisation.
        organisation: String,
        /// What the program is called.
        app: String,
    },
    /// An invitation that nobody answered.
    Invitation {
        /// The organisation, or the repository as `owner/name`.
        place: String,
        /// Its number there.
        invitation: u64,
        /// Who is invited; none where only an address is known, which is kept nowhere.
        account: Option<Account>,
    },
    /// A role in a project of a package index.
    IndexRole {
        /// The project.
        project: String,
        /// Who.
        account: Account,
    },
    /// That somebody was told what is about to happen, and asked.
    Notice {
        /// The organisation.
        organisation: String,
        /// Who.
        account: Account,
    },
}

impl Right {
    /// Whose it is, where it is a person's or a program's account.
    pub fn holder(&self) -> Option<&Account> {
        match self {
            Self::Membership { account, .. }
            | Self::TeamMembership { account, .. }
            | Self::Collaboration { account, .. }
            | Self::Token { account, .. }
            | Self::IndexRole { account, .. }
            | Self::Notice { account, .. } => Some(account),
            Self::Invitation { account, .. } => account.as_ref(),
            Self::TeamAccess { .. } | Self::DeployKey { .. } | Self::Installation { .. } => None,
        }
    }

    /// Where it holds.
    pub fn place(&self) -> &str {
        match self {
            Self::Membership { organisation, .. }
            | Self::Token { organisation, .. }
            | Self::Installation { organisation, .. }
            | Self::Notice { organisation, .. } => organisation,
            Self::TeamMembership { team, .. } => team,
            Self::TeamAccess { repository, .. }
            | Self::Collaboration { repository, .. }
            | Self::DeployKey { repository, .. } => repository,
            Self::Invitation { place, .. } => place,
            Self::IndexRole { project, .. } => project,
        }
    }

    /// Whether this much of it can be held.
    pub fn allows(&self, level: Held) -> bool {
        match self {
            Self::Membership { .. } => matches!(level, Held::Member | Held::Owner),
            Self::TeamMembership { .. } => matches!(level, Held::Member | Held::Maintainer),
            Self::TeamAccess { .. } | Self::Collaboration { .. } => level.is_of_repository(),
            Self::DeployKey { .. } => matches!(level, Held::Read | Held::Write),
            Self::Token { .. } | Self::Installation { .. } | Self::Invitation { .. } => {
                level == Held::Standing
            }
            Self::IndexRole { .. } => matches!(level, Held::Maintainer | Held::Owner),
            Self::Notice { .. } => level == Held::Given,
        }
    }

    /// Whether it is one of those that a person works by, of which a run may change only so many.
    pub fn is_grant(&self) -> bool {
        matches!(
            self,
            Self::Membership { .. }
                | Self::TeamMembership { .. }
                | Self::TeamAccess { .. }
                | Self::Collaboration { .. }
                | Self::IndexRole { .. }
        )
    }

    /// It in words, for people.
    pub fn words(&self) -> String {
        match self {
            Self::Membership {
                organisation,
                account,
            } => format!("{account} in the organisation {organisation}"),
            Self::TeamMembership { team, account } => format!("{account} in the team {team}"),
            Self::TeamAccess { team, repository } => {
                format!("the team {team} in the repository {repository}")
            }
            Self::Collaboration {
                repository,
                account,
            } => format!("{account} by a grant of their own in the repository {repository}"),
            Self::DeployKey { repository, key } => {
                format!("the deploy key {key} of the repository {repository}")
            }
            Self::Token {
                organisation,
                token,
                account,
            } => format!("the token {token} of {account} in the organisation {organisation}"),
            Self::Installation { organisation, app } => {
                format!("the program {app} in the organisation {organisation}")
            }
            Self::Invitation {
                place, invitation, ..
            } => format!("the invitation {invitation} to {place}"),
            Self::IndexRole { project, account } => {
                format!("{account} in the project {project} of the package index")
            }
            Self::Notice {
                organisation,
                account,
            } => format!("the notice to {account} of the organisation {organisation}"),
        }
    }

    /// The names in it, which have to be names.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Membership { organisation, .. }
            | Self::Token { organisation, .. }
            | Self::Notice { organisation, .. } => vec![organisation],
            Self::TeamMembership { team, .. } => vec![team],
            Self::TeamAccess { team, repository } => vec![team, repository],
            Self::Collaboration { repository, .. } | Self::DeployKey { repository, .. } => {
                vec![repository]
            }
            Self::Installation { organisation, app } => vec![organisation, app],
            Self::Invitation { place, .. } => vec![place],
            Self::IndexRole { project, .. } => vec![project],
        }
    }
}

/// The organisation of a team or a repository.
pub fn organisation(place: &str) -> &str {
    place.split_once('/').map_or(place, |(before, _)| before)
}
