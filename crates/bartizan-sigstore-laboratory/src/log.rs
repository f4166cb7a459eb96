//! Transparency logs: version 1 with promises, version 2 without.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    Fault, Reply,
    key::{self, Key},
    text::{base64, bytes_of, hex, of_pem, sha256},
};

pub(crate) struct Log {
    name: String,
    /// Its key.
    pub(crate) key: Key,
    other: Key,
    /// What is in it, from the first entry on.
    bodies: Mutex<Vec<Vec<u8>>>,
}

/// An entry that was just put into the log.
struct Entry {
    index: u64,
    size: u64,
    root: [u8; 32],
    path: Vec<[u8; 32]>,
    checkpoint: String,
}

impl Log {
    /// A log with some entries, so that its proofs prove something.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            key: Key::new(),
            other: Key::new(),
            bodies: Mutex::new((0..5).map(|it| vec![it]).collect()),
        }
    }

    /// Takes a signed statement (version 1, `dsse`).
    pub(crate) fn envelope(
        &self,
        request: &[u8],
        (now, fault): (Timestamp, Option<Fault>),
    ) -> Reply {
        match envelope_body(request, fault) {
            Err(why) => refused(&why),
            Ok(body) => self.promised(&body, (now, fault)),
        }
    }

    fn promised(&self, body: &[u8], (now, fault): (Timestamp, Option<Fault>)) -> Reply {
        let entry = self.put(body, fault);
        let time = match fault {
            Some(Fault::Ahead) => now + SignedDuration::from_hours(1),
            _ => now,
        };
        let log = hex(&self.key.id());
        let promise = json!({
            "body": base64(body),
            "integratedTime": time.as_second(),
            "logID": log,
            "logIndex": entry.index,
        });
        let key = match fault {
            Some(Fault::OtherPromise) => &self.other,
            _ => &self.key,
        };
        let mut told = promise.clone();
        told["verification"] = json!({
            "inclusionProof": {
                "checkpoint": entry.checkpoint,
                "hashes": entry.path.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
                "logIndex": entry.index,
                "rootHash": hex(&entry.root),
                "treeSize": entry.size,
            },
            "signedEntryTimestamp": base64(&key.sign(promise.to_string().as_bytes())),
        });
        let id = format!("{:016x}{}", 1, hex(&leaf(body)));
        (201, json!({ id: told }).to_string().into_bytes())
    }

    /// Takes a signed digest (version 2, `hashedrekord`).
    pub(crate) fn digest(&self, request: &[u8], fault: Option<Fault>) -> Reply {
        let body = match digest_body(request, fault) {
            Err(why) => return refused(&why),
            Ok(body) => body,
        };
        let entry = self.put(&body, fault);
        let told = json!({
            "logIndex": entry.index.to_string(),
            "logId": { "keyId": base64(&self.key.id()) },
            "kindVersion": { "kind": "hashedrekord", "version": "0.0.2" },
            "integratedTime": "0",
            "inclusionPromise": null,
            "inclusionProof": {
                "logIndex": entry.index.to_string(),
                "rootHash": base64(&entry.root),
                "treeSize": entry.size.to_string(),
                "hashes": entry.path.iter().map(|hash| base64(hash)).collect::<Vec<_>>(),
                "checkpoint": { "envelope": entry.checkpoint },
            },
            "canonicalizedBody": base64(&body),
        });
        (201, told.to_string().into_bytes())
    }

    fn put(&self, body: &[u8], fault: Option<Fault>) -> Entry {
        let mut bodies = self.bodies.lock().unwrap();
        bodies.push(body.to_vec());
        let leaves: Vec<[u8; 32]> = bodies.iter().map(|body| leaf(body)).collect();
        let place = match fault {
            Some(Fault::OtherProof) => leaves.len() - 3,
            _ => leaves.len() - 1,
        };
        let root = root(&leaves);
        let note = format!("{}\n{}\n{}\n", self.name, leaves.len(), base64(&root));
        let signature = [&self.key.id()[..4], &self.key.sign(note.as_bytes())].concat();
        Entry {
            index: place as u64,
            size: leaves.len() as u64,
            path: path(&leaves, place),
            checkpoint: format!("{note}\n\u{2014} {} {}\n", self.name, base64(&signature)),
            root,
        }
    }
}

fn refused(why: &str) -> Reply {
    (
        400,
        json!({ "code": 400, "message": why })
            .to_string()
            .into_bytes(),
    )
}

fn envelope_body(request: &[u8], fault: Option<Fault>) -> Result<Vec<u8>, String> {
    let request: Value = serde_json::from_slice(request).map_err(|error| error.to_string())?;
    let content = &request["spec"]["proposedContent"];
    let text = content["envelope"].as_str().ok_or("no envelope")?;
    let verifier = content["verifiers"][0].as_str().ok_or("no verifier")?;
    let envelope: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let payload = bytes_of(envelope["payload"].as_str().ok_or("no payload")?);
    let kind = envelope["payloadType"].as_str().ok_or("no type")?;
    let stated = envelope["signatures"][0]["sig"]
        .as_str()
        .ok_or("no signature")?;
    let signed = [
        format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).as_bytes(),
        &payload,
    ]
    .concat();
    let (label, der) = of_pem(&String::from_utf8_lossy(&bytes_of(verifier)));
    if !key::has_signed(&public_of(&label, &der), &signed, &bytes_of(stated)) {
        return Err("the signature does not verify".to_owned());
    }
    let stated = match fault {
        Some(Fault::OtherEntry) => base64(b"another signature"),
        _ => stated.to_owned(),
    };
    let body = json!({
        "apiVersion": "0.0.1",
        "kind": "dsse",
        "spec": {
            "envelopeHash": { "algorithm": "sha256", "value": hex(&sha256(text.as_bytes())) },
            "payloadHash": { "algorithm": "sha256", "value": hex(&sha256(&payload)) },
            "signatures": [{ "signature": stated, "verifier": verifier }],
        },
    });
    Ok(body.to_string().into_bytes())
}

fn digest_body(request: &[u8], fault: Option<Fault>) -> Result<Vec<u8>, String> {
    let request: Value = serde_json::from_slice(request).map_err(|error| error.to_string())?;
    let asked = &request["hashedRekordRequestV002"];
    let digest = asked["digest"].as_str().ok_or("no digest")?;
    if bytes_of(digest).len() != 32 {
        return Err("the digest is none".to_owned());
    }
    let mut signature = asked["signature"].clone();
    if signature["verifier"]["keyDetails"] != "PKIX_ECDSA_P256_SHA_256" {
        return Err("the kind of key is not known".to_owned());
    }
    if fault == Some(Fault::OtherEntry) {
        signature["content"] = base64(b"another signature").into();
    }
    let body = json!({
        "apiVersion": "0.0.2",
        "kind": "hashedrekord",
        "spec": { "hashedRekordV002": {
            "data": { "algorithm": "SHA2_256", "digest": digest },
            "signature": signature,
        } },
    });
    Ok(body.to_string().into_bytes())
}

/// The key in a certificate of this laboratory, or the key itself.
fn public_of(label: &str, der: &[u8]) -> Vec<u8> {
    if label != "CERTIFICATE" {
        return der.to_vec();
    }
    key::in_der(der)
}

fn leaf(body: &[u8]) -> [u8; 32] {
    sha256(&[&[0], body].concat())
}

/// The largest power of two below a number above 1.
fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            sha256(&[&[1][..], &root(left), &root(right)].concat())
        }
    }
}

/// From a leaf up to the root (RFC 6962 section 2.1.1).
fn path(leaves: &[[u8; 32]], place: usize) -> Vec<[u8; 32]> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut below, beside) = if place < middle {
        (path(left, place), root(right))
    } else {
        (path(right, place - middle), root(left))
    };
    below.push(beside);
    below
}
