//! Verifying what was just signed, by the same procedure as everybody else, before anybody writes it: what the services
//! answered is not believed by itself.

use bartizan_formats::attestation;
use thiserror::Error;

use super::{evidence::SignedStatement, services::Use};
use crate::{
    artifact::Artifact,
    procedure::{Question, Rules, examine},
    sigstore::{PublicKey, TrustRoot},
    step::{Refusal, Step},
    verified::{Attestation, Verified},
};

/// What was signed does not verify.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("what was signed does not verify: {}: {} [{}]", refusal.step.id(), refusal.message, refusal.code)]
pub struct Unconfirmed {
    /// The step that does not hold.
    pub refusal: Refusal,
}

impl Unconfirmed {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self.refusal.step {
            Step::SigningTime | Step::Timestamp | Step::CertificateChain => {
                "look at this machine's clock, and whether root of trust and signing configuration are of the same instance; \
                 nothing was written"
            }
            Step::LogPromise
            | Step::InclusionProof
            | Step::Checkpoint
            | Step::CertificateLog
            | Step::LogEntry
            | Step::Signature => {
                "root of trust and signing configuration must be of the same instance; if they are, do not trust the service; \
                 nothing was written"
            }
            _ => {
                "the artifact's name or the claim is none that such evidence can be about; nothing was written"
            }
        }
    }
}

/// Verifies a signed statement, in the form for its use, against the artifact that it is about.
pub fn confirm(
    signed: &SignedStatement,
    (artifact, name): (Artifact<'_>, &str),
    (root, key): (&TrustRoot, Option<&PublicKey>),
    wanted: Use,
) -> Result<Verified<Attestation>, Unconfirmed> {
    let (text, rules) = match wanted {
        Use::Bundle => (signed.bundle(), Rules::Any),
        Use::Index => (signed.attestation().unwrap_or_default(), Rules::Index),
    };
    let evidence = attestation::read(text.as_bytes());
    let bundle = evidence.and_then(|evidence| {
        let item = evidence.items.into_iter().next();
        item.map_or_else(
            || Err(attestation::BundleError::NotOne { what: "bundle" }),
            |item| item.bundle,
        )
    });
    let examination = examine(&Question {
        bundle: bundle.as_ref(),
        artifact,
        name: Some(name),
        root,
        key,
        rules,
        expected: None,
    });
    examination
        .result
        .map_err(|refusal| Unconfirmed { refusal })
}
