//! Pins: from a verified signer to an entry of the lock of identities, and from entries of the lock or of an ecosystem's profile
//! to who is expected.

use bartizan_formats::{identities::PinnedIdentity, profile::Publisher};
use bartizan_model::Timestamp;

use crate::{
    identity::{ExpectedIdentity, ExpectedPublisher},
    verified::{Attestation, Claims, Signer, Verified},
};

/// What to write down of a signer who is seen for the first time; nothing of a key, which has no identity, nor of an identity
/// for which nobody is said to vouch.
pub fn pin(verified: &Verified<Attestation>, seen: &str, now: Timestamp) -> Option<PinnedIdentity> {
    let Signer::Certificate(claims) = &verified.get().signer else {
        return None;
    };
    let is_build = claims.repository.is_some();
    Some(PinnedIdentity {
        issuer: claims.issuer.clone()?,
        identity: (!is_build).then(|| claims.identity.clone()),
        repository: claims.repository.clone(),
        repository_id: claims.repository_id.clone(),
        workflow: workflow(claims),
        environment: claims.environment.clone(),
        seen: seen.to_owned(),
        since: now,
    })
}

/// The file that describes the build, as a path in its repository.
fn workflow(claims: &Claims) -> Option<String> {
    let address = claims.workflow.as_deref()?;
    let path = address.strip_prefix(claims.repository.as_deref()?)?;
    let (path, _at) = path.trim_start_matches('/').rsplit_once('@')?;
    // A path keeps its directories, so that it is no bare name of a file.
    Some(path.to_owned())
}

/// Who is expected where these are pinned: any of them; nobody where none is.
pub fn expected(pins: &[PinnedIdentity]) -> Option<ExpectedIdentity> {
    if pins.is_empty() {
        return None;
    }
    Some(ExpectedIdentity::AnyOf(pins.iter().map(one).collect()))
}

/// Who is expected where these publish: builds of any of them; nobody where there is none.
pub fn builds(publishers: &[Publisher<'_>]) -> Option<ExpectedIdentity> {
    let build = |it: &Publisher<'_>| {
        let repository = it.repository.trim_end_matches('/').trim_end_matches(".git");
        ExpectedIdentity::Publisher(ExpectedPublisher {
            repository: repository.to_owned(),
            workflow: it.workflow.map(str::to_owned),
            environment: it.environment.map(str::to_owned),
            ..ExpectedPublisher::default()
        })
    };
    let all: Vec<ExpectedIdentity> = publishers.iter().map(build).collect();
    (!all.is_empty()).then_some(ExpectedIdentity::AnyOf(all))
}

fn one(pin: &PinnedIdentity) -> ExpectedIdentity {
    match &pin.repository {
        Some(repository) => ExpectedIdentity::Publisher(ExpectedPublisher {
            issuer: Some(pin.issuer.clone()),
            repository: repository.clone(),
            repository_id: pin.repository_id.clone(),
            workflow: pin.workflow.clone(),
            environment: pin.environment.clone(),
            reference: None,
        }),
        None => ExpectedIdentity::Exact {
            identity: pin.identity.clone().unwrap_or_default(),
            issuer: pin.issuer.clone(),
        },
    }
}
