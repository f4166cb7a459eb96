//! Which step an error of `sigstore-verify` belongs to. The kinds are matched, never the texts.

use sigstore_verify::{CertificateError, Error, TimestampError, TransparencyLogError, bundle};

use crate::step::{Refusal, Step};

pub(super) fn of(error: &Error) -> Refusal {
    let (step, code) = place(error);
    Refusal::new(step, code, error.to_string())
}

fn place(error: &Error) -> (Step, &'static str) {
    match error {
        Error::SignatureInvalid(_) => (Step::Signature, "signature-invalid"),
        // That the content is about the artifact was asked before; what is left is the log's word on it.
        Error::ArtifactMismatch(_) => (Step::LogEntry, "entry-mismatch"),
        Error::UnsupportedArtifact(_) => (Step::Artifact, "bytes-needed"),
        Error::Certificate(error) => certificate(error),
        Error::TransparencyLog(error) => log(error),
        Error::Timestamp(error) => timestamp(error),
        Error::UnsupportedBundle(_) => (Step::LogEntry, "unsupported-entry"),
        Error::InvalidTrustRoot(_) | Error::TrustRoot(_) | Error::TrustedCertificate(_) => {
            (Step::TrustRoot, "root-unusable")
        }
        Error::Crypto(_) => (Step::Signature, "unsupported-key"),
        Error::Bundle(error) => structure(error),
        Error::IdentityMismatch { .. } => (Step::Identity, "identity-mismatch"),
        Error::IssuerMismatch { .. } => (Step::Identity, "issuer-mismatch"),
        _ => (Step::Evidence, "invalid-bundle"),
    }
}

fn certificate(error: &CertificateError) -> (Step, &'static str) {
    match error {
        CertificateError::Malformed(_) => (Step::CertificateChain, "certificate-unreadable"),
        CertificateError::NoValidAuthority { .. } => (Step::CertificateChain, "no-authority-then"),
        CertificateError::NotYetValid { .. } | CertificateError::Expired { .. } => {
            (Step::CertificateChain, "not-valid-then")
        }
        CertificateError::Sct(_) => (Step::CertificateLog, "certificate-not-logged"),
        _ => (Step::CertificateChain, "chain-invalid"),
    }
}

fn log(error: &TransparencyLogError) -> (Step, &'static str) {
    match error {
        TransparencyLogError::UnknownLog { .. } => (Step::LogPromise, "unknown-log"),
        TransparencyLogError::InclusionProof(_) => (Step::InclusionProof, "proof-invalid"),
        TransparencyLogError::Checkpoint(_) => (Step::Checkpoint, "checkpoint-invalid"),
        TransparencyLogError::InclusionPromise(_) => (Step::LogPromise, "promise-invalid"),
        TransparencyLogError::IntegratedTime(_) => (Step::SigningTime, "time-impossible"),
        TransparencyLogError::MalformedEntry(_) => (Step::LogEntry, "entry-unreadable"),
        _ => (Step::LogEntry, "entry-mismatch"),
    }
}

fn timestamp(error: &TimestampError) -> (Step, &'static str) {
    match error {
        TimestampError::OutsideAuthorityValidity { .. } => {
            (Step::Timestamp, "authority-not-valid-then")
        }
        TimestampError::NoVerifiedTimestamp(_) => (Step::SigningTime, "no-signing-time"),
        _ => (Step::Timestamp, "timestamp-invalid"),
    }
}

fn structure(error: &bundle::Error) -> (Step, &'static str) {
    match error {
        bundle::Error::CertificateChainNotAllowed(_) => (Step::Evidence, "chain-not-allowed"),
        bundle::Error::MissingInclusionPromise(_) => (Step::LogPromise, "promise-missing"),
        bundle::Error::MissingInclusionProof(_) => (Step::InclusionProof, "proof-missing"),
        bundle::Error::MissingSigningTimeEvidence | bundle::Error::MissingTimestamp => {
            (Step::SigningTime, "no-signing-time")
        }
        bundle::Error::MissingCheckpoint => (Step::Checkpoint, "checkpoint-missing"),
        bundle::Error::LogIndexOutOfRange { .. } => (Step::InclusionProof, "index-out-of-range"),
        bundle::Error::CheckpointRootMismatch => (Step::Checkpoint, "checkpoint-of-another-tree"),
        _ => (Step::Evidence, "unknown-version"),
    }
}
