//! A signature by a key with nothing beside it, where the root of trust names no log: `sigstore-verify` wants evidence of
//! a time even then, which a private federation without services has not got. Only the signature can be verified, and
//! that is what is told.

use bartizan_formats::attestation::Content;
use sigstore_verify::{
    crypto::VerificationKey,
    types::{self, SignatureBytes},
};

use super::{
    authenticate::{Asked, Authentic, all_done},
    root::PublicKey,
};
use crate::{
    artifact::Artifact,
    step::{Refusal, Step, Steps},
    verified::Signer,
};

pub(super) fn authenticate(
    asked: &Asked<'_>,
    key: &PublicKey,
    steps: &mut Steps,
) -> Result<Authentic, Refusal> {
    let refuse = |code, message: String| Refusal::new(Step::Signature, code, message);
    let known = VerificationKey::from_spki(&key.0);
    let known = known.map_err(|error| refuse("unsupported-key", error.to_string()))?;
    let (message, signature) = match &asked.bundle.content {
        Content::Envelope {
            payload_type,
            payload,
            signature,
            ..
        } => (types::pae(payload_type, payload), signature),
        Content::Message { signature, .. } => match asked.artifact {
            Artifact::Bytes(bytes) => (bytes.to_vec(), signature),
            Artifact::Digest(_) => {
                return Err(Refusal::new(
                    Step::Artifact,
                    "bytes-needed",
                    "the artifact itself was signed; its digest does not do",
                ));
            }
        },
    };
    known
        .verify(&message, &SignatureBytes::new(signature.clone()))
        .map_err(|error| refuse("signature-invalid", error.to_string()))?;
    all_done(asked, steps);
    Ok(Authentic {
        signer: Signer::Key {
            fingerprint: key.fingerprint(),
        },
        times: Vec::new(),
    })
}
