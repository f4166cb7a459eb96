//! What a repository may do, and what is refused.

use proptest::prelude::*;
use sigstore_verify::trust_root::SigstoreInstance;

use super::{laboratory::Laboratory, *};

const TODAY: &str = "2026-11-26T00:00:00Z";

impl Carrier for BTreeMap<String, Vec<u8>> {
    fn carry(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        match self.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => Err("too long".to_owned()),
            found => Ok(found.cloned()),
        }
    }
}

fn trusted_root() -> &'static str {
    SigstoreInstance::PublicGood.embedded_trusted_root_json()
}

fn anchor(laboratory: &Laboratory) -> Anchor {
    Anchor::Given(laboratory.anchor())
}

fn refreshed(
    laboratory: &Laboratory,
    anchor: &Anchor,
    kept: &Kept,
    now: &str,
) -> Result<Refreshed, TufError> {
    let files = Arc::new(laboratory.files.clone());
    refresh(anchor, files, kept, now.parse().unwrap())
}

fn check(result: &Result<Refreshed, TufError>) -> String {
    match result {
        Ok(refreshed) => {
            let versions = refreshed.roles.iter();
            let versions: Vec<_> = versions
                .map(|it| format!("{} {}", it.name, it.version))
                .collect();
            format!(
                "{}, fresh until {}",
                versions.join(", "),
                refreshed.fresh_until()
            )
        }
        Err(error) => format!("{}: {error}", error.code()),
    }
}

#[test]
fn a_root_of_trust_is_taken_and_kept() {
    let mut laboratory = Laboratory::new(trusted_root());
    let begin = anchor(&laboratory);
    let first = refreshed(&laboratory, &begin, &Kept::new(), TODAY);
    insta::assert_snapshot!(check(&first), @"root 1, timestamp 1, snapshot 1, targets 1, fresh until 2026-12-03T00:00:00Z");
    let kept = first.unwrap().kept;
    // The same again, and a newer one signed by the next root.
    insta::assert_snapshot!(check(&refreshed(&laboratory, &begin, &kept, TODAY)), @"root 1, timestamp 1, snapshot 1, targets 1, fresh until 2026-12-03T00:00:00Z");
    laboratory.next_root();
    laboratory.version = 2;
    laboratory.publish();
    let second = refreshed(&laboratory, &begin, &kept, TODAY);
    insta::assert_snapshot!(check(&second), @"root 2, timestamp 2, snapshot 2, targets 2, fresh until 2026-12-03T00:00:00Z");
    // What was kept is verified again without anybody being asked; later it still is what it was then.
    let kept = second.unwrap().kept;
    insta::assert_snapshot!(check(&reopen(&begin, &kept, TODAY.parse().unwrap())), @"root 2, timestamp 2, snapshot 2, targets 2, fresh until 2026-12-03T00:00:00Z");
}

#[test]
fn a_repository_may_not_go_back_nor_stand_still() {
    let mut laboratory = Laboratory::new(trusted_root());
    let begin = anchor(&laboratory);
    let old = laboratory.files.clone();
    laboratory.version = 2;
    laboratory.publish();
    let kept = refreshed(&laboratory, &begin, &Kept::new(), TODAY)
        .unwrap()
        .kept;
    // Rollback: the files of before.
    laboratory.files = old;
    insta::assert_snapshot!(check(&refreshed(&laboratory, &begin, &kept, TODAY)), @"tuf-rollback: the repository went back: rollback detected for timestamp: trusted version 2 > new version 1");
    // Freeze: the same files when their time is over, for who has kept them and for who has not.
    laboratory.version = 2;
    laboratory.publish();
    insta::assert_snapshot!(check(&refreshed(&laboratory, &begin, &kept, "2026-12-04T00:00:00Z")), @"tuf-expired: the repository is frozen or out of date: timestamp metadata expired at 2026-12-03T00:00:00Z");
    insta::assert_snapshot!(check(&refreshed(&laboratory, &begin, &Kept::new(), "2026-12-04T00:00:00Z")), @"tuf-expired: the repository is frozen or out of date: timestamp metadata expired at 2026-12-03T00:00:00Z");
}

#[test]
fn what_others_sign_is_refused() {
    for role in ["timestamp", "snapshot", "targets"] {
        let mut laboratory = Laboratory::new(trusted_root());
        let begin = anchor(&laboratory);
        laboratory.replace_key(role);
        laboratory.publish();
        let told = check(&refreshed(&laboratory, &begin, &Kept::new(), TODAY));
        assert!(told.starts_with("tuf-signature: "), "{role}: {told}");
    }
    let mut laboratory = Laboratory::new(trusted_root());
    let begin = anchor(&laboratory);
    laboratory.replace_key("root");
    laboratory.next_root();
    insta::assert_snapshot!(check(&refreshed(&laboratory, &begin, &Kept::new(), TODAY)), @"tuf-signature: the repository is not signed as it must be: signature threshold not met for role root: 0/1 valid signatures");
}

#[test]
fn what_is_not_what_was_vouched_for_is_refused() {
    let told = |change: &dyn Fn(&mut Laboratory)| {
        let mut laboratory = Laboratory::new(trusted_root());
        let begin = anchor(&laboratory);
        change(&mut laboratory);
        check(&refreshed(&laboratory, &begin, &Kept::new(), TODAY))
    };
    let target = |laboratory: &Laboratory| {
        let mut names = laboratory.files.keys();
        names.find(|it| it.starts_with("targets/")).unwrap().clone()
    };
    let swapped = told(&|it| {
        let name = target(it);
        it.files.insert(name, b"{}".to_vec());
    });
    assert!(swapped.starts_with("tuf-broken: "), "{swapped}");
    let long = told(&|it| {
        let name = target(it);
        it.files.insert(name, vec![b' '; trusted_root().len() + 1]);
    });
    insta::assert_snapshot!(long, @"tuf-unanswered: too long");
    insta::assert_snapshot!(told(&|it| drop(it.files.remove("timestamp.json"))), @"tuf-unanswered: timestamp.json not found");
    let unusable = told(&|it| {
        it.trusted_root = "{}".to_owned();
        it.version = 2;
        it.publish();
    });
    insta::assert_snapshot!(unusable, @"root-unreadable: the root of trust in the repository cannot be used");
}

#[test]
fn what_was_kept_cannot_be_changed() {
    let laboratory = Laboratory::new(trusted_root());
    let begin = anchor(&laboratory);
    let kept = refreshed(&laboratory, &begin, &Kept::new(), TODAY)
        .unwrap()
        .kept;
    let at = TODAY.parse().unwrap();
    for name in [
        "targets/trusted_root.json",
        "targets.json",
        "timestamp.json",
        "snapshot.json",
    ] {
        let mut changed = kept.clone();
        changed.insert(name.to_owned(), b"{}".to_vec());
        assert!(reopen(&begin, &changed, at).is_err(), "{name}");
    }
    let other = Laboratory::new(trusted_root());
    let told = check(&reopen(&anchor(&other), &kept, at));
    assert!(told.starts_with("tuf-signature: "), "{told}");
}

#[test]
fn trust_begins_with_what_is_known() {
    let laboratory = Laboratory::new(trusted_root());
    let known = |version, signed| Anchor::Known { version, signed };
    let signed = signed_digest(&laboratory.anchor()).unwrap();
    let told = |anchor: &Anchor| check(&refreshed(&laboratory, anchor, &Kept::new(), TODAY));
    insta::assert_snapshot!(told(&known(1, signed)), @"root 1, timestamp 1, snapshot 1, targets 1, fresh until 2026-12-03T00:00:00Z");
    insta::assert_snapshot!(told(&known(1, Digest([0; 32]))), @"tuf-other-anchor: the root metadata of version 1 is not the one that is known");
    insta::assert_snapshot!(told(&known(2, signed)), @"tuf-no-anchor: there is no root metadata of version 2, with which trust begins");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn never_panics(file in 0usize..8, place: proptest::sample::Index, byte: u8) {
        let mut laboratory = Laboratory::new(trusted_root());
        let begin = anchor(&laboratory);
        let count = laboratory.files.len();
        let bytes = laboratory.files.values_mut().nth(file % count).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = refreshed(&laboratory, &begin, &Kept::new(), TODAY);
    }
}
