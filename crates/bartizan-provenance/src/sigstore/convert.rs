//! A bundle as it was read, in the words of `sigstore-verify`. What that crate would not understand is refused with the
//! step that it belongs to.

use bartizan_formats::attestation::{
    BundleVersion, Content, InclusionProof, LogEntry, SignerMaterial, UnverifiedBundle,
};
use sigstore_verify::types::{
    self, Bundle, CertificateContent, CheckpointData, DsseEnvelope, DsseSignature, HashAlgorithm,
    InclusionPromise, KeyId, KindVersion, LogId, LogIndex, LogKeyId, MediaType, MessageDigest,
    MessageSignature, PublicKeyIdentifier, Rfc3161Timestamp, Sha256Hash, SignatureBytes,
    SignatureContent, TimestampToken, TimestampVerificationData, TransparencyLogEntry,
    VerificationMaterial, VerificationMaterialContent, X509Certificate,
};

use crate::step::{Refusal, Step};

pub(super) fn bundle(bundle: &UnverifiedBundle) -> Result<Bundle, Refusal> {
    let entries: Result<Vec<_>, _> = bundle.entries.iter().map(entry).collect();
    let timestamps = bundle
        .timestamps
        .iter()
        .map(|token| Rfc3161Timestamp::new(TimestampToken::new(token.clone())));
    let material = VerificationMaterial::new(signer(&bundle.signer))
        .with_tlog_entries(entries?)
        .with_timestamp_verification_data(TimestampVerificationData::new(timestamps.collect()));
    let version = match bundle.version {
        BundleVersion::V01 => MediaType::Bundle0_1,
        BundleVersion::V02 => MediaType::Bundle0_2,
        BundleVersion::V03 => MediaType::Bundle0_3,
    };
    Ok(Bundle::new(version, material, content(&bundle.content)?))
}

fn signer(signer: &SignerMaterial) -> VerificationMaterialContent {
    let der = |bytes: &Vec<u8>| types::DerCertificate::new(bytes.clone());
    match signer {
        SignerMaterial::Certificates {
            leaf,
            rest,
            is_chain,
        } => {
            if *is_chain {
                let chain = std::iter::once(leaf).chain(rest);
                VerificationMaterialContent::X509CertificateChain {
                    certificates: chain
                        .map(|bytes| X509Certificate::new(der(bytes)))
                        .collect(),
                }
            } else {
                VerificationMaterialContent::Certificate(CertificateContent::new(der(leaf)))
            }
        }
        SignerMaterial::Key { hint } => {
            VerificationMaterialContent::PublicKey(PublicKeyIdentifier::new(hint.clone()))
        }
    }
}

fn content(content: &Content) -> Result<SignatureContent, Refusal> {
    Ok(match content {
        Content::Message { digest, signature } => {
            let message = MessageSignature::new(SignatureBytes::new(signature.clone()));
            SignatureContent::MessageSignature(match digest {
                None => message,
                Some((algorithm, bytes)) => {
                    let algorithm: HashAlgorithm = algorithm.parse().map_err(|_unknown| {
                        Refusal::new(
                            Step::Artifact,
                            "digest-algorithm",
                            format!("digests by `{algorithm}` are not known"),
                        )
                    })?;
                    message.with_message_digest(MessageDigest::new(
                        algorithm,
                        types::DigestBytes::new(bytes.clone()),
                    ))
                }
            })
        }
        Content::Envelope {
            payload_type,
            payload,
            signature,
            key_id,
        } => SignatureContent::DsseEnvelope(DsseEnvelope::new(
            payload_type.clone(),
            types::PayloadBytes::new(payload.clone()),
            DsseSignature::new(
                SignatureBytes::new(signature.clone()),
                KeyId::new(key_id.clone()),
            ),
        )),
    })
}

fn entry(entry: &LogEntry) -> Result<TransparencyLogEntry, Refusal> {
    let index = index(entry.index, Step::LogEntry)?;
    let log = LogId::new(LogKeyId::new(entry.log.clone()));
    let body = types::CanonicalizedBody::new(entry.body.clone());
    let mut converted = TransparencyLogEntry::new(index, log, kind(&entry.kind)?, body);
    if let Some(time) = entry.integrated {
        converted = converted.with_integrated_time(time);
    }
    if let Some(promise) = &entry.promise {
        let promise = types::SignedTimestamp::new(promise.clone());
        converted = converted.with_inclusion_promise(InclusionPromise::new(promise));
    }
    if let Some(it) = &entry.proof {
        converted = converted.with_inclusion_proof(proof(it)?);
    }
    Ok(converted)
}

fn kind((kind, version): &(String, String)) -> Result<KindVersion, Refusal> {
    match (kind.as_str(), version.as_str()) {
        ("hashedrekord", "0.0.1") => Ok(KindVersion::HashedRekordV001),
        ("hashedrekord", "0.0.2") => Ok(KindVersion::HashedRekordV002),
        ("dsse", "0.0.1") => Ok(KindVersion::DsseV001),
        ("intoto", "0.0.2") => Ok(KindVersion::IntotoV002),
        _ => Err(Refusal::new(
            Step::LogEntry,
            "unknown-entry-kind",
            format!(
                "entries of the kind `{}` are not known",
                format!("{kind} {version}")
                    .chars()
                    .take(80)
                    .flat_map(char::escape_default)
                    .collect::<String>()
            ),
        )),
    }
}

fn proof(proof: &InclusionProof) -> Result<types::InclusionProof, Refusal> {
    let digest = |bytes: &Vec<u8>| {
        Sha256Hash::try_from(bytes.as_slice())
            .map_err(|error| Refusal::new(Step::InclusionProof, "bad-length", error.to_string()))
    };
    let hashes: Result<Vec<_>, _> = proof.hashes.iter().map(digest).collect();
    let checkpoint = CheckpointData::new(proof.checkpoint.clone()).map_err(|error| {
        Refusal::new(
            Step::Checkpoint,
            "checkpoint-unreadable",
            format!("the checkpoint cannot be read: {error}"),
        )
    })?;
    Ok(types::InclusionProof::new(
        index(proof.index, Step::InclusionProof)?,
        digest(&proof.root)?,
        proof.size,
        hashes?,
        checkpoint,
    ))
}

fn index(number: u64, step: Step) -> Result<LogIndex, Refusal> {
    LogIndex::new(number).map_err(|error| Refusal::new(step, "bad-number", error.to_string()))
}
