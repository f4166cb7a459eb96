//! A signed statement with what came along, and the forms in which it is written: a Sigstore bundle 0.3, or the attestation of
//! an index ([PEP 740](https://peps.python.org/pep-0740/)).

use bartizan_formats::{attestation::encode_base64, digest::Digest};
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

/// The only payload that is signed.
pub(super) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A signed statement.
#[derive(Debug, Clone)]
pub struct SignedStatement {
    pub(super) statement: Vec<u8>,
    pub(super) signature: Vec<u8>,
    pub(super) signer: Signed,
    /// The log's entry, as bundles write it.
    pub(super) entry: Option<Value>,
    /// The timestamp, as DER.
    pub(super) stamp: Option<Vec<u8>>,
}

/// Whose signature it is.
#[derive(Debug, Clone)]
pub(super) enum Signed {
    /// The certificate, as DER.
    Certificate(Vec<u8>),
    /// The digest of the key's public half.
    Key(Digest),
}

#[derive(Serialize)]
struct Attestation {
    version: u32,
    verification_material: Material,
    envelope: Envelope,
}

#[derive(Serialize)]
struct Material {
    certificate: String,
    transparency_entries: Vec<Value>,
}

#[derive(Serialize)]
struct Envelope {
    statement: String,
    signature: String,
}

/// What is signed of a statement: its type and itself, each with its length
/// ([DSSE](https://github.com/secure-systems-lab/dsse/blob/master/protocol.md)).
pub(super) fn message(statement: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {PAYLOAD_TYPE} {} ",
        PAYLOAD_TYPE.len(),
        statement.len()
    );
    [head.as_bytes(), statement].concat()
}

/// The envelope of a signed statement.
pub(super) fn envelope(statement: &[u8], signature: &[u8]) -> Value {
    json!({
        "payload": encode_base64(statement),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{ "sig": encode_base64(signature) }],
    })
}

impl SignedStatement {
    /// As a Sigstore bundle.
    pub fn bundle(&self) -> String {
        let entries: Vec<&Value> = self.entry.iter().collect();
        let mut material = json!({ "tlogEntries": entries });
        let (name, signer) = match &self.signer {
            Signed::Certificate(der) => ("certificate", json!({ "rawBytes": encode_base64(der) })),
            Signed::Key(fingerprint) => ("publicKey", json!({ "hint": fingerprint.to_string() })),
        };
        let more = material.as_object_mut().into_iter();
        for material in more {
            material.insert(name.to_owned(), signer.clone());
            if let Some(stamp) = &self.stamp {
                let stamp = json!({ "signedTimestamp": encode_base64(stamp) });
                let stamps = json!({ "rfc3161Timestamps": [stamp] });
                material.insert("timestampVerificationData".to_owned(), stamps);
            }
        }
        let bundle = json!({
            "mediaType": BUNDLE,
            "verificationMaterial": material,
            "dsseEnvelope": envelope(&self.statement, &self.signature),
        });
        format!("{bundle}\n")
    }

    /// As an attestation of an index; nothing where the form has no place for what came along.
    pub fn attestation(&self) -> Option<String> {
        let Signed::Certificate(certificate) = &self.signer else {
            return None;
        };
        let attestation = Attestation {
            version: 1,
            verification_material: Material {
                certificate: encode_base64(certificate),
                transparency_entries: vec![self.entry.clone()?],
            },
            envelope: Envelope {
                statement: encode_base64(&self.statement),
                signature: encode_base64(&self.signature),
            },
        };
        if self.stamp.is_some() {
            return None;
        }
        let text = serde_json::to_string(&attestation).ok()?;
        Some(text + "\n")
    }

    /// The statement.
    pub fn statement(&self) -> Option<&RawValue> {
        serde_json::from_slice(&self.statement).ok()
    }
}
