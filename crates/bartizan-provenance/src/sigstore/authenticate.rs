//! From a bundle to who signed it and when: all of the cryptography.

use bartizan_formats::attestation::{SignerMaterial, UnverifiedBundle, is_self_issued};
use bartizan_model::Timestamp;
use sigstore_verify::{
    PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult,
    crypto::{CertificateInfo, KeyAlgorithm},
    types::{self, ArtifactDigest, KindVersion, Sha256Hash, TransparencyLogEntry},
};

use super::{
    alone, convert, refusal,
    root::{PublicKey, TrustRoot},
};
use crate::{
    artifact::Artifact,
    procedure::Rules,
    step::{Refusal, Step, Steps},
    verified::{Claims, Signer},
};

/// Somebody signed this, at times that are known. Only [`authenticate`] makes one.
#[derive(Debug)]
pub(crate) struct Authentic {
    pub(super) signer: Signer,
    pub(super) times: Vec<Timestamp>,
}

impl Authentic {
    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    pub(crate) fn into_parts(self) -> (Signer, Vec<Timestamp>) {
        (self.signer, self.times)
    }
}

/// What is asked of a bundle.
pub(crate) struct Asked<'a> {
    pub(crate) bundle: &'a UnverifiedBundle,
    pub(crate) artifact: Artifact<'a>,
    pub(crate) root: &'a TrustRoot,
    pub(crate) key: Option<&'a PublicKey>,
    pub(crate) rules: Rules,
}

/// Verifies everything about a bundle that needs cryptography.
pub(crate) fn authenticate(asked: &Asked<'_>, steps: &mut Steps) -> Result<Authentic, Refusal> {
    is_in_order(asked)?;
    if let Some(key) = asked.key
        && is_alone(asked)
    {
        return alone::authenticate(asked, key, steps);
    }
    let bundle = convert::bundle(asked.bundle)?;
    bundle
        .verification_material
        .tlog_entries
        .iter()
        .try_for_each(is_of_its_log)?;
    let verifier = &asked.root.verifier;
    let artifact = match asked.artifact {
        Artifact::Bytes(bytes) => types::Artifact::Blob(bytes),
        Artifact::Digest(digest) => {
            types::Artifact::Digest(ArtifactDigest::sha256(Sha256Hash::from(digest.0)))
        }
    };
    let result = match asked.key {
        Some(key) => {
            let mut policy = PublicKeyVerificationPolicy::new(key.0.clone());
            if !asked.root.has_logs {
                policy = policy.skip_tlog_unsafe();
            }
            verifier.verify(artifact, &bundle, &policy)
        }
        None => verifier.verify(artifact, &bundle, &policy(asked.root)),
    };
    match result {
        Ok(result) => {
            let authentic = authentic(asked, &result)?;
            all_done(asked, steps);
            Ok(authentic)
        }
        Err(error) => {
            let refusal = refusal::of(&error);
            done_before(asked, refusal.step, steps);
            Err(refusal)
        }
    }
}

/// Whether nothing but a key speaks for a statement, and the root of trust asks for nothing else: a federation without logs.
fn is_alone(asked: &Asked<'_>) -> bool {
    !asked.root.has_logs && asked.bundle.entries.is_empty() && asked.bundle.timestamps.is_empty()
}

/// A root of trust that names no logs has none.
fn policy(root: &TrustRoot) -> VerificationPolicy {
    let mut policy = VerificationPolicy::any_identity();
    if !root.has_logs {
        policy = policy.skip_tlog_unsafe();
    }
    if !root.has_certificate_logs {
        policy = policy.skip_sct();
    }
    policy
}

/// What `sigstore-verify` leaves open: that the material is of the kind that is asked for, that a bundle does not bring
/// its own root of trust, and that every entry is proven, not only one.
fn is_in_order(asked: &Asked<'_>) -> Result<(), Refusal> {
    let chain = |code, message: &str| Err(Refusal::new(Step::CertificateChain, code, message));
    match (&asked.bundle.signer, asked.key) {
        (SignerMaterial::Key { .. }, None) => {
            return chain(
                "no-certificate",
                "a key signed, which has no certificate; name the key",
            );
        }
        (SignerMaterial::Certificates { .. }, Some(_)) => {
            return chain(
                "no-key",
                "the holder of a certificate signed, and a key was named",
            );
        }
        (SignerMaterial::Certificates { leaf, rest, .. }, None) => {
            let mut all = std::iter::once(leaf).chain(rest);
            if all.any(|der| is_self_issued(der) == Some(true)) {
                return chain(
                    "root-in-bundle",
                    "the bundle brings a root certificate; roots of trust are the reader's",
                );
            }
        }
        (SignerMaterial::Key { .. }, Some(_)) => {}
    }
    are_proven(asked)
}

fn are_proven(asked: &Asked<'_>) -> Result<(), Refusal> {
    let proof = |code, message: &str| Err(Refusal::new(Step::InclusionProof, code, message));
    let entries = &asked.bundle.entries;
    if asked.root.has_logs {
        if entries.is_empty() {
            return proof("no-log-entry", "there is no entry of a log");
        }
        for entry in entries {
            if entry.proof.is_none() && entry.promise.is_none() {
                return proof("proof-missing", "an entry is neither proven nor promised");
            }
            if !asked.root.logs.contains(&entry.log) {
                let step = match entry.promise {
                    Some(_) => Step::LogPromise,
                    None => Step::Checkpoint,
                };
                let message = "the root of trust does not name the log of an entry";
                return Err(Refusal::new(step, "unknown-log", message));
            }
        }
    } else if !entries.is_empty() {
        return proof("unknown-log", "the root of trust names no log");
    }
    Ok(())
}

/// The checkpoint of an entry must be by the log that the entry names, and of the tree that its proof is about: `sigstore-verify`
/// compares neither the log's name nor, in a log of version 1, the size of the tree.
fn is_of_its_log(entry: &TransparencyLogEntry) -> Result<(), Refusal> {
    let Some(proof) = &entry.inclusion_proof else {
        return Ok(());
    };
    let Some(checkpoint) = proof.checkpoint.checkpoint() else {
        return Ok(());
    };
    let refuse = |code, message| Err(Refusal::new(Step::Checkpoint, code, message));
    let log = entry.log_id.key_id.as_bytes();
    let mut signatures = checkpoint.signatures().iter();
    if !signatures.any(|signature| log.starts_with(signature.key_id.as_slice())) {
        return refuse(
            "checkpoint-of-another-log",
            "the checkpoint is not by the log that the entry names",
        );
    }
    // A log of version 2 states size and root in the checkpoint alone; what the proof says of them is not read.
    let is_v2 = entry.kind_version == KindVersion::HashedRekordV002;
    if !is_v2 && checkpoint.tree_size() != proof.tree_size {
        return refuse(
            "checkpoint-of-another-tree",
            "the checkpoint is of a tree of another size than the proof",
        );
    }
    Ok(())
}

fn authentic(asked: &Asked<'_>, result: &VerificationResult) -> Result<Authentic, Refusal> {
    let signer = match (asked.key, result.certificate()) {
        (Some(key), _) => Signer::Key {
            fingerprint: key.fingerprint(),
        },
        (None, Some(certificate)) => {
            if asked.rules == Rules::Index && certificate.key_algorithm != KeyAlgorithm::EcdsaP256 {
                return Err(Refusal::new(
                    Step::Signature,
                    "unsupported-key",
                    "an index takes signatures by keys on the curve P-256 only",
                ));
            }
            Signer::Certificate(Box::new(claims(certificate)?))
        }
        (None, None) => {
            return Err(Refusal::new(
                Step::CertificateChain,
                "no-certificate",
                "there is no certificate",
            ));
        }
    };
    let mut times = result.verified_timestamps().to_vec();
    times.sort_unstable();
    times.dedup();
    Ok(Authentic { signer, times })
}

/// What the certificate says, which was just verified.
fn claims(certificate: &CertificateInfo) -> Result<Claims, Refusal> {
    let identity = certificate.identity.as_ref().ok_or_else(|| {
        Refusal::new(
            Step::CertificateChain,
            "no-identity",
            "the certificate names no identity",
        )
    })?;
    let stated = &certificate.ci_claims;
    Ok(Claims {
        identity: identity.as_str().to_owned(),
        issuer: certificate.issuer.clone(),
        repository: stated.source_repository_uri.clone(),
        repository_id: stated.source_repository_identifier.clone(),
        owner_id: stated.source_repository_owner_identifier.clone(),
        workflow: stated.build_config_uri.clone(),
        signer_workflow: stated.build_signer_uri.clone(),
        commit: stated.source_repository_digest.clone(),
        reference: stated.source_repository_ref.clone(),
        trigger: stated.build_trigger.clone(),
        runner: stated.runner_environment.clone(),
        environment: stated.deployment_environment.clone(),
        run: stated.run_invocation_uri.clone(),
    })
}

/// The steps in the order in which `sigstore-verify` takes them, which it documents at `Verifier::verify`.
fn order(asked: &Asked<'_>) -> &'static [Step] {
    match asked.key {
        None => &[
            Step::Timestamp,
            Step::LogPromise,
            Step::SigningTime,
            Step::CertificateChain,
            Step::CertificateLog,
            Step::InclusionProof,
            Step::Checkpoint,
            Step::Signature,
            Step::LogEntry,
        ],
        Some(_) => &[
            Step::InclusionProof,
            Step::Checkpoint,
            Step::LogPromise,
            Step::Timestamp,
            Step::SigningTime,
            Step::CertificateChain,
            Step::CertificateLog,
            Step::Signature,
            Step::LogEntry,
        ],
    }
}

pub(super) fn all_done(asked: &Asked<'_>, steps: &mut Steps) {
    for &step in order(asked) {
        told(asked, step, steps);
    }
}

/// What was done before a step failed. With several entries the steps of the log alternate, so none of them counts.
fn done_before(asked: &Asked<'_>, failed: Step, steps: &mut Steps) {
    let is_structural = matches!(failed, Step::Evidence | Step::Artifact | Step::TrustRoot);
    let order = order(asked);
    let Some(place) = order.iter().position(|step| *step == failed) else {
        debug_assert!(is_structural, "{} is in no order", failed.id());
        return;
    };
    let before = order.get(..place).unwrap_or_default();
    let is_missing = asked.bundle.entries.iter().any(|entry| match failed {
        Step::InclusionProof => entry.proof.is_none(),
        Step::Checkpoint => {
            let proof = entry.proof.as_ref();
            proof.is_none_or(|proof| proof.checkpoint.is_empty())
        }
        Step::LogPromise => entry.promise.is_none(),
        _ => false,
    });
    // What is missing is found before anything is computed.
    if is_missing {
        return;
    }
    let several = asked.bundle.entries.len() > 1;
    let of_log = |step: &Step| {
        matches!(
            step,
            Step::InclusionProof | Step::Checkpoint | Step::LogPromise | Step::LogEntry
        )
    };
    for &step in before {
        if !(several && of_log(&step) && of_log(&failed)) {
            told(asked, step, steps);
        }
    }
}

/// A step was taken: it was done, or asks nothing of this bundle.
fn told(asked: &Asked<'_>, step: Step, steps: &mut Steps) {
    match not_applicable(asked, step) {
        Some(why) => steps.not_applicable(step, why),
        None => steps.done(step),
    }
}

fn not_applicable(asked: &Asked<'_>, step: Step) -> Option<&'static str> {
    let bundle = asked.bundle;
    let has_key = asked.key.is_some();
    match step {
        Step::Timestamp => bundle
            .timestamps
            .is_empty()
            .then_some("there is no timestamp"),
        Step::LogPromise => bundle
            .entries
            .iter()
            .all(|entry| entry.promise.is_none())
            .then_some("there is no promise of a log"),
        Step::SigningTime | Step::CertificateChain if has_key => {
            Some("a key signed, which has no certificate")
        }
        Step::CertificateLog if has_key => Some("a key signed, which has no certificate"),
        Step::CertificateLog => (!asked.root.has_certificate_logs)
            .then_some("the root of trust names no log of certificates"),
        Step::InclusionProof | Step::Checkpoint => {
            if !asked.root.has_logs {
                return Some("the root of trust names no log");
            }
            bundle
                .entries
                .iter()
                .all(|entry| entry.proof.is_none())
                .then_some("the log promised the entry, and did not prove it")
        }
        Step::LogEntry => bundle
            .entries
            .is_empty()
            .then_some("there is no entry of a log"),
        _ => None,
    }
}
