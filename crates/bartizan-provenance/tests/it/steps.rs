//! Each step is reached and refuses what it is about, over real bundles.

use bartizan_provenance::{ExpectedIdentity, ExpectedPublisher, Instance, Signer, TrustRoot};
use serde_json::Value;

use super::samples::{self, Sample};

fn check(sample: &Sample, change: impl FnOnce(&mut Value)) -> String {
    let mut bundle = sample.bundle.clone();
    change(&mut bundle);
    match sample.examine(&bundle.to_string()).result {
        Ok(_) => "verified".to_owned(),
        Err(refusal) => format!("{} {}", refusal.step.id(), refusal.code),
    }
}

fn sample(name: &str) -> Option<Sample> {
    samples::all()
        .into_iter()
        .find(|sample| sample.name == name)
}

fn entry(bundle: &mut Value) -> &mut Value {
    &mut bundle["verificationMaterial"]["tlogEntries"][0]
}

/// A text of base64 with one of its first letters changed.
fn flip(value: &mut Value) {
    let text = value.as_str().unwrap();
    let other = if text.as_bytes()[20] == b'A' {
        "B"
    } else {
        "A"
    };
    *value = format!("{}{other}{}", &text[..20], &text[21..]).into();
}

#[test]
fn each_part_has_its_step() {
    let Some(sample) = sample("message, log of version 1, timestamp") else {
        return;
    };
    insta::assert_snapshot!(check(&sample, |_| {}), @"verified");
    insta::assert_snapshot!(check(&sample, |it| flip(&mut it["messageSignature"]["signature"])), @"timestamp timestamp-invalid");
    insta::assert_snapshot!(check(&sample, |it| flip(&mut entry(it)["inclusionPromise"]["signedEntryTimestamp"])), @"log-promise promise-invalid");
    insta::assert_snapshot!(check(&sample, |it| flip(&mut entry(it)["inclusionProof"]["hashes"][0])), @"inclusion-proof proof-invalid");
    insta::assert_snapshot!(check(&sample, |it| flip(&mut it["messageSignature"]["messageDigest"]["digest"])), @"artifact digest-mismatch");
    insta::assert_snapshot!(check(&sample, |it| entry(it)["kindVersion"]["version"] = "0.0.9".into()), @"log-entry unknown-entry-kind");
    insta::assert_snapshot!(check(&sample, |it| it["verificationMaterial"]["tlogEntries"] = Value::Array(Vec::new())), @"inclusion-proof no-log-entry");
}

#[test]
fn another_key_is_not_the_signer() {
    let Some(mut sample) = sample("message by a key") else {
        return;
    };
    // Any key that is another: that of the log itself.
    let root: Value =
        serde_json::from_str(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT)
            .unwrap();
    let key = root["tlogs"][0]["publicKey"]["rawBytes"].as_str().unwrap();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n");
    sample.key = bartizan_provenance::PublicKey::read(&pem);
    assert!(sample.key.is_some());
    insta::assert_snapshot!(check(&sample, |_| {}), @"signature signature-invalid");
    sample.key = None;
    insta::assert_snapshot!(check(&sample, |_| {}), @"certificate-chain no-certificate");
}

#[test]
fn an_entry_of_another_signature_is_refused_as_such() {
    let (Some(sample), Some(other)) = (
        sample("statement, log of version 2"),
        sample("message, log of version 2"),
    ) else {
        return;
    };
    // Proven in its log, and about something else; the time comes from the timestamp.
    insta::assert_snapshot!(check(&sample, |it| {
        *entry(it) = other.bundle["verificationMaterial"]["tlogEntries"][0].clone();
    }), @"log-entry entry-mismatch");
}

#[test]
fn a_checkpoint_is_of_the_entrys_log_and_tree() {
    let (Some(one), Some(two)) = (
        sample("statement, log of version 1"),
        sample("message, log of version 2"),
    ) else {
        return;
    };
    let size =
        one.bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["treeSize"].clone();
    let less = (size.as_str().unwrap().parse::<u64>().unwrap() - 1).to_string();
    insta::assert_snapshot!(check(&one, |it| entry(it)["inclusionProof"]["treeSize"] = less.into()), @"checkpoint checkpoint-of-another-tree");
    // Another log that the root of trust names too.
    let root: Value =
        serde_json::from_str(sigstore_verify::trust_root::SIGSTORE_STAGING_TRUSTED_ROOT).unwrap();
    let logs = root["tlogs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|log| log["logId"]["keyId"].clone());
    let own = two.bundle["verificationMaterial"]["tlogEntries"][0]["logId"]["keyId"].clone();
    let other = logs.rev().find(|log| *log != own).unwrap();
    insta::assert_snapshot!(check(&two, |it| entry(it)["logId"]["keyId"] = other), @"checkpoint checkpoint-of-another-log");
}

#[test]
fn another_root_of_trust_knows_nobody() {
    let Some(mut sample) = sample("message, log of version 2") else {
        return;
    };
    sample.root = TrustRoot::embedded(Instance::PublicGood).unwrap();
    insta::assert_snapshot!(check(&sample, |_| {}), @"checkpoint unknown-log");
    sample.root = TrustRoot::embedded(Instance::GitHub).unwrap();
    insta::assert_snapshot!(check(&sample, |_| {}), @"inclusion-proof unknown-log");
}

#[test]
fn the_same_bytes_under_another_name_are_refused() {
    let Some(sample) = sample("statement, log of version 1") else {
        return;
    };
    let bundle = sample.bundle.to_string();
    let verified = sample.examine(&bundle).result.unwrap();
    let signed = verified.get().statement.as_ref().unwrap().subjects[0]
        .name
        .clone();
    assert!(
        sample
            .examine_with(&bundle, Some(&signed), None)
            .result
            .is_ok()
    );
    let refusal = sample
        .examine_with(&bundle, Some("other-1.0-0.conda"), None)
        .result
        .unwrap_err();
    assert_eq!(
        (refusal.step.id(), refusal.code),
        ("subject-name", "name-mismatch")
    );
}

#[test]
fn the_signer_is_held_against_who_is_expected() {
    let Some(sample) = sample("statement, log of version 1") else {
        return;
    };
    let bundle = sample.bundle.to_string();
    let verified = sample.examine(&bundle).result.unwrap();
    assert!(!verified.get().is_pinned);
    let Signer::Certificate(claims) = &verified.get().signer else {
        panic!("a certificate signs");
    };
    let publisher = |repository: String| {
        ExpectedIdentity::Publisher(ExpectedPublisher {
            repository,
            ..ExpectedPublisher::default()
        })
    };
    let here = claims.repository.clone().unwrap();
    let pinned = sample.examine_with(&bundle, None, Some(&publisher(here.clone())));
    assert!(pinned.result.unwrap().get().is_pinned);
    let other = sample.examine_with(&bundle, None, Some(&publisher(format!("{here}-evil"))));
    assert_eq!(other.result.unwrap_err().code, "repository-mismatch");
}
