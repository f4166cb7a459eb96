//! People, teams and organisations.

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionsPolicy, Level, Resource};
use crate::name::{Login, TeamName, Text};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: Login,
    /// Its number at the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Whether everybody needs a second factor; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_second_factor: Option<bool>,
    /// What members may do to every repository; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_level: Option<Level>,
    /// Which actions may run; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<ActionsPolicy>,
    /// People who are no members and have access to some repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside_collaborators: Vec<Login>,
}

impl Organisation {
    /// One of which only the name is known.
    pub fn named(name: Login) -> Self {
        Self {
            name,
            id: None,
            requires_second_factor: None,
            base_level: None,
            actions: None,
            outside_collaborators: Vec::new(),
        }
    }
}

/// A person or a bot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name of the account.
    pub login: Login,
    /// The number of the account, which nobody else can have later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The name of the person, where it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// Whether the host says that it is none of a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_bot: bool,
    /// What is known of the second factor.
    #[serde(default, skip_serializing_if = "SecondFactor::is_unknown")]
    pub second_factor: SecondFactor,
}

impl Person {
    /// One of whom only the login is known.
    pub fn named(login: Login) -> Self {
        Self {
            login,
            id: None,
            name: None,
            is_bot: false,
            second_factor: SecondFactor::Unknown,
        }
    }
}

/// What is known of somebody's second factor.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactor {
    /// It is not told.
    #[default]
    Unknown,
    /// There is one; whether it is a sound one is not told.
    Enabled,
    /// There is a sound one.
    Secure,
    /// There is one that can be taken over, such as messages to a telephone.
    Insecure,
    /// There is none.
    Missing,
}

impl SecondFactor {
    /// Whether nothing is known.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks fields by reference"
    )]
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name.
    pub name: TeamName,
    /// Its number at the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The team that it is a part of. Its members have what that one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TeamName>,
    /// Whether only its members see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_secret: bool,
}

/// An invitation that nobody has accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// To what: an organisation or a repository.
    pub resource: Resource,
    /// Its number at the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Who is invited.
    pub invited: Invited,
    /// What they would get.
    pub level: Level,
    /// Who invited them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Login>,
    /// When.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub created: Option<Timestamp>,
    /// Why it cannot be accepted any more, where the host says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Text>,
}

/// Who is invited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invited {
    /// An account.
    Login(Login),
    /// An address, which is not kept.
    Address,
}
