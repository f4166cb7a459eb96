//! Evidence that is made to hurt: certificates and timestamps that nest without end, logs that are huge, bytes that were changed
//! within signed material. Each must end at a step, on a stack as small as that of a thread, and nothing of it may verify.

use std::{sync::Arc, thread};

use bartizan_formats::{
    attestation::{self, MOST_PARTS, decode_base64, encode_base64},
    digest::Digest,
};
use bartizan_model::Timestamp;
use bartizan_provenance::{
    Artifact, Question, Rules, TrustRoot, examine,
    signing::{
        Claim, Courier, Delivered, IdentityToken, Parcel, TrustConfig, Undelivered, Use,
        sign_keyless, statement,
    },
};
use bartizan_sigstore_laboratory::{Claims, Instance, Request};
use proptest::prelude::*;
use serde_json::{Value, json};

const BASE: &str = "http://127.0.0.1:1";
const NAME: &str = "lab-1.0.tar.gz";
const BYTES: &[u8] = b"an artifact";

/// The stack on which everything must fit; threads of Rust have twice as much.
const STACK: usize = 1 << 20;

struct InMemory<'a>(&'a Instance);

impl Courier for InMemory<'_> {
    fn post(&self, parcel: Parcel<'_>) -> Result<Delivered, Undelivered> {
        let (status, body) = self.0.answer(Request {
            method: "POST",
            path: parcel.to.strip_prefix(BASE).unwrap(),
            authorization: "",
            body: parcel.body,
        });
        Ok(Delivered { status, body })
    }
}

/// A bundle that verifies, and the root by which it does.
struct Bench {
    bundle: Value,
    root: Arc<TrustRoot>,
}

fn bench(version: u32) -> Bench {
    let instance = Instance::new(BASE);
    let config = instance.trust_config(&[version]).to_string();
    let (config, root) = TrustConfig::read(config.as_bytes()).unwrap();
    let services = config.services(Use::Bundle, Timestamp::now()).unwrap();
    let token = IdentityToken::read(&instance.token(&Claims::default())).unwrap();
    let statement = statement(NAME, Digest::of(BYTES), &Claim::Publication).unwrap();
    let signed = sign_keyless(&statement, &token, &services, &InMemory(&instance)).unwrap();
    Bench {
        bundle: serde_json::from_str(&signed.bundle()).unwrap(),
        root: Arc::new(root.unwrap()),
    }
}

impl Bench {
    /// The step that changed evidence ends at, on a small stack.
    fn check(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut bundle = self.bundle.clone();
        change(&mut bundle);
        let root = Arc::clone(&self.root);
        let work = move || told(&bundle, &root);
        let thread = thread::Builder::new().stack_size(STACK).spawn(work);
        thread.unwrap().join().unwrap()
    }
}

fn told(bundle: &Value, root: &TrustRoot) -> String {
    let evidence = match attestation::read(bundle.to_string().as_bytes()) {
        Ok(evidence) => evidence,
        Err(error) => return format!("unread: {}", error.code()),
    };
    let [item] = evidence.items.as_slice() else {
        return "several".to_owned();
    };
    let examination = examine(&Question {
        bundle: item.bundle.as_ref(),
        artifact: Artifact::Bytes(BYTES),
        name: Some(NAME),
        root,
        key: None,
        rules: Rules::Any,
        expected: None,
    });
    match examination.result {
        Ok(_) => "verified".to_owned(),
        Err(refusal) => format!("{}: {}", refusal.step.id(), refusal.code),
    }
}

const CERTIFICATE: &str = "/verificationMaterial/certificate/rawBytes";
const STAMP: &str =
    "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp";
const ENTRY: &str = "/verificationMaterial/tlogEntries/0";

/// Sequences within sequences, each with its length.
fn nested(depth: usize) -> Vec<u8> {
    // From the inside out, backwards.
    let mut bytes = vec![0x00, 0x05];
    for _ in 0..depth {
        let length = bytes.len();
        if length < 0x80 {
            bytes.push(u8::try_from(length).unwrap());
        } else {
            let digits = length.to_le_bytes();
            let count = digits.iter().rposition(|digit| *digit != 0).unwrap() + 1;
            bytes.extend_from_slice(&digits[..count]);
            bytes.push(0x80 | u8::try_from(count).unwrap());
        }
        bytes.push(0x30);
    }
    bytes.reverse();
    bytes
}

fn set(bundle: &mut Value, place: &str, value: Value) {
    *bundle.pointer_mut(place).unwrap() = value;
}

#[test]
fn what_nests_without_end_ends_at_a_step() {
    for version in [1, 2] {
        let bench = bench(version);
        assert_eq!(bench.check(|_| {}), "verified");
        let endless = [0x30, 0x80].repeat(500_000);
        for bytes in [nested(100), nested(200_000), endless] {
            for place in [CERTIFICATE, STAMP] {
                let told = bench.check(|it| set(it, place, json!(encode_base64(&bytes))));
                let step = told.split(':').next().unwrap();
                let is_right = match place {
                    CERTIFICATE => ["certificate-chain", "signing-time", "evidence", "timestamp"]
                        .contains(&step),
                    _ => ["timestamp", "signing-time", "evidence"].contains(&step),
                };
                assert!(is_right, "{place} of version {version}: {told}");
            }
        }
    }
}

#[test]
fn a_certificate_that_is_huge_ends_at_a_step() {
    let bench = bench(1);
    let own = bench.bundle.pointer(CERTIFICATE).unwrap().as_str().unwrap();
    let own = decode_base64("certificate", own).unwrap();
    // Its own bytes with eight megabytes behind them, and as many of its like in a chain.
    let long = [own.as_slice(), &vec![0; 8 << 20]].concat();
    let told = bench.check(|it| set(it, CERTIFICATE, json!(encode_base64(&long))));
    assert_ne!(told, "verified");
    let chain =
        |count| json!({"certificates": vec![json!({"rawBytes": encode_base64(&own)}); count]});
    for count in [MOST_PARTS, MOST_PARTS + 1] {
        let told = bench.check(|it| {
            let material = it["verificationMaterial"].as_object_mut().unwrap();
            material.remove("certificate");
            material.insert("x509CertificateChain".to_owned(), chain(count));
        });
        assert_ne!(told, "verified", "{count}");
    }
}

#[test]
fn a_log_that_is_huge_ends_at_a_step() {
    for version in [1, 2] {
        let bench = bench(version);
        let told =
            |name: &str, value: Value| bench.check(|it| set(it, &format!("{ENTRY}/{name}"), value));
        let hash = encode_base64(&[7; 32]);
        let hashes = |count| json!(vec![json!(hash); count]);
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        let long = format!(
            "{{\"apiVersion\":\"0.0.1\",\"x\":\"{}\"}}",
            "x".repeat(8 << 20)
        );
        let lines = "\u{2014} rekor.laboratory AAAAAAAA\n".repeat(200_000);
        let checkpoint = format!("rekor.laboratory\n1\n{hash}\n\n{lines}");
        let all = [
            ("inclusionProof/hashes", hashes(MOST_PARTS)),
            ("inclusionProof/hashes", hashes(200_000)),
            ("inclusionProof/treeSize", json!(i64::MAX.to_string())),
            ("inclusionProof/treeSize", json!("0")),
            ("inclusionProof/logIndex", json!(i64::MAX.to_string())),
            ("inclusionProof/checkpoint/envelope", json!(checkpoint)),
            ("canonicalizedBody", json!(encode_base64(deep.as_bytes()))),
            ("canonicalizedBody", json!(encode_base64(long.as_bytes()))),
        ];
        for (name, value) in all {
            let told = told(name, value);
            // What a proof says of them is not read in a log of version 2: entry and checkpoint say it.
            let unread = ["inclusionProof/treeSize", "inclusionProof/logIndex"];
            let is_unread = version == 2 && unread.contains(&name);
            assert!(
                told != "verified" || is_unread,
                "{name} of version {version}"
            );
        }
        let told = bench.check(|it| {
            let entries = it.pointer_mut("/verificationMaterial/tlogEntries").unwrap();
            let entry = entries[0].clone();
            *entries = json!(vec![entry; MOST_PARTS]);
        });
        assert_eq!(told, "distinct: duplicate-entry");
    }
}

#[test]
fn a_statement_that_is_huge_or_deep_ends_at_a_step() {
    let bench = bench(1);
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let many = format!(
        "{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}{{}}]}}",
        "{\"name\":\"x\",\"digest\":{\"sha256\":\"00\"}},".repeat(200_000)
    );
    for payload in [deep, many] {
        let payload = encode_base64(payload.as_bytes());
        let told = bench.check(|it| set(it, "/dsseEnvelope/payload", json!(payload)));
        assert_eq!(told.split(':').next(), Some("statement"), "{told}");
    }
}

/// A change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Set(u8),
    Insert(u8),
    Remove,
    Repeat(usize),
    Cut,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<u8>().prop_map(Change::Set),
        any::<u8>().prop_map(Change::Insert),
        Just(Change::Remove),
        (1..200usize).prop_map(Change::Repeat),
        Just(Change::Cut),
    ]
}

impl Change {
    fn of(&self, bytes: &[u8], place: usize) -> Vec<u8> {
        let (head, tail) = bytes.split_at(place);
        match self {
            Self::Set(byte) => [head, &[*byte], &tail[1..]].concat(),
            Self::Insert(byte) => [head, &[*byte], tail].concat(),
            Self::Remove => [head, &tail[1..]].concat(),
            Self::Repeat(count) => {
                let part = &tail[..tail.len().min(*count)];
                [head, part, tail].concat()
            }
            Self::Cut => head.to_vec(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn signed_material_that_was_changed_never_verifies(
        changes in prop::collection::vec((change(), any::<prop::sample::Index>(), 0usize..3), 8)
    ) {
        let bench = bench(1);
        let body = format!("{ENTRY}/canonicalizedBody");
        let places = [CERTIFICATE, body.as_str(), "/dsseEnvelope/payload"];
        for (change, place, which) in changes {
            let field = places[which];
            let own = bench.bundle.pointer(field).unwrap().as_str().unwrap();
            let own = decode_base64("field", own).unwrap();
            let changed = change.of(&own, place.index(own.len()));
            prop_assume!(changed != own);
            let mut bundle = bench.bundle.clone();
            set(&mut bundle, field, json!(encode_base64(&changed)));
            prop_assert_ne!(told(&bundle, &bench.root), "verified", "{}", field);
        }
    }
}
