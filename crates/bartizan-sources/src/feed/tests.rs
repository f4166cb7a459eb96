//! Feeds as their publishers keep them, and as mirrors serve them.

mod drafts;
mod synced;

use std::{fs, io::Write as _, path::PathBuf};

use bartizan_formats::signature::SigningKey;
use bartizan_model::{ecosystem::Package, problem::chain};
use insta::assert_snapshot;
use ssh_key::{
    LineEnding, PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

struct Bench(TempDir);

fn november(day: u8) -> Timestamp {
    format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()
}

fn private() -> PrivateKey {
    let keypair = Ed25519Keypair::from_seed(&[1; 32]);
    PrivateKey::new(KeypairData::from(keypair), "").unwrap()
}

fn key() -> SigningKey {
    SigningKey::read(private().to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap()
}

fn signers() -> AllowedSigners {
    let line = format!("lab {}", private().public_key().to_openssh().unwrap());
    AllowedSigners::read("signers", line.as_bytes()).unwrap()
}

impl Bench {
    /// A feed with two records, published on the second of November and signed.
    fn published() -> Self {
        let bench = Self(TempDir::new().unwrap());
        bench.record("LAB-2026-1", 1, "one");
        bench.record("old/LAB-2025-1", 1, "two");
        assert_eq!(bench.publish(2, false), "1: 2 0 0");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn record(&self, name: &str, day: u8, summary: &str) {
        let id = name.rsplit('/').next().unwrap();
        let path = self.path(&format!("feed/{name}.json"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = format!(
            r#"{{"id": "{id}", "modified": "{}", "summary": "{summary}", "affected": [{{"package": {{"ecosystem": "PyPI", "name": "demo"}}, "versions": ["1.0"]}}]}}"#,
            november(day)
        );
        fs::write(path, text).unwrap();
    }

    fn plan(&self, day: u8, touch: bool) -> Result<PublishPlan, PublishError> {
        plan(&PublishRequest {
            directory: self.path("feed"),
            details: FeedDetails {
                name: Some("lab".to_owned()),
                title: Some("Laboratory".to_owned()),
                licence: Some("CC-BY-4.0".to_owned()),
                prefixes: vec!["LAB".to_owned()],
                packages: vec![Package::pypi("demo")],
            },
            touch,
            now: november(day),
        })
    }

    /// The number of the state and how many records are new, changed and gone; or what stands against it.
    fn publish(&self, day: u8, touch: bool) -> String {
        let plan = self.plan(day, touch).unwrap();
        if plan.errors() > 0 {
            return complaints(&plan);
        }
        apply(&plan, Some(&key())).unwrap();
        let Planned {
            added,
            changed,
            removed,
            ..
        } = &plan.planned;
        format!(
            "{}: {} {} {}",
            plan.manifest.sequence,
            added.len(),
            changed.len(),
            removed.len()
        )
    }

    fn open(&self, seen: Option<FeedState>) -> String {
        self.open_at("feed", seen)
    }

    fn open_at(&self, name: &str, seen: Option<FeedState>) -> String {
        match open_feed(&self.path(name), Some(&signers()), seen, november(20)) {
            Ok(feed) => {
                let names: Vec<&str> = feed.records.iter().map(|(name, _)| name.as_str()).collect();
                format!("{} {}", feed.list.state.sequence, names.join(" "))
            }
            Err(error) => {
                assert!(!error.hint().is_empty());
                chain(&error)
            }
        }
    }

    fn state(&self) -> FeedState {
        open_feed(&self.path("feed"), None, None, november(20))
            .unwrap()
            .list
            .state
    }
}

fn complaints(plan: &PublishPlan) -> String {
    let shown = plan
        .complaints
        .iter()
        .map(|FeedComplaint { path, complaint }| {
            let (weight, pointer, message) =
                (complaint.weight, &complaint.pointer, &complaint.message);
            format!("{path} {weight:?} {pointer}: {message}")
        });
    // Prefixes that are not registered are another matter.
    shown
        .filter(|line| !line.contains("not registered"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_published_feed_is_read_whole() {
    let bench = Bench::published();
    assert_snapshot!(bench.open(None), @"1 LAB-2026-1.json old/LAB-2025-1.json");
    assert_snapshot!(bench.open(Some(bench.state())), @"1 LAB-2026-1.json old/LAB-2025-1.json");
    assert_eq!(bench.publish(3, false), "1: 0 0 0");
    bench.record("LAB-2026-2", 4, "three");
    bench.record("LAB-2026-1", 4, "changed");
    assert_eq!(bench.publish(5, false), "2: 1 1 0");
    assert_snapshot!(bench.open(None), @"2 LAB-2026-1.json LAB-2026-2.json old/LAB-2025-1.json");
}

#[test]
fn a_mirror_is_held_to_the_list() {
    let bench = Bench::published();
    let whole = fs::read(bench.path("feed/LAB-2026-1.json")).unwrap();
    let seen = bench.state();
    bench.record("LAB-2026-1", 2, "changed");
    assert_snapshot!(bench.open(None), @"`LAB-2026-1.json` is not the file that `feed.json` lists");
    fs::remove_file(bench.path("feed/LAB-2026-1.json")).unwrap();
    assert_snapshot!(bench.open(None), @"1 of the files that `feed.json` lists are missing");
    fs::write(bench.path("feed/LAB-2026-1.json"), whole).unwrap();
    bench.record("sub/LAB-2026-9", 2, "added");
    assert_snapshot!(bench.open(None), @"`sub/LAB-2026-9.json` is not listed in `feed.json`");
    fs::remove_dir_all(bench.path("feed/sub")).unwrap();
    let list = fs::read_to_string(bench.path("feed/feed.json")).unwrap();
    fs::write(
        bench.path("feed/feed.json"),
        list.replace("Laboratory", "laboratory"),
    )
    .unwrap();
    assert_snapshot!(bench.open(None), @"the signature of the feed does not count: the signature does not fit the content");
    fs::write(bench.path("feed/feed.json"), &list).unwrap();
    let newer = FeedState {
        sequence: 9,
        ..seen
    };
    assert_snapshot!(bench.open(Some(newer)), @"the feed is in state 1; state 9 was seen before");
    fs::remove_file(bench.path("feed/feed.json.sig")).unwrap();
    assert_snapshot!(bench.open(None), @"the feed is not signed");
    fs::remove_file(bench.path("feed/feed.json")).unwrap();
    assert_snapshot!(bench.open(None), @"there is no `feed.json`");
}

#[test]
fn an_archive_of_the_repository_is_a_feed_too() {
    let bench = Bench::published();
    let pack = |name: &str, prefix: &str, more: &[(&str, &str)]| {
        let mut zip = ZipWriter::new(fs::File::create(bench.path(name)).unwrap());
        for file in [
            "feed.json",
            "feed.json.sig",
            "LAB-2026-1.json",
            "old/LAB-2025-1.json",
        ] {
            zip.start_file(format!("{prefix}{file}"), SimpleFileOptions::default())
                .unwrap();
            zip.write_all(&fs::read(bench.path("feed").join(file)).unwrap())
                .unwrap();
        }
        for (name, text) in more {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        bench.open_at(name, None)
    };
    assert_snapshot!(pack("flat.zip", "", &[("README.md", "x")]), @"1 LAB-2026-1.json old/LAB-2025-1.json");
    assert_snapshot!(pack("folder.zip", "lab-main/", &[("lab-main/.github/x.json", "{}")]), @"1 LAB-2026-1.json old/LAB-2025-1.json");
    assert_snapshot!(pack("beside.zip", "lab-main/", &[("LAB-2026-9.json", "{}")]), @"`LAB-2026-9.json` is not listed in `feed.json`");
    assert_snapshot!(pack("inside.zip", "lab-main/", &[("lab-main/sub/LAB-2026-9.json", "{}")]), @"`sub/LAB-2026-9.json` is not listed in `feed.json`");
    assert_snapshot!(pack("two.zip", "lab-main/", &[("lab-main/sub/feed.json", "{}")]), @"`sub/feed.json` is not listed in `feed.json`");
    fs::write(bench.path("no.zip"), "PK").unwrap();
    assert!(bench.open_at("no.zip", None).starts_with("cannot read"));
}

#[test]
fn records_that_are_wrong_are_not_published() {
    let bench = Bench::published();
    bench.record("LAB-2026-1", 1, "changed and not moved");
    bench.record("LAB-2026-02", 1, "a number with a zero");
    bench.record("OTHER-2026-1", 1, "a foreign prefix");
    bench.record("sub/LAB-2025-1", 1, "an id that is taken");
    fs::rename(
        bench.path("feed/old/LAB-2025-1.json"),
        bench.path("feed/old/name.json"),
    )
    .unwrap();
    fs::write(bench.path("feed/broken.json"), "{").unwrap();
    assert_snapshot!(bench.publish(5, false), @"
    LAB-2026-02.json Error /id: not an id of this feed: LAB-YEAR-NUMBER
    LAB-2026-1.json Error /modified: the record changed and `modified` did not move
    OTHER-2026-1.json Error /id: not an id of this feed: LAB-YEAR-NUMBER
    broken.json Error : not valid JSON: EOF while parsing an object at line 1 column 1
    old/LAB-2025-1.json Warning : the record was published and is gone
    old/name.json Error /id: the file of this record must be called `LAB-2025-1.json`
    sub/LAB-2025-1.json Error /id: `old/name.json` has the same id
    ");
    let broken = apply(&bench.plan(5, false).unwrap(), None).unwrap_err();
    assert_snapshot!(broken, @"6 complaints stand against publishing");
    assert_snapshot!(bench.open(None), @"`LAB-2026-02.json` is not listed in `feed.json`");
}

#[test]
fn a_touch_sets_the_time_and_nothing_else() {
    let bench = Bench::published();
    bench.record("LAB-2026-1", 1, "changed");
    let before = fs::read_to_string(bench.path("feed/LAB-2026-1.json")).unwrap();
    fs::write(
        bench.path("feed/LAB-2026-3.json"),
        before
            .replace("LAB-2026-1", "LAB-2026-3")
            .replace(r#""modified": "2026-11-01T00:00:00Z","#, ""),
    )
    .unwrap();
    assert_eq!(bench.publish(5, true), "2: 1 1 0");
    let after = fs::read_to_string(bench.path("feed/LAB-2026-1.json")).unwrap();
    assert_eq!(after, before.replace("2026-11-01", "2026-11-05"));
    let set = fs::read_to_string(bench.path("feed/LAB-2026-3.json")).unwrap();
    assert!(
        set.starts_with("{\n  \"modified\": \"2026-11-05T00:00:00Z\",\"id\""),
        "{set}"
    );
    assert_snapshot!(bench.open(None), @"2 LAB-2026-1.json LAB-2026-3.json old/LAB-2025-1.json");
}

#[test]
fn a_list_that_is_not_signed_anew_loses_its_signature() {
    let bench = Bench::published();
    bench.record("LAB-2026-2", 4, "three");
    let published = apply(&bench.plan(5, false).unwrap(), None).unwrap();
    assert_eq!(
        (published.is_signed, published.is_signature_removed),
        (false, true)
    );
    assert!(!bench.path("feed/feed.json.sig").exists());
}
