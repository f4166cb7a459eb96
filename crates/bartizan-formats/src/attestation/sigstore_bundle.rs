//! A Sigstore bundle as JSON of protocol buffers.
//!
//! A known key that stands twice is refused, because two readers would see two bundles. Unknown keys are passed over, as
//! the format asks. Numbers come as numbers or as text.

use bartizan_model::Timestamp;
use serde::{Deserialize, Deserializer, de};

use super::{
    BundleError, BundleVersion, Content, InclusionProof, LogEntry, MOST_PARTS, SignerMaterial,
    UnverifiedBundle, base64, cut,
};

/// Length of a SHA-256 digest.
const DIGEST: usize = 32;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    media_type: String,
    verification_material: Material,
    #[serde(default)]
    message_signature: Option<Message>,
    #[serde(default)]
    dsse_envelope: Option<Envelope>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    #[serde(default)]
    certificate: Option<Raw>,
    #[serde(default)]
    x509_certificate_chain: Option<Chain>,
    #[serde(default)]
    public_key: Option<Key>,
    #[serde(default)]
    tlog_entries: Option<Vec<WireEntry>>,
    #[serde(default)]
    timestamp_verification_data: Option<Timestamps>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    raw_bytes: String,
}

#[derive(Deserialize)]
struct Chain {
    #[serde(default)]
    certificates: Vec<Raw>,
}

#[derive(Deserialize)]
struct Key {
    #[serde(default)]
    hint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Timestamps {
    #[serde(default)]
    rfc3161_timestamps: Option<Vec<Token>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    signed_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    message_digest: Option<MessageDigest>,
    signature: String,
}

#[derive(Deserialize)]
struct MessageDigest {
    algorithm: String,
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    #[serde(default)]
    signatures: Vec<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    sig: String,
    #[serde(default)]
    keyid: Option<String>,
}

/// An entry of a log, which attestations of package indexes hold in the same form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEntry {
    #[serde(default)]
    log_index: Number,
    log_id: LogId,
    kind_version: KindVersion,
    #[serde(default)]
    integrated_time: Number,
    #[serde(default)]
    inclusion_promise: Option<Promise>,
    #[serde(default)]
    inclusion_proof: Option<Proof>,
    canonicalized_body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogId {
    key_id: String,
}

#[derive(Deserialize)]
struct KindVersion {
    kind: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Promise {
    signed_entry_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proof {
    #[serde(default)]
    log_index: Number,
    root_hash: String,
    #[serde(default)]
    tree_size: Number,
    #[serde(default)]
    hashes: Vec<String>,
    #[serde(default)]
    checkpoint: Option<Checkpoint>,
}

#[derive(Deserialize)]
struct Checkpoint {
    #[serde(default)]
    envelope: String,
}

/// A number, or a text that is one; what is left out is 0.
#[derive(Default)]
struct Number(i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Number;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a whole number, or a text that is one")
            }

            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Number, E> {
                i64::try_from(number).map(Number).map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
                text.parse().map(Number).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Number {
    fn count(&self, field: &'static str) -> Result<u64, BundleError> {
        u64::try_from(self.0).map_err(|_negative| BundleError::Number { field })
    }
}

/// Reads one bundle.
pub(super) fn bundle(json: &str) -> Result<UnverifiedBundle, BundleError> {
    let wire: Wire = serde_json::from_str(json).map_err(|error| shape(&error))?;
    let content = content(wire.message_signature, wire.dsse_envelope)?;
    let material = wire.verification_material;
    let timestamps = material.timestamp_verification_data;
    let tokens = timestamps.and_then(|data| data.rfc3161_timestamps);
    Ok(UnverifiedBundle {
        version: version(&wire.media_type)?,
        signer: signer(
            material.certificate,
            material.x509_certificate_chain,
            material.public_key,
        )?,
        entries: entries(material.tlog_entries.unwrap_or_default())?,
        timestamps: some("timestamps", tokens.unwrap_or_default(), |token| {
            base64::decode("signedTimestamp", &token.signed_timestamp)
        })?,
        content,
    })
}

pub(super) fn shape(error: &serde_json::Error) -> BundleError {
    BundleError::Shape {
        why: cut(&error.to_string()),
    }
}

fn version(media_type: &str) -> Result<BundleVersion, BundleError> {
    match media_type {
        "application/vnd.dev.sigstore.bundle+json;version=0.1" => Ok(BundleVersion::V01),
        "application/vnd.dev.sigstore.bundle+json;version=0.2" => Ok(BundleVersion::V02),
        "application/vnd.dev.sigstore.bundle+json;version=0.3"
        | "application/vnd.dev.sigstore.bundle.v0.3+json" => Ok(BundleVersion::V03),
        other => Err(BundleError::UnknownVersion {
            version: cut(other),
        }),
    }
}

fn signer(
    certificate: Option<Raw>,
    chain: Option<Chain>,
    key: Option<Key>,
) -> Result<SignerMaterial, BundleError> {
    match (certificate, chain, key) {
        (Some(certificate), None, None) => Ok(SignerMaterial::Certificates {
            leaf: base64::decode("rawBytes", &certificate.raw_bytes)?,
            rest: Vec::new(),
            is_chain: false,
        }),
        (None, Some(chain), None) => {
            let mut chain = some("certificates", chain.certificates, |raw| {
                base64::decode("rawBytes", &raw.raw_bytes)
            })?;
            if chain.is_empty() {
                return Err(BundleError::EmptyChain);
            }
            Ok(SignerMaterial::Certificates {
                leaf: chain.remove(0),
                rest: chain,
                is_chain: true,
            })
        }
        (None, None, Some(key)) => Ok(SignerMaterial::Key { hint: key.hint }),
        _ => Err(BundleError::NotOne {
            what: "certificate, chain of certificates or public key",
        }),
    }
}

fn content(message: Option<Message>, envelope: Option<Envelope>) -> Result<Content, BundleError> {
    match (message, envelope) {
        (Some(message), None) => {
            let digest = message.message_digest.map(|digest| {
                let bytes = base64::decode("messageDigest", &digest.digest)?;
                Ok((cut(&digest.algorithm), bytes))
            });
            Ok(Content::Message {
                digest: digest.transpose()?,
                signature: base64::decode("signature", &message.signature)?,
            })
        }
        (None, Some(envelope)) => {
            let [signature] = envelope.signatures.as_slice() else {
                return Err(BundleError::Signatures {
                    count: envelope.signatures.len(),
                });
            };
            Ok(Content::Envelope {
                payload: base64::decode("payload", &envelope.payload)?,
                payload_type: envelope.payload_type,
                signature: base64::decode("sig", &signature.sig)?,
                key_id: signature.keyid.clone().unwrap_or_default(),
            })
        }
        _ => Err(BundleError::NotOne {
            what: "signature of a message or envelope",
        }),
    }
}

/// Reads the entries of logs.
pub(super) fn entries(entries: Vec<WireEntry>) -> Result<Vec<LogEntry>, BundleError> {
    some("log entries", entries, |entry| {
        let integrated = match entry.integrated_time.count("integratedTime")? {
            0 => None,
            _ => Some(
                Timestamp::from_second(entry.integrated_time.0).map_err(|_too_far| {
                    BundleError::Number {
                        field: "integratedTime",
                    }
                })?,
            ),
        };
        let promise = entry
            .inclusion_promise
            .map(|promise| base64::decode("signedEntryTimestamp", &promise.signed_entry_timestamp));
        Ok(LogEntry {
            index: entry.log_index.count("logIndex")?,
            log: digest("keyId", &entry.log_id.key_id)?,
            kind: (entry.kind_version.kind, entry.kind_version.version),
            integrated,
            promise: promise.transpose()?,
            proof: entry.inclusion_proof.map(proof).transpose()?,
            body: base64::decode("canonicalizedBody", &entry.canonicalized_body)?,
        })
    })
}

fn proof(proof: Proof) -> Result<InclusionProof, BundleError> {
    Ok(InclusionProof {
        index: proof.log_index.count("logIndex")?,
        root: digest("rootHash", &proof.root_hash)?,
        size: proof.tree_size.count("treeSize")?,
        hashes: some("hashes", proof.hashes, |hash| digest("hashes", &hash))?,
        checkpoint: proof.checkpoint.map(|it| it.envelope).unwrap_or_default(),
    })
}

fn digest(field: &'static str, text: &str) -> Result<Vec<u8>, BundleError> {
    let bytes = base64::decode(field, text)?;
    if bytes.len() == DIGEST {
        Ok(bytes)
    } else {
        Err(BundleError::Length {
            field,
            length: DIGEST,
        })
    }
}

/// Reads each of a list that is not too long.
fn some<W, T>(
    what: &'static str,
    list: Vec<W>,
    read: impl FnMut(W) -> Result<T, BundleError>,
) -> Result<Vec<T>, BundleError> {
    if list.len() > MOST_PARTS {
        return Err(BundleError::TooMany { what });
    }
    list.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::base64::encode, *};

    /// A bundle that is whole, with its parts to be replaced.
    fn whole() -> String {
        let digest = encode(&[7; 32]);
        format!(
            r#"{{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {{"certificate": {{"rawBytes": "YQ=="}},
              "tlogEntries": [{{"logIndex": "5", "logId": {{"keyId": "{digest}"}},
                "kindVersion": {{"kind": "dsse", "version": "0.0.1"}}, "integratedTime": 1700000000,
                "inclusionPromise": {{"signedEntryTimestamp": "Yg=="}},
                "inclusionProof": {{"logIndex": 4, "rootHash": "{digest}", "treeSize": "6", "hashes": ["{digest}"], "checkpoint": {{"envelope": "log\n"}}}},
                "canonicalizedBody": "e30="}}],
              "timestampVerificationData": {{"rfc3161Timestamps": [{{"signedTimestamp": "Yw=="}}]}}}},
            "dsseEnvelope": {{"payload": "e30=", "payloadType": "t", "signatures": [{{"sig": "ZA==", "keyid": ""}}]}}}}"#
        )
    }

    fn check(from: &str, to: &str) -> String {
        let text = whole();
        assert!(text.contains(from), "{from}");
        match bundle(&text.replacen(from, to, 1)) {
            Ok(bundle) => format!("{:?} {:?}", bundle.version, bundle.entries[0].proof),
            Err(error) => format!("{}: {error}", error.code()),
        }
    }

    #[test]
    fn a_whole_bundle_is_read() {
        let bundle = bundle(&whole()).unwrap();
        let entry = &bundle.entries[0];
        assert_eq!((entry.index, entry.kind.0.as_str()), (5, "dsse"));
        assert_eq!(entry.integrated, Timestamp::from_second(1_700_000_000).ok());
        assert_eq!(entry.promise.as_deref(), Some(&b"b"[..]));
        let proof = entry.proof.as_ref().unwrap();
        assert_eq!((proof.index, proof.size, proof.hashes.len()), (4, 6, 1));
        assert_eq!(bundle.timestamps, [b"c"]);
        assert!(matches!(bundle.content, Content::Envelope { payload, .. } if payload == b"{}"));
    }

    #[test]
    fn each_fault_has_its_code() {
        insta::assert_snapshot!(check("v0.3", "v0.9"), @"unknown-version: bundles of the version `application/vnd.dev.sigstore.bundle.v0.9+json` are not known");
        insta::assert_snapshot!(check("\"e30=\"", "\"e3!=\""), @"bad-encoding: `canonicalizedBody` is not base64");
        insta::assert_snapshot!(check("\"5\"", "\"-5\""), @"bad-number: `logIndex` is not a number from 0 up");
        insta::assert_snapshot!(check("\"rootHash\": \"BwcH", "\"rootHash\": \""), @"bad-length: `rootHash` is not 32 bytes long");
        insta::assert_snapshot!(check("\"certificate\": {\"rawBytes\": \"YQ==\"}", "\"x509CertificateChain\": {}"), @"empty-certificate-chain: the chain of certificates is empty");
        insta::assert_snapshot!(check("\"certificate\": {", "\"publicKey\": {}, \"certificate\": {"), @"ambiguous-content: there must be exactly one certificate, chain of certificates or public key");
        insta::assert_snapshot!(check("{\"sig\": \"ZA==\", \"keyid\": \"\"}", ""), @"not-one-signature: the envelope has 0 signatures, not one");
        insta::assert_snapshot!(check("\"dsseEnvelope\"", "\"none\""), @"ambiguous-content: there must be exactly one signature of a message or envelope");
        insta::assert_snapshot!(check("\"payloadType\": \"t\"", "\"payloadType\": \"t\", \"payload\": \"\""), @"not-a-bundle: not a bundle: duplicate field `payload` at line 9 column 77");
        insta::assert_snapshot!(check("}]}", "}]"), @"not-a-bundle: not a bundle: EOF while parsing an object at line 9 column 114");
    }

    #[test]
    fn lists_are_bounded() {
        let hashes = format!("\"{}\", ", encode(&[7; 32])).repeat(MOST_PARTS);
        insta::assert_snapshot!(check("\"hashes\": [", &format!("\"hashes\": [{hashes}")), @"too-many-parts: there are more than 64 hashes");
    }

    /// The text with another letter in a place.
    fn replaced(text: &str, place: proptest::sample::Index, letter: &str) -> String {
        let place = place.index(text.len());
        let other = letter.chars().next().unwrap();
        let letters = text.char_indices();
        letters
            .map(|(at, old)| if at == place { other } else { old })
            .collect()
    }

    proptest! {
        #[test]
        fn never_panics(place: proptest::sample::Index, letter in "[\\[\\]{}\":0-9a-z,-]") {
            let _ = bundle(&replaced(&whole(), place, &letter));
        }
    }
}
