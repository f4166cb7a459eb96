//! Repositories, and what protects them: environments, rules, policies, secrets.

use std::fmt;

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Holder, tidy};
use crate::name::{Login, RepositoryName, Text};

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its name.
    pub name: RepositoryName,
    /// Its number at the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Who sees it.
    #[serde(default)]
    pub visibility: Visibility,
    /// Whether nothing can be changed in it any more. Of such a one invitations, environments, secrets and the policy of Actions are
    /// not asked for: nothing runs in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_archived: bool,
    /// Whether it is a copy of another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_fork: bool,
    /// The branch that changes go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<Text>,
    /// When somebody pushed to it last.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub pushed: Option<Timestamp>,
    /// Which actions may run; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<ActionsPolicy>,
    /// Who is asked about which paths, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_owners: Vec<CodeOwner>,
}

impl Repository {
    /// One of which only the name is known.
    pub fn named(name: RepositoryName) -> Self {
        Self {
            name,
            id: None,
            visibility: Visibility::Unknown,
            is_archived: false,
            is_fork: false,
            default_branch: None,
            pushed: None,
            actions: None,
            code_owners: Vec::new(),
        }
    }
}

/// Who sees a repository.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// It is not told.
    #[default]
    Unknown,
    /// Everybody.
    Public,
    /// Whoever has access.
    Private,
    /// Everybody of an enterprise.
    Internal,
}

/// A line of `CODEOWNERS`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeOwner {
    /// Which paths.
    pub pattern: Text,
    /// Who is asked; nobody where a line takes paths out again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Holder>,
}

/// Which actions may run, and what their token may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionsPolicy {
    /// Whether any run at all.
    pub is_enabled: bool,
    /// Which.
    pub allowed: Allowed,
    /// Whether those of everybody whom the host has verified are among chosen ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_verified: bool,
    /// Patterns of chosen ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<Text>,
    /// Whether they must be pinned to full commits; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_pins: Option<bool>,
    /// Whether the token can write that asks for nothing; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_can_write: Option<bool>,
    /// Whether the token can approve pull requests; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_can_approve: Option<bool>,
}

/// Which actions may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allowed {
    /// Any.
    All,
    /// Those of the owner.
    Own,
    /// Chosen ones.
    Selected,
}

/// An environment that jobs run in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// The repository.
    pub repository: RepositoryName,
    /// Its name.
    pub name: Text,
    /// Who may approve a job; nobody need where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<Holder>,
    /// Whether nobody may approve what they started themselves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forbids_self_review: bool,
    /// For how many minutes a job waits.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wait_minutes: u64,
    /// Which branches and tags may use it: `all`, `protected` or `named`.
    pub refs: Text,
    /// Whether administrators may pass over its rules; `None` where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_be_bypassed: Option<bool>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks fields by reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Rules of branches or tags.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Whose they are.
    pub place: Place,
    /// Their number at the host; none of a protection of a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// What they are called.
    pub name: Text,
    /// What they are for: `branch`, `tag` or `push`.
    pub target: Text,
    /// Whether they hold: `active`, `evaluate` or `disabled`.
    pub enforcement: Text,
    /// Patterns of the names that they hold for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Text>,
    /// Patterns of those that they do not hold for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Text>,
    /// Their kinds, as the host calls them: `pull_request`, `deletion`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Text>,
    /// How many reviews a change needs, where they want any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<u64>,
    /// Whom they let pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bypass: Vec<Bypass>,
}

impl Rules {
    pub(super) fn sort(&mut self) {
        tidy(&mut self.include);
        tidy(&mut self.exclude);
        tidy(&mut self.kinds);
        tidy(&mut self.bypass);
    }
}

/// Somebody whom rules let pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bypass {
    /// The kind of actor.
    pub kind: BypassKind,
    /// Its number at the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Its name, where it is known: a login, `organisation/slug`, an app, a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// When: `always`, `pull_request` or `exempt`.
    pub mode: Text,
}

/// The kind of an actor that rules let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BypassKind {
    /// Owners of the organisation.
    Owners,
    /// Everybody with a role in the repository.
    Role,
    /// A team.
    Team,
    /// A person.
    Person,
    /// An app.
    App,
    /// Deploy keys.
    DeployKey,
    /// A kind that is not known here.
    Other,
}

/// A secret that workflows can be given: its name and age.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Where it lies.
    pub place: Place,
    /// The environment, where it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Text>,
    /// Its name.
    pub name: Text,
    /// When it was put there.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub created: Option<Timestamp>,
    /// When it was set last.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub updated: Option<Timestamp>,
}

/// An organisation or a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// An organisation.
    Organisation(Login),
    /// A repository.
    Repository(RepositoryName),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organisation(name) => write!(f, "{name}"),
            Self::Repository(name) => write!(f, "{name}"),
        }
    }
}
