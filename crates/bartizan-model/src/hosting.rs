//! What a code host and a package index say of a repository from outside: facts, not judgements.
//!
//! Whatever could not be seen says why, and which permission would show it; it is never taken for absent. Of people only
//! numbers are kept.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// Something that may be hidden.
pub type Seen<T> = Result<T, Unseen>;

/// Why something could not be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// The kind of reason.
    pub kind: UnseenKind,
    /// The reason, in words without a final stop.
    pub why: String,
    /// The permission of a token that would show it, as the host names it.
    pub permission: Option<String>,
}

/// The kind of reason for which something could not be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnseenKind {
    /// Nobody asked, or it cannot be asked for.
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

impl Unseen {
    /// A reason without a permission that would help.
    pub fn new(kind: UnseenKind, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
            permission: None,
        }
    }

    /// What would be needed to see it.
    pub fn needs(&self) -> String {
        match (&self.permission, self.kind) {
            (Some(permission), _) => format!("a token with the permission {permission}"),
            (None, UnseenKind::Unauthenticated) => "a token that the host accepts".to_owned(),
            (None, UnseenKind::Limited) => "to ask again later, or with a token".to_owned(),
            (None, UnseenKind::Unreachable) => "to ask again when the host answers".to_owned(),
            (None, _) => "an answer of the host".to_owned(),
        }
    }
}

/// What a code host says of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedRepository {
    /// Owner and name.
    pub name: String,
    /// The branch that releases and pull requests start from.
    pub default_branch: Seen<String>,
    /// Its environments.
    pub environments: Seen<Vec<Environment>>,
    /// What holds for the default branch.
    pub branch: Seen<BranchRules>,
    /// The active rules for tags.
    pub tags: Seen<Vec<TagRules>>,
    /// Which actions may run.
    pub actions: Seen<ActionsPolicy>,
    /// What the token of a workflow may do that asks for nothing.
    pub token: Seen<DefaultToken>,
    /// Whose pull requests run only after somebody approved it.
    pub fork_approval: Seen<ForkApproval>,
    /// Whether vulnerabilities can be reported in private.
    pub has_private_reporting: Seen<bool>,
    /// The advisories that it published.
    pub advisories: Seen<Vec<HostedAdvisory>>,
    /// The tags of the newest releases, the newest first.
    pub releases: Seen<Vec<ReleaseTag>>,
    /// The keys that open it.
    pub deploy_keys: Seen<Vec<DeployKey>>,
    /// The secrets that its workflows can be given; names and times only.
    pub secrets: Seen<Vec<StoredSecret>>,
    /// How many people administer it.
    pub administrators: Seen<usize>,
    /// The organisation that it belongs to; `None` where it is a person's.
    pub organisation: Seen<Option<Organisation>>,
    /// The commits of tags of the actions that it uses: `owner/name` and tag; `None` where there is no such tag.
    pub action_tags: BTreeMap<(String, String), Seen<Option<String>>>,
}

/// An environment that jobs run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Who must approve; `None` where nobody must.
    pub reviewers: Option<Reviewers>,
    /// Which branches and tags may use it.
    pub refs: DeploymentRefs,
    /// Whether administrators may pass over its rules, where the host says it.
    pub can_be_bypassed: Option<bool>,
}

/// Who must approve a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewers {
    /// How many people are known to be eligible, members of teams too.
    pub eligible: usize,
    /// Why there may be more.
    pub hidden: Option<Unseen>,
    /// Whether nobody may approve what they started themselves.
    pub forbids_self_review: bool,
}

/// Which branches and tags may use an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeploymentRefs {
    /// All.
    All,
    /// Protected branches.
    Protected,
    /// Those that are named by these patterns.
    Named(Seen<Vec<String>>),
}

/// What holds for a branch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BranchRules {
    /// How many reviews a change needs before it comes in; `None` where it needs no pull request.
    pub reviews: Option<u64>,
    /// Whether its history cannot be rewritten.
    pub forbids_force: bool,
    /// Whether it cannot be deleted.
    pub forbids_deletion: bool,
    /// Whether commits must be signed.
    pub needs_signatures: bool,
    /// Why more rules may hold than are seen.
    pub hidden: Option<Unseen>,
}

/// Active rules for tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRules {
    /// What they are called.
    pub name: String,
    /// Patterns of the tags that they hold for; `~ALL` is every one.
    pub include: Vec<String>,
    /// Patterns of those that they do not hold for.
    pub exclude: Vec<String>,
    /// Whether not everybody may create such a tag.
    pub forbids_creation: bool,
    /// Whether such a tag cannot be moved.
    pub forbids_update: bool,
    /// Whether it cannot be deleted.
    pub forbids_deletion: bool,
}

/// Which actions may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionsPolicy {
    /// Whether any run at all.
    pub is_enabled: bool,
    /// Which.
    pub allowed: AllowedActions,
    /// Whether they must be pinned to full commits, where the host says it.
    pub needs_pins: Option<bool>,
}

/// Which actions may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedActions {
    /// Any.
    All,
    /// Those of the owner.
    Own,
    /// Chosen ones.
    Selected(Seen<SelectedActions>),
}

/// The actions that are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedActions {
    /// Whether those of everybody whom the host has verified are among them.
    pub has_verified: bool,
    /// Patterns of the others.
    pub patterns: Vec<String>,
}

/// What the token of a workflow may do that asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultToken {
    /// Whether it can write.
    pub can_write: bool,
    /// Whether it can approve pull requests.
    pub can_approve: bool,
}

/// Whose pull requests run only after somebody approved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForkApproval {
    /// Those of people who are new to the host.
    NewToHost,
    /// Those of people who have contributed nothing yet.
    FirstTime,
    /// Those of everybody from outside.
    Everybody,
}

/// An advisory that a repository published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedAdvisory {
    /// Its id.
    pub id: String,
    /// When it was written down first: by a report, or by a maintainer.
    pub created: Option<Timestamp>,
    /// When everybody could read it.
    pub published: Option<Timestamp>,
    /// Whether it was taken back.
    pub is_withdrawn: bool,
    /// Whether it names a version without the fault for each package that it names.
    pub is_fixed: bool,
}

/// The tag of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseTag {
    /// Its name.
    pub name: String,
    /// What is known of its signature.
    pub signature: Seen<TagSignature>,
    /// Whether the host lets nobody move it any more.
    pub is_immutable: bool,
}

/// What is known of the signature of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagSignature {
    /// The host has verified it.
    Verified,
    /// There is one, and the host could not verify it, for a reason in its words.
    Unverified(String),
    /// There is none; the tag has a message.
    Unsigned,
    /// The tag is a name for a commit and can hold none.
    Lightweight,
}

/// A key that opens a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployKey {
    /// What it is called.
    pub title: String,
    /// The kind of key, as SSH spells it: `ssh-ed25519`.
    pub algorithm: String,
    /// Whether it can only read.
    pub is_read_only: bool,
    /// When it was put there.
    pub created: Option<Timestamp>,
    /// When it was used last.
    pub used: Option<Timestamp>,
}

/// A secret that workflows can be given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredSecret {
    /// Where it lies: `repository`, `organisation`, `environment NAME`.
    pub place: String,
    /// Its name.
    pub name: String,
    /// When it was set last.
    pub updated: Option<Timestamp>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Whether everybody needs a second factor.
    pub requires_second_factor: Seen<bool>,
    /// How many owners are known. The host shows all of them to members only.
    pub owners: Seen<usize>,
}

/// What a package index says of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedProject {
    /// The project.
    pub name: String,
    /// Who may publish.
    pub roles: Seen<IndexRoles>,
    /// The newest release, with who published it.
    pub release: Seen<PublishedRelease>,
}

/// Who may publish a project on an index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexRoles {
    /// How many people may do everything.
    pub owners: usize,
    /// How many may publish.
    pub maintainers: usize,
    /// The organisation that owns it.
    pub organisation: Option<String>,
}

/// A release on an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRelease {
    /// Its version.
    pub version: String,
    /// How many files were looked at.
    pub files: usize,
    /// How many of them have no attestation of a publisher.
    pub without: usize,
    /// Who published the others.
    pub publishers: BTreeSet<Publisher>,
}

/// Who published a file, as an index attests it. What is attested here was verified by the index, not by Bartizan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Publisher {
    /// The kind of publisher: `GitHub`, `GitLab`, …
    pub kind: String,
    /// The repository.
    pub repository: String,
    /// The file of the workflow, without its folder.
    pub workflow: String,
    /// The environment that the publisher is bound to.
    pub environment: Option<String>,
}
