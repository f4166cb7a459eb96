//! Lists of feeds as they are written, and every way in which one is refused.

use bartizan_model::problem::chain;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::signature::tests::{public, signing};

const NOW: &str = "2026-11-23T12:00:00Z";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn manifest() -> FeedManifest {
    let file = |text: &str| FeedFile {
        digest: Digest::of(text.as_bytes()),
        modified: time("2026-11-01T00:00:00Z"),
    };
    FeedManifest {
        name: "lab".to_owned(),
        title: "Laboratory".to_owned(),
        licence: "CC-BY-4.0".to_owned(),
        prefixes: vec!["LAB".to_owned()],
        packages: vec![Package::pypi("demo")],
        sequence: 7,
        created: time("2026-11-22T00:00:00Z"),
        files: [("LAB-2026-1.json", "one"), ("old/LAB-2025-1.json", "two")]
            .map(|(path, text)| (path.to_owned(), file(text)))
            .into(),
    }
}

/// What a reader who trusts key 1 and has seen a state makes of a list that a key signed.
fn check(manifest: &FeedManifest, key: Option<u8>, seen: Option<(u64, &str)>) -> String {
    let text = manifest.text();
    let signature = key.map(|key| signing(key).sign(text.as_bytes()).unwrap());
    let signers = AllowedSigners::read("x", format!("alice {}", public(1)).as_bytes()).unwrap();
    let seen = seen.map(|(sequence, text)| FeedState {
        sequence,
        digest: Digest::of(text.as_bytes()),
    });
    let signature = signature.as_deref().map(str::as_bytes);
    show(verify_manifest(
        text.as_bytes(),
        signature,
        Some(&signers),
        (seen, time(NOW)),
    ))
}

fn show(verified: Result<VerifiedManifest, FeedError>) -> String {
    match verified {
        Ok(verified) => format!(
            "{} {:?}",
            verified.state.sequence,
            verified.signer.map(|signer| signer.principal)
        ),
        Err(error) => {
            assert!(!error.hint().is_empty());
            chain(&error)
        }
    }
}

#[test]
fn what_was_written_and_signed_is_read() {
    let manifest = manifest();
    assert_eq!(read_manifest(manifest.text().as_bytes()).unwrap(), manifest);
    assert_snapshot!(check(&manifest, Some(1), None), @r#"7 Some("alice")"#);
    assert_snapshot!(check(&manifest, Some(1), Some((6, "")) ), @r#"7 Some("alice")"#);
    assert_snapshot!(check(&manifest, Some(1), Some((7, &manifest.text()))), @r#"7 Some("alice")"#);
    let unsigned = verify_manifest(manifest.text().as_bytes(), None, None, (None, time(NOW)));
    assert_snapshot!(show(unsigned), @"7 None");
}

#[test]
fn what_does_not_count_is_refused() {
    assert_snapshot!(check(&manifest(), None, None), @"the feed is not signed");
    assert_snapshot!(check(&manifest(), Some(2), None), @"the signature of the feed does not count: the key SHA256:4A9jyZBOhnKZvcGQ6TRFbf5Gymb41AfYvYaVmWHD+G4 is not one of the allowed signers");
    assert_snapshot!(check(&manifest(), Some(1), Some((8, ""))), @"the feed is in state 7; state 8 was seen before");
    assert_snapshot!(check(&manifest(), Some(1), Some((7, "another list"))), @"the feed was seen in state 7 with another list");
    let early = FeedManifest {
        created: time("2026-12-01T00:00:00Z"),
        ..manifest()
    };
    assert_snapshot!(check(&early, Some(1), None), @"the feed says that it was made at 2026-12-01T00:00:00Z, which has not come yet");
}

#[test]
fn a_list_that_cannot_be_is_refused() {
    let text = |from: &str, to: &str| {
        show(verify_manifest(
            manifest().text().replace(from, to).as_bytes(),
            None,
            None,
            (None, time(NOW)),
        ))
    };
    assert_snapshot!(text("bartizan-feed", "bartizan-bundle"), @"`feed.json` contradicts itself: it is the list of something else");
    assert_snapshot!(text("\"format\": 1", "\"format\": 2"), @"`feed.json` has format 2; this program reads format 1");
    assert_snapshot!(text("LAB-2026-1.json", "../LAB-2026-1.json"), @"`feed.json` contradicts itself: it lists a file that cannot be a record");
    assert_snapshot!(text("LAB-2026-1.json", "/LAB-2026-1.json"), @"`feed.json` contradicts itself: it lists a file that cannot be a record");
    assert_snapshot!(text("LAB-2026-1.json", "feed.json"), @"`feed.json` contradicts itself: it lists a file that cannot be a record");
    assert_snapshot!(text("old/LAB-2025-1.json", "LAB-2026-1.json"), @"`feed.json` contradicts itself: it lists a file twice");
    assert_snapshot!(text("2026-11-01T00:00:00Z", "x"), @"`feed.json` contradicts itself: a time in it is none");
    assert_snapshot!(text("{", ""), @r#"`feed.json` cannot be read: invalid type: string "kind", expected struct Envelope at line 2 column 8"#);
}

#[test]
fn files_are_held_to_the_list() {
    let manifest = manifest();
    let check = |files: &[(&str, &str)]| {
        let files = files
            .iter()
            .map(|(path, text)| (*path, Digest::of(text.as_bytes())));
        manifest
            .check_files(files)
            .map_or_else(|error| error.to_string(), |()| "whole".to_owned())
    };
    let (one, two) = (("LAB-2026-1.json", "one"), ("old/LAB-2025-1.json", "two"));
    assert_snapshot!(check(&[two, one]), @"whole");
    assert_snapshot!(check(&[one]), @"1 of the files that `feed.json` lists are missing");
    assert_snapshot!(check(&[one, ("old/LAB-2025-1.json", "changed")]), @"`old/LAB-2025-1.json` is not the file that `feed.json` lists");
    assert_snapshot!(check(&[one, two, ("LAB-2026-2.json", "new")]), @"`LAB-2026-2.json` is not listed in `feed.json`");
}

proptest! {
    #[test]
    fn strangers_never_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), path in "\\PC{0,40}") {
        prop_assert!(read_manifest(&bytes).is_err());
        let text = manifest().text().replace("LAB-2026-1.json", &path);
        if let Ok(read) = read_manifest(text.as_bytes()) {
            prop_assert!(read.files.keys().all(|path| is_record(path)));
            prop_assert_eq!(read_manifest(read.text().as_bytes()).unwrap(), read);
        }
    }
}
