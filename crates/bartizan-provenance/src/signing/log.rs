//! Entries of transparency logs: what is asked of each version, and its answer as bundles write it.

use bartizan_formats::{
    attestation::{decode_base64, encode_base64},
    digest::Digest,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    courier::{Courier, Delivered, Parcel, Service},
    error::SigningError,
    evidence::{envelope, message},
    key::KeyKind,
    pem,
    services::Services,
};

/// The most hashes of a proof: a log of 2^64 entries is as deep.
const MOST_HASHES: usize = 64;

const JSON: &str = "application/json";

/// A signed statement, and who signed it.
#[derive(Clone, Copy)]
pub(super) struct Submission<'a> {
    pub(super) statement: &'a [u8],
    pub(super) signature: &'a [u8],
    pub(super) verifier: Verifier<'a>,
}

/// Who signed it, as the log wants to know.
#[derive(Clone, Copy)]
pub(super) enum Verifier<'a> {
    /// A certificate, as DER.
    Certificate(&'a [u8]),
    /// The public half of a key, as DER.
    Key(&'a [u8], KeyKind),
}

/// Puts a signed statement into the log.
pub(super) fn put(
    submission: Submission<'_>,
    services: &Services,
    courier: &dyn Courier,
) -> Result<Value, SigningError> {
    let (path, body) = match services.log_version {
        1 => ("/api/v1/log/entries", of_version_1(submission)),
        _ => ("/api/v2/log/entries", of_version_2(submission)?),
    };
    let address = format!("{}{path}", services.log);
    let delivered = courier.post(Parcel {
        to: &address,
        kind: JSON,
        accept: JSON,
        body: body.to_string().as_bytes(),
    });
    let delivered = delivered.map_err(|error| SigningError::Unreachable {
        service: Service::Log,
        address: address.clone(),
        why: error.why,
    })?;
    if let Some(refused) = SigningError::refused((Service::Log, &address), &delivered, None) {
        return Err(refused);
    }
    let entry = match services.log_version {
        1 => promised(&delivered),
        _ => proven(&delivered),
    };
    entry.map_err(|why| SigningError::Malformed {
        service: Service::Log,
        address,
        why,
    })
}

fn of_version_1(submission: Submission<'_>) -> Value {
    let verifier = match submission.verifier {
        Verifier::Certificate(der) => pem::write("CERTIFICATE", der),
        Verifier::Key(der, _) => pem::write("PUBLIC KEY", der),
    };
    let envelope = envelope(submission.statement, submission.signature);
    json!({
        "apiVersion": "0.0.1",
        "kind": "dsse",
        "spec": { "proposedContent": {
            "envelope": envelope.to_string(),
            "verifiers": [encode_base64(verifier.as_bytes())],
        } },
    })
}

fn of_version_2(submission: Submission<'_>) -> Result<Value, SigningError> {
    let verifier = match submission.verifier {
        Verifier::Certificate(der) => json!({
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "x509Certificate": { "rawBytes": encode_base64(der) },
        }),
        Verifier::Key(der, KeyKind::P256) => json!({
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "publicKey": { "rawBytes": encode_base64(der) },
        }),
        Verifier::Key(_, KeyKind::Ed25519) => return Err(SigningError::KeyOfLog),
    };
    let digest = Digest::of(&message(submission.statement));
    Ok(json!({ "hashedRekordRequestV002": {
        "digest": encode_base64(&digest.0),
        "signature": {
            "content": encode_base64(submission.signature),
            "verifier": verifier,
        },
    } }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    body: String,
    integrated_time: i64,
    #[serde(rename = "logID")]
    log_id: String,
    log_index: u64,
    verification: Verification,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    inclusion_proof: Proof,
    signed_entry_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proof {
    checkpoint: String,
    hashes: Vec<String>,
    log_index: u64,
    root_hash: String,
    tree_size: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    api_version: String,
    kind: String,
}

/// The answer of a log of version 1: one entry under its id.
fn promised(delivered: &Delivered) -> Result<Value, String> {
    let object: serde_json::Map<String, Value> =
        serde_json::from_slice(&delivered.body).map_err(|error| error.to_string())?;
    let mut entries = object.into_iter();
    let (Some((_, entry)), None) = (entries.next(), entries.next()) else {
        return Err("it has not one entry".to_owned());
    };
    let entry: Entry = serde_json::from_value(entry).map_err(|error| error.to_string())?;
    let body = decode_base64("body", &entry.body).map_err(|error| error.to_string())?;
    let body: Body = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
    if (body.kind.as_str(), body.api_version.as_str()) != ("dsse", "0.0.1") {
        return Err("the entry is of another kind".to_owned());
    }
    let proof = entry.verification.inclusion_proof;
    if proof.hashes.len() > MOST_HASHES {
        return Err("the proof has too many hashes".to_owned());
    }
    let hashes: Result<Vec<String>, String> = proof.hashes.iter().map(|it| of_hex(it)).collect();
    Ok(json!({
        "logIndex": entry.log_index.to_string(),
        "logId": { "keyId": of_hex(&entry.log_id)? },
        "kindVersion": { "kind": body.kind, "version": body.api_version },
        "integratedTime": entry.integrated_time.to_string(),
        "inclusionPromise": { "signedEntryTimestamp": entry.verification.signed_entry_timestamp },
        "inclusionProof": {
            "logIndex": proof.log_index.to_string(),
            "rootHash": of_hex(&proof.root_hash)?,
            "treeSize": proof.tree_size.to_string(),
            "hashes": hashes?,
            "checkpoint": { "envelope": proof.checkpoint },
        },
        "canonicalizedBody": entry.body,
    }))
}

/// A digest in hexadecimal digits, in base64.
fn of_hex(text: &str) -> Result<String, String> {
    let digest = Digest::parse(text).ok_or("a digest is none")?;
    Ok(encode_base64(&digest.0))
}

/// The fields of an entry that a log of version 2 answers with; what else it says is left out.
const FIELDS: [&str; 5] = [
    "logIndex",
    "logId",
    "kindVersion",
    "inclusionProof",
    "canonicalizedBody",
];

/// The answer of a log of version 2, which is written as bundles write it.
fn proven(delivered: &Delivered) -> Result<Value, String> {
    let answer: serde_json::Map<String, Value> =
        serde_json::from_slice(&delivered.body).map_err(|error| error.to_string())?;
    let mut entry = serde_json::Map::new();
    for field in FIELDS {
        let value = answer
            .get(field)
            .ok_or_else(|| format!("`{field}` is missing"))?;
        entry.insert(field.to_owned(), value.clone());
    }
    Ok(Value::Object(entry))
}
