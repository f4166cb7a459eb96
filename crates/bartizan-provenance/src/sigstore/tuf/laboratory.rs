//! A TUF repository made by hand with keys of its own, for tests here and of the program.
#![allow(
    dead_code,
    reason = "the tests of the program need less of it than those here"
)]

use std::collections::BTreeMap;

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};

/// A repository with one key for each role.
pub(crate) struct Laboratory {
    keys: BTreeMap<&'static str, Ed25519KeyPair>,
    /// The version of the role `root`, and of the three others.
    pub(crate) root: u64,
    pub(crate) version: u64,
    /// When the role `timestamp` ends; the others end later.
    pub(crate) expires: &'static str,
    pub(crate) trusted_root: String,
    /// Its files by their path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

const LATE: &str = "2030-01-01T00:00:00Z";

impl Laboratory {
    pub(crate) fn new(trusted_root: &str) -> Self {
        let roles = ["root", "timestamp", "snapshot", "targets"];
        let key = |role| (role, Ed25519KeyPair::generate().unwrap());
        let mut laboratory = Self {
            keys: roles.map(key).into(),
            root: 1,
            version: 1,
            expires: "2026-12-03T00:00:00Z",
            trusted_root: trusted_root.to_owned(),
            files: BTreeMap::new(),
        };
        laboratory.sign_root();
        laboratory.publish();
        laboratory
    }

    /// The root metadata of the first version.
    pub(crate) fn anchor(&self) -> Vec<u8> {
        self.files["1.root.json"].clone()
    }

    /// Gives a role another key, as whoever attacks would have one.
    pub(crate) fn replace_key(&mut self, role: &'static str) {
        self.keys.insert(role, Ed25519KeyPair::generate().unwrap());
    }

    /// Makes the next root metadata, by the key of now.
    pub(crate) fn next_root(&mut self) {
        self.root += 1;
        self.sign_root();
    }

    fn sign_root(&mut self) {
        let public = |role: &str| json!({"public": hex(self.keys[role].public_key().as_ref())});
        let key = |role: &&str| {
            let key = json!({"keytype": "ed25519", "scheme": "ed25519", "keyval": public(role)});
            ((*role).to_owned(), key)
        };
        let role = |role: &&str| {
            (
                (*role).to_owned(),
                json!({"keyids": [role], "threshold": 1}),
            )
        };
        let names: Vec<&str> = self.keys.keys().copied().collect();
        let keys: serde_json::Map<String, Value> = names.iter().map(key).collect();
        let roles: serde_json::Map<String, Value> = names.iter().map(role).collect();
        let more = json!({"consistent_snapshot": true, "keys": keys, "roles": roles});
        let bytes = self.signed("root", self.root, LATE, &more);
        self.files.insert(format!("{}.root.json", self.root), bytes);
    }

    /// Makes the metadata of the other roles.
    pub(crate) fn publish(&mut self) {
        let version = self.version;
        let target = self.trusted_root.clone().into_bytes();
        let sha256 = hex(digest(&SHA256, &target).as_ref());
        let described = json!({"length": target.len(), "hashes": {"sha256": &sha256}});
        let targets = json!({"targets": {"trusted_root.json": described}});
        let targets = self.signed("targets", version, LATE, &targets);
        let snapshot = json!({"meta": {"targets.json": {"version": version}}});
        let snapshot = self.signed("snapshot", version, LATE, &snapshot);
        let timestamp = json!({"meta": {"snapshot.json": {"version": version}}});
        let timestamp = self.signed("timestamp", version, self.expires, &timestamp);
        self.files.extend([
            (format!("targets/{sha256}.trusted_root.json"), target),
            (format!("{version}.targets.json"), targets),
            (format!("{version}.snapshot.json"), snapshot),
            ("timestamp.json".to_owned(), timestamp),
        ]);
    }

    fn signed(&self, role: &str, version: u64, expires: &str, more: &Value) -> Vec<u8> {
        let mut signed = json!({"_type": role, "spec_version": "1.0.31", "version": version, "expires": expires});
        let more = more.as_object().unwrap().clone();
        signed.as_object_mut().unwrap().extend(more);
        // Nothing in it needs an escape, so that this is TUF's canonical form.
        let text = sorted(&signed);
        let signature = self.keys[role].sign(text.as_bytes());
        let whole = json!({"signed": signed, "signatures": [{"keyid": role, "sig": hex(signature.as_ref())}]});
        whole.to_string().into_bytes()
    }
}

/// A value with its keys in order, whatever order maps keep.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entries: BTreeMap<_, _> = map.iter().collect();
            let entries = entries.into_iter();
            let entries: Vec<_> = entries
                .map(|(key, value)| format!("{}:{}", json!(key), sorted(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut digits = String::new();
    for byte in bytes {
        write!(digits, "{byte:02x}").unwrap();
    }
    digits
}
