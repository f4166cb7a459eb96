//! What could not be read, and what would have been needed.

use bartizan_model::hosting::{Unseen, UnseenKind};
use serde::{Deserialize, Serialize};

use crate::name::Text;

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// Which part.
    pub part: Part,
    /// Of what: an organisation, `organisation/team`, `owner/repository`, the name of an entry.
    pub of: Text,
    /// The kind of reason.
    pub why: Why,
    /// The reason in words.
    pub words: Text,
    /// The permission that would have shown it, as the host names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Text>,
}

impl Unread {
    /// What a host did not show.
    pub fn new(part: Part, of: &str, unseen: &Unseen) -> Self {
        Self {
            part,
            of: of.into(),
            why: Why::of(unseen.kind),
            words: unseen.why.as_str().into(),
            permission: unseen.permission.as_deref().map(Text::new),
        }
    }
}

/// A part of a snapshot that is read by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Settings of an organisation.
    Organisation,
    /// Who is in an organisation, and who owns it.
    Members,
    /// Who has which second factor.
    SecondFactors,
    /// Outside collaborators of an organisation.
    OutsideCollaborators,
    /// Invitations.
    Invitations,
    /// The teams of an organisation.
    Teams,
    /// Who is in a team.
    TeamMembers,
    /// What a team has access to.
    TeamRepositories,
    /// The repositories of an organisation.
    Repositories,
    /// Who was given access to a repository by name.
    Collaborators,
    /// Roles of an organisation and who has them.
    OrganisationRoles,
    /// Keys of a repository.
    DeployKeys,
    /// Apps of an organisation.
    Apps,
    /// Tokens that reach an organisation.
    Tokens,
    /// Environments of a repository.
    Environments,
    /// Rules of an organisation or a repository.
    Rules,
    /// Whom rules let pass.
    Bypass,
    /// Names of secrets.
    Secrets,
    /// The policy of Actions.
    Actions,
    /// Who is asked about which paths.
    CodeOwners,
    /// Who may publish a package.
    IndexOwners,
    /// Something else beyond the host.
    Entries,
}

impl Part {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Organisation,
        Self::Members,
        Self::SecondFactors,
        Self::OutsideCollaborators,
        Self::Invitations,
        Self::Teams,
        Self::TeamMembers,
        Self::TeamRepositories,
        Self::Repositories,
        Self::Collaborators,
        Self::OrganisationRoles,
        Self::DeployKeys,
        Self::Apps,
        Self::Tokens,
        Self::Environments,
        Self::Rules,
        Self::Bypass,
        Self::Secrets,
        Self::Actions,
        Self::CodeOwners,
        Self::IndexOwners,
        Self::Entries,
    ];

    /// The word that documents use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Members => "members",
            Self::SecondFactors => "second-factors",
            Self::OutsideCollaborators => "outside-collaborators",
            Self::Invitations => "invitations",
            Self::Teams => "teams",
            Self::TeamMembers => "team-members",
            Self::TeamRepositories => "team-repositories",
            Self::Repositories => "repositories",
            Self::Collaborators => "collaborators",
            Self::OrganisationRoles => "organisation-roles",
            Self::DeployKeys => "deploy-keys",
            Self::Apps => "apps",
            Self::Tokens => "tokens",
            Self::Environments => "environments",
            Self::Rules => "rules",
            Self::Bypass => "bypass",
            Self::Secrets => "secrets",
            Self::Actions => "actions",
            Self::CodeOwners => "code-owners",
            Self::IndexOwners => "index-owners",
            Self::Entries => "entries",
        }
    }
}

/// The kind of reason for which something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Nobody asked, or the form that was read cannot say it.
    NotAsked,
    /// The host wants to know who asks, or does not take the token.
    Unauthenticated,
    /// The token may not see it.
    Forbidden,
    /// There is no such thing, or the host hides that there is.
    Absent,
    /// The host does not take the question.
    Refused,
    /// Too many questions in too short a time.
    Limited,
    /// The host or the way to it is out of order.
    Unreachable,
    /// The answer is none that can be read.
    Unreadable,
}

impl Why {
    /// The kind of reason that a host gave.
    pub fn of(kind: UnseenKind) -> Self {
        match kind {
            UnseenKind::NotAsked => Self::NotAsked,
            UnseenKind::Unauthenticated => Self::Unauthenticated,
            UnseenKind::Forbidden => Self::Forbidden,
            UnseenKind::Absent => Self::Absent,
            UnseenKind::Refused => Self::Refused,
            UnseenKind::Limited => Self::Limited,
            UnseenKind::Unreachable => Self::Unreachable,
            UnseenKind::Unreadable => Self::Unreadable,
        }
    }
}
