//! Who is expected to sign the files of a project: whom the lock of identities names, else builds of its repositories.

use bartizan_formats::{identities::PinnedIdentity, ledger::RecordedSigner, profile::Publisher};

use crate::{
    identity::{self, ExpectedIdentity},
    pin,
    step::Refusal,
    verified::Claims,
};

/// The hosts whose builds package indexes take attestations from
/// ([PyPI's publishers](https://docs.pypi.org/attestations/producing-attestations/)).
const HOSTS: [&str; 2] = ["https://github.com/", "https://gitlab.com/"];

/// Who is expected, and what the project's host can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// Who is expected; nobody where nobody is known.
    pub identity: Option<ExpectedIdentity>,
    /// Where that is known from, in words.
    pub source: &'static str,
    /// Whether the host of the repositories can attest; unknown where no repository is.
    pub can_attest: Option<bool>,
}

impl Expectation {
    /// By the lock of identities and the addresses of the project's repositories. The lock goes first: it names more than a
    /// repository, and somebody looked at it.
    pub fn new(pins: &[PinnedIdentity], repositories: &[&str]) -> Self {
        let pinned = pin::expected(pins);
        let source = match (&pinned, repositories) {
            (Some(_), _) => "the lock of identities",
            (None, []) => "nothing: nobody is known",
            (None, _) => "the repositories of the profile",
        };
        Self {
            identity: pinned.or_else(|| of_repositories(repositories)),
            source,
            can_attest: can_attest(repositories),
        }
    }
}

/// Builds of any of these repositories; nobody where there is none.
pub fn of_repositories(repositories: &[&str]) -> Option<ExpectedIdentity> {
    let of = |url| Publisher {
        repository: url,
        workflow: None,
        environment: None,
    };
    pin::builds(&repositories.iter().copied().map(of).collect::<Vec<_>>())
}

/// Whether the host of any of these repositories can attest; unknown where there is none.
pub fn can_attest(repositories: &[&str]) -> Option<bool> {
    let is_able = |url: &&str| HOSTS.iter().any(|host| url.starts_with(host));
    (!repositories.is_empty()).then(|| repositories.iter().any(is_able))
}

/// Holds a signer who was written down against who is expected.
pub(super) fn recognise(
    signer: &RecordedSigner,
    expected: &ExpectedIdentity,
) -> Result<(), Refusal> {
    identity::fits(&claims(signer), expected)
}

fn claims(signer: &RecordedSigner) -> Claims {
    let signer = signer.clone();
    Claims {
        identity: signer.identity.unwrap_or_default(),
        issuer: signer.issuer,
        repository: signer.repository,
        repository_id: signer.repository_id,
        owner_id: signer.owner_id,
        workflow: signer.workflow,
        signer_workflow: signer.signer_workflow,
        commit: signer.commit,
        reference: signer.reference,
        trigger: signer.trigger,
        runner: signer.runner,
        environment: signer.environment,
        run: signer.run,
    }
}

/// Who somebody is, without what changes from release to release.
pub(super) fn who(signer: &RecordedSigner) -> (Option<&str>, Option<&str>, Option<&str>) {
    let id = signer.repository_id.as_deref();
    let name = signer.repository.as_deref().or(signer.identity.as_deref());
    // The number of a repository survives its name.
    (
        signer.issuer.as_deref(),
        id.or(name),
        signer.key_sha256.is_some().then_some("key"),
    )
}

/// Somebody in words.
pub(super) fn named(signer: &RecordedSigner) -> String {
    let name = signer.repository.as_deref().or(signer.identity.as_deref());
    name.unwrap_or("a key").to_owned()
}
