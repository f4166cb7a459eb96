//! Who is expected to sign the files of a project: whom the lock of identities names, else builds of its repositories.

use bartizan_formats::{identities::PinnedIdentity, ledger::RecordedSigner, profile::Publisher};

use crate::{
    identity::{self, ExpectedIdentity},
    pin,
    step::Refusal,
    verified::Claims,
};

/// The hosts whose builds package indexes take attestations from, as PyPI's documentation of attestations lists them.
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
    /// By the lock of identities and those who publish the project by its profile. The lock goes first: somebody looked at who
    /// signed.
    pub fn new(pins: &[PinnedIdentity], publishers: &[Publisher<'_>]) -> Self {
        let pinned = pin::expected(pins);
        let source = match (&pinned, publishers) {
            (Some(_), _) => "the lock of identities",
            (None, []) => "nothing: nobody is known",
            (None, _) => "the repositories of the profile",
        };
        Self {
            identity: pinned.or_else(|| pin::builds(publishers)),
            source,
            can_attest: can_attest(publishers),
        }
    }
}

/// Whether the host of any of these can attest; unknown where there is none.
pub fn can_attest(publishers: &[Publisher<'_>]) -> Option<bool> {
    let is_able = |it: &Publisher<'_>| {
        let mut hosts = HOSTS.iter();
        hosts.any(|host| it.repository.starts_with(host))
    };
    (!publishers.is_empty()).then(|| publishers.iter().any(is_able))
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
