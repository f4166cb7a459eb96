//! Bundles as they are written, and every way to change one.

use bartizan_model::problem::chain;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{
    digest::Digest,
    signature::tests::{public, signing},
};

const NOW: &str = "2026-11-23T12:00:00Z";
const CONTENT: &[u8] = b"what a snapshot would be";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn manifest() -> BundleManifest {
    BundleManifest {
        created: time("2026-11-22T00:00:00Z"),
        snapshot: SnapshotName(Digest::of(b"snapshot")),
        base: None,
        content: Content {
            size: CONTENT.len() as u64,
            digest: Digest::of(CONTENT),
        },
        sources: vec![BundleSource {
            id: "pypa".to_owned(),
            title: "PyPA Advisory Database".to_owned(),
            licence: "CC-BY-4.0".to_owned(),
            records: 3,
            imported: time("2026-11-21T00:00:00Z"),
            newest: None,
        }],
    }
}

fn written(manifest: &BundleManifest, key: Option<u8>) -> Vec<u8> {
    let text = manifest_text(manifest);
    let signature = key.map(|key| signing(key).sign(text.as_bytes()).unwrap());
    let mut bytes = Vec::new();
    write(manifest, signature.as_deref(), &mut { CONTENT }, &mut bytes).unwrap();
    bytes
}

/// What a reader that trusts key 1 makes of a file.
fn open(bytes: &[u8]) -> Result<Bundle, BundleError> {
    let signers =
        AllowedSigners::read("signers", format!("alice {}", public(1)).as_bytes()).unwrap();
    open_as(bytes, Trust::Signers(&signers))
}

fn open_as(bytes: &[u8], trust: Trust<'_>) -> Result<Bundle, BundleError> {
    let mut reader = bytes;
    let bundle = UnverifiedBundle::read(&mut reader)?.verify(trust, time(NOW))?;
    let mut content = Vec::new();
    bundle.copy_content(&mut reader, &mut content)?;
    assert_eq!(content, CONTENT);
    Ok(bundle)
}

fn refuse(bytes: &[u8]) -> String {
    let error = open(bytes).unwrap_err();
    assert!(!error.hint().is_empty());
    chain(&error)
}

#[test]
fn what_was_written_and_signed_is_read() {
    let bytes = written(&manifest(), Some(1));
    assert!(recognises(&bytes) && recognises(&bytes[..512]) && !recognises(&bytes[..511]));
    assert!(!recognises(CONTENT) && !recognises(&[0; 512]));
    let bundle = open(&bytes).unwrap();
    assert_eq!(bundle.manifest, manifest());
    assert_eq!(bundle.signer.unwrap().principal, "alice");
    assert_eq!(bytes, written(&manifest(), Some(1)));
    assert_snapshot!(manifest_text(&manifest()), @r#"
    {
      "kind": "bartizan-bundle",
      "format": 1,
      "created": "2026-11-22T00:00:00Z",
      "snapshot": {
        "id": "16a0eeb0791b",
        "content_sha256": "16a0eeb0791b6c92451fd284dd9f599e0a7dbe7f6ebea6e2d2d06c7f74aec112"
      },
      "content": {
        "name": "snapshot.bdb",
        "size": 24,
        "sha256": "ac27f6bbc5b64da30c9e0780a6b498cc9c3017d6f56be3785116ee4b126e8c53"
      },
      "sources": [
        {
          "id": "pypa",
          "title": "PyPA Advisory Database",
          "licence": "CC-BY-4.0",
          "records": 3,
          "imported": "2026-11-21T00:00:00Z",
          "newest": null
        }
      ]
    }
    "#);
    let base = Some(SnapshotName(Digest::of(b"base")));
    let increment = BundleManifest { base, ..manifest() };
    assert_eq!(
        open(&written(&increment, Some(1))).unwrap().manifest,
        increment
    );
}

#[test]
fn who_does_not_count_is_refused() {
    assert_snapshot!(refuse(&written(&manifest(), None)), @"the bundle is not signed");
    assert_snapshot!(refuse(&written(&manifest(), Some(2))), @"the signature of the bundle does not count: the key SHA256:4A9jyZBOhnKZvcGQ6TRFbf5Gymb41AfYvYaVmWHD+G4 is not one of the allowed signers");
    let vouched = open_as(&written(&manifest(), None), Trust::Anybody).unwrap();
    assert_eq!(vouched.signer, None);
    // A signature that nobody checked makes no signer.
    assert_eq!(
        open_as(&written(&manifest(), Some(2)), Trust::Anybody)
            .unwrap()
            .signer,
        None
    );
}

#[test]
fn a_manifest_that_cannot_be_is_refused() {
    let signed = |change: fn(&mut BundleManifest)| {
        let mut manifest = manifest();
        change(&mut manifest);
        refuse(&written(&manifest, Some(1)))
    };
    assert_snapshot!(signed(|manifest| manifest.created = time("2026-11-25T00:00:00Z")), @"the bundle says that it was made at 2026-11-25T00:00:00Z, which has not come yet");
    assert_snapshot!(signed(|manifest| manifest.sources[0].imported = time("2026-11-22T00:00:01Z")), @"the bundle contradicts itself: a source was imported after the bundle was made");
    let text = |from: &str, to: &str| {
        let text = manifest_text(&manifest()).replace(from, to);
        match wire::manifest(text.as_bytes()) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        }
    };
    assert_snapshot!(text("bartizan-bundle", "bartizan-feed"), @"the bundle contradicts itself: its manifest is that of something else");
    assert_snapshot!(text("\"format\": 1", "\"format\": 2"), @"the bundle has format 2; this program reads format 1");
    assert_snapshot!(text("snapshot.bdb", "changes.bdb"), @"the bundle contradicts itself: its manifest names a content of another kind");
    assert_snapshot!(text("2026-11-22T00:00:00Z", "soon"), @"the bundle contradicts itself: a time in its manifest is none");
    let id = manifest().snapshot.id();
    assert_snapshot!(text(&format!("\"id\": \"{id}\""), "\"id\": \"0123456789ab\""), @"the bundle contradicts itself: the id of a snapshot is not the start of its digest");
    assert_snapshot!(text("\"size\": 24", "\"size\": -1"), @"the manifest of the bundle cannot be read");
    assert_snapshot!(text("{", "["), @"the manifest of the bundle cannot be read");
}

#[test]
fn every_truncation_is_refused() {
    let whole = written(&manifest(), Some(1));
    for length in 0..whole.len() {
        assert!(open(&whole[..length]).is_err(), "{length}");
    }
    assert_snapshot!(refuse(&whole[..whole.len() - 512]), @"the bundle is torn: its end is missing");
    assert_snapshot!(refuse(&whole[..700]), @"the bundle is torn: its end is missing");
}

/// The archive's own fields of owner and time say nothing; every other byte counts.
#[test]
fn every_changed_byte_is_seen() {
    let whole = written(&manifest(), Some(1));
    for place in 0..whole.len() {
        for flip in [1, 0x20, 0xff] {
            let mut changed = whole.clone();
            changed[place] ^= flip;
            if let Ok(bundle) = open(&changed) {
                assert_eq!(
                    bundle,
                    open(&whole).unwrap(),
                    "a wrong answer after a change at {place}"
                );
            }
        }
    }
}

#[test]
fn members_that_do_not_belong_are_refused() {
    let whole = written(&manifest(), Some(1));
    let mut longer = whole.clone();
    longer.extend(whole.clone());
    assert_snapshot!(refuse(&longer), @"the bundle contradicts itself: something follows the content");
    let mut filled = whole.clone();
    filled.extend([0; 8192]);
    assert!(open(&filled).is_ok());
    let member = |name: &str, size: u64| {
        let mut bytes = Vec::new();
        frame::write_header(&mut bytes, name, size, time(NOW)).unwrap();
        bytes
    };
    assert_snapshot!(refuse(&member("other.json", 10)), @"not a bundle of advisories");
    assert_snapshot!(refuse(&member(MANIFEST, 1 << 40)), @"a member before the content is larger than 4194304 bytes");
    // The second header says that the content is enormous; the manifest, that it is small.
    let mut swollen = Vec::new();
    let text = manifest_text(&manifest());
    let signature = signing(1).sign(text.as_bytes()).unwrap();
    frame::write_member(&mut swollen, MANIFEST, text.as_bytes(), time(NOW)).unwrap();
    frame::write_member(&mut swollen, SIGNATURE, signature.as_bytes(), time(NOW)).unwrap();
    let before_content = swollen.len();
    swollen.extend(member("snapshot.bdb", 7 << 30));
    swollen.extend([0; 4096]);
    assert_snapshot!(refuse(&swollen), @"the bundle contradicts itself: the member after the manifest is not the content that it names");
    swollen.truncate(before_content);
    assert_snapshot!(refuse(&swollen), @"the bundle is torn: its end is missing");
    let mut twice = swollen.clone();
    frame::write_member(&mut twice, SIGNATURE, signature.as_bytes(), time(NOW)).unwrap();
    assert_snapshot!(refuse(&twice), @"the bundle contradicts itself: the member after the manifest is not the content that it names");
}

#[test]
fn a_content_that_changes_while_it_is_written_is_seen() {
    let mut bytes = Vec::new();
    let error = write(&manifest(), None, &mut { &CONTENT[1..] }, &mut bytes).unwrap_err();
    assert_snapshot!(error, @"the bundle is torn: its end is missing");
    let other = vec![b'x'; CONTENT.len()];
    let error = write(&manifest(), None, &mut other.as_slice(), &mut bytes).unwrap_err();
    assert_snapshot!(error, @"the content of the bundle is not the one that its manifest names");
}

proptest! {
    #[test]
    fn strangers_never_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), name in "\\PC{0,90}") {
        prop_assert!(open(&bytes).is_err());
        let mut framed = Vec::new();
        for name in [MANIFEST, SIGNATURE, &name] {
            if frame::write_member(&mut framed, name, &bytes, time(NOW)).is_err() {
                break;
            }
        }
        prop_assert!(open(&framed).is_err());
        prop_assert!(open_as(&framed, Trust::Anybody).is_err());
    }
}
