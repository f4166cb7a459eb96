//! Bundles from one home to another, and everything that must not get in.

mod hostile;

use std::{fs, path::PathBuf};

use bartizan_formats::{
    bundle::Trust,
    signature::{AllowedSigners, SigningKey},
};
use bartizan_model::{Timestamp, problem::chain};
use insta::assert_snapshot;
use ssh_key::{
    LineEnding, PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use tempfile::TempDir;

use super::*;
use crate::{
    database,
    home::Home,
    sync::{Authority, Base, Feeds, Network, Silent, SyncRequest, sync},
};

fn private(seed: u8) -> PrivateKey {
    let keypair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::from(keypair), "").unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::read(private(seed).to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap()
}

/// Key 1 is the institute's, 2 another's, and 3 was the institute's until the middle of November.
fn signers() -> AllowedSigners {
    let public = |seed| private(seed).public_key().to_openssh().unwrap();
    let text = format!(
        "institute {}\nanother {}\ninstitute valid-before=\"20261115Z\" {}\n",
        public(1),
        public(2),
        public(3)
    );
    AllowedSigners::read("signers", text.as_bytes()).unwrap()
}

/// Homes, records and bundles in one directory.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn home(&self, name: &str) -> Home {
        Home::new(self.path(name))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Imports records of these numbers into a home, on a day of November.
    fn sync(&self, home: &str, day: u8, records: &[u32]) {
        let folder = self.path(&format!("{home}-records"));
        fs::create_dir_all(&folder).unwrap();
        for old in fs::read_dir(&folder).unwrap() {
            fs::remove_file(old.unwrap().path()).unwrap();
        }
        for number in records {
            let text = format!(
                r#"{{"id":"HOUSE-2026-{number}","modified":"2026-01-01T00:00:00Z","summary":"as of {}","affected":[{{"package":
                {{"ecosystem":"PyPI","name":"demo{number}"}},"versions":["1.{number}"]}}]}}"#,
                number % 7
            );
            fs::write(folder.join(format!("HOUSE-2026-{number}.json")), text).unwrap();
        }
        let request = SyncRequest {
            home: self.home(home),
            feeds: Feeds::Local(vec![folder.into()]),
            authority: Authority::default(),
            now: november(day),
            base: Base::Keep,
            network: Network::Forbidden,
        };
        sync(&request, &mut Silent).unwrap();
    }

    fn export(&self, home: &str, day: u8, name: &str, seed: u8) -> Exported {
        self.try_export(home, day, name, (Some(seed), None))
            .unwrap()
    }

    fn try_export(
        &self,
        home: &str,
        day: u8,
        name: &str,
        (seed, since): (Option<u8>, Option<&str>),
    ) -> Result<Exported, ExportError> {
        let key = seed.map(key);
        let since = since.map(|since| self.path(since));
        export(&ExportRequest {
            home: &self.home(home),
            target: &self.path(name),
            since: since.as_deref(),
            key: key.as_ref(),
            now: november(day),
        })
    }

    fn try_install(
        &self,
        home: &str,
        name: &str,
        waivers: Waivers,
    ) -> Result<Installed, InstallError> {
        install(&InstallRequest {
            home: &self.home(home),
            bundle: &self.path(name),
            trust: Trust::Signers(&signers()),
            waivers,
            now: november(20),
        })
    }

    fn install(&self, home: &str, name: &str) -> String {
        self.tell(self.try_install(home, name, Waivers::default()))
    }

    fn tell(&self, installed: Result<Installed, InstallError>) -> String {
        let text = match installed {
            Ok(installed) => format!(
                "{} {} records, imported {}",
                installed
                    .bundle
                    .signer
                    .map_or("-".to_owned(), |signer| signer.principal),
                installed.manifest.counts.records,
                installed.manifest.sources[0].imported,
            ),
            Err(error) => {
                assert!(!error.hint().is_empty());
                chain(&error)
            }
        };
        text.replace(self.0.path().to_str().unwrap(), "ROOT")
    }

    fn snapshot(&self, home: &str) -> Vec<u8> {
        fs::read(self.home(home).snapshot()).unwrap()
    }
}

fn november(day: u8) -> Timestamp {
    format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()
}

const OLDER: Waivers = Waivers {
    older: true,
    replace: false,
};
const REPLACE: Waivers = Waivers {
    older: false,
    replace: true,
};

#[test]
fn a_snapshot_travels_with_its_ages() {
    let bench = Bench::new();
    bench.sync("a", 1, &[1, 2, 3]);
    let exported = bench.export("a", 2, "one.tar", 1);
    assert_eq!(exported.changes, None);
    assert!(is_bundle(&bench.path("one.tar")) && !is_bundle(&bench.home("a").snapshot()));
    assert_snapshot!(bench.install("b", "one.tar"), @"institute 3 records, imported 2026-11-01T00:00:00Z");
    assert_eq!(bench.snapshot("a"), bench.snapshot("b"));
    // Once more is no replay, and changes nothing.
    assert_snapshot!(bench.install("b", "one.tar"), @"institute 3 records, imported 2026-11-01T00:00:00Z");
    let first = fs::read(bench.path("one.tar")).unwrap();
    bench.export("a", 2, "again.tar", 1);
    assert_eq!(first, fs::read(bench.path("again.tar")).unwrap());
}

#[test]
fn who_does_not_count_gets_nothing_in() {
    let bench = Bench::new();
    bench.sync("a", 1, &[1]);
    bench
        .try_export("a", 2, "unsigned.tar", (None, None))
        .unwrap();
    bench.export("a", 2, "stranger.tar", 9);
    bench.export("a", 2, "expired.tar", 3);
    assert_snapshot!(bench.install("b", "unsigned.tar"), @"cannot use the bundle `ROOT/unsigned.tar`: the bundle is not signed");
    assert_snapshot!(bench.install("b", "stranger.tar"), @"cannot use the bundle `ROOT/stranger.tar`: the signature of the bundle does not count: the key SHA256:doxiASlJnKSD9j+JpVoWpfEFHjUrsF9ZYr+cir4FYjo is not one of the allowed signers");
    assert_snapshot!(bench.install("b", "expired.tar"), @"cannot use the bundle `ROOT/expired.tar`: the signature of the bundle does not count: the key of institute counted until 2026-11-15T00:00:00Z");
    assert_snapshot!(bench.install("b", "nothing.tar"), @"cannot use the bundle `ROOT/nothing.tar`: cannot read the bundle: No such file or directory (os error 2)");
    assert!(!bench.home("b").snapshot().exists());
    let vouched = install(&InstallRequest {
        home: &bench.home("b"),
        bundle: &bench.path("unsigned.tar"),
        trust: Trust::Anybody,
        waivers: Waivers::default(),
        now: november(20),
    });
    assert_snapshot!(bench.tell(vouched), @"- 1 records, imported 2026-11-01T00:00:00Z");
}

#[test]
fn an_older_bundle_of_the_same_publisher_is_refused() {
    let bench = Bench::new();
    bench.sync("a", 1, &[1]);
    bench.export("a", 2, "one.tar", 1);
    bench.sync("a", 3, &[1, 2]);
    bench.export("a", 4, "two.tar", 1);
    bench.sync("a", 5, &[1]);
    // The same time and another content: one of them is a lie.
    bench.export("a", 5, "other.tar", 1);
    bench.sync("a", 5, &[1, 2, 3]);
    bench.export("a", 5, "three.tar", 1);
    assert_snapshot!(bench.install("b", "two.tar"), @"institute 2 records, imported 2026-11-03T00:00:00Z");
    assert_snapshot!(bench.install("b", "one.tar"), @"the bundle was made at 2026-11-02T00:00:00Z; from institute this home has seen one of 2026-11-04T00:00:00Z");
    assert_snapshot!(bench.install("b", "three.tar"), @"institute 3 records, imported 2026-11-05T00:00:00Z");
    assert_snapshot!(bench.install("b", "other.tar"), @"the bundle was made at 2026-11-05T00:00:00Z; from institute this home has seen one of 2026-11-05T00:00:00Z");
    assert_snapshot!(bench.tell(bench.try_install("b", "one.tar", OLDER)), @"institute 1 records, imported 2026-11-01T00:00:00Z");
    // Going back once does not make the others new.
    assert_snapshot!(bench.install("b", "two.tar"), @"the bundle was made at 2026-11-04T00:00:00Z; from institute this home has seen one of 2026-11-05T00:00:00Z");
    assert_snapshot!(bench.install("b", "three.tar"), @"institute 3 records, imported 2026-11-05T00:00:00Z");
    fs::write(bench.home("b").bundle_state(), "{}").unwrap();
    assert_snapshot!(bench.install("b", "two.tar"), @"cannot read which bundles were installed before: `ROOT/b/advisories/bundles.json`");
}

#[test]
fn what_did_not_come_from_the_publisher_is_not_lost_unasked() {
    let bench = Bench::new();
    bench.sync("a", 1, &[1]);
    bench.export("a", 2, "one.tar", 1);
    bench.export("a", 2, "another.tar", 2);
    bench.sync("a", 3, &[1, 2]);
    bench.export("a", 4, "two.tar", 1);
    bench.sync("b", 3, &[7, 8]);
    let before = bench.snapshot("b");
    assert_snapshot!(bench.install("b", "one.tar"), @"the bundle would replace the snapshot 85a5168636f9, which did not come from institute");
    assert_eq!(bench.snapshot("b"), before);
    assert_snapshot!(bench.tell(bench.try_install("b", "one.tar", REPLACE)), @"institute 1 records, imported 2026-11-01T00:00:00Z");
    assert_snapshot!(bench.install("b", "two.tar"), @"institute 2 records, imported 2026-11-03T00:00:00Z");
    // A sync in between adds what the publisher does not know.
    bench.sync("b", 5, &[7]);
    bench.sync("a", 5, &[1, 2, 3]);
    bench.export("a", 6, "three.tar", 1);
    assert_snapshot!(bench.install("b", "three.tar"), @"the bundle would replace the snapshot 6a474659e6d2, which did not come from institute");
    assert_snapshot!(bench.install("d", "another.tar"), @"another 1 records, imported 2026-11-01T00:00:00Z");
    assert_snapshot!(bench.install("d", "two.tar"), @"the bundle would replace the snapshot 85da4f1f8b01, which did not come from institute");
}

#[test]
fn changes_make_the_new_snapshot_of_the_one_that_is_there() {
    let bench = Bench::new();
    bench.sync("a", 1, &(0..400).collect::<Vec<_>>());
    bench.export("a", 2, "one.tar", 1);
    fs::copy(bench.home("a").snapshot(), bench.path("one.bdb")).unwrap();
    bench.sync("a", 3, &(3..402).collect::<Vec<_>>());
    let changed = bench
        .try_export("a", 4, "changes.tar", (Some(1), Some("one.tar")))
        .unwrap();
    let same = bench
        .try_export("a", 4, "same.tar", (Some(1), Some("one.bdb")))
        .unwrap();
    assert_eq!(
        (&changed.manifest, changed.changes),
        (&same.manifest, same.changes)
    );
    assert_snapshot!(format!("{:?}", changed.changes), @"Some(Changes { changed: 8, removed: 12 })");
    bench.export("a", 4, "two.tar", 1);
    let size = |name: &str| fs::metadata(bench.path(name)).unwrap().len();
    assert!(
        size("changes.tar") < size("two.tar") / 2,
        "{} {}",
        size("changes.tar"),
        size("two.tar")
    );

    assert_snapshot!(bench.install("b", "changes.tar"), @"the bundle holds changes to the snapshot 476c3afa1918, and there is none here");
    bench.install("b", "one.tar");
    assert_snapshot!(bench.install("b", "changes.tar"), @"institute 399 records, imported 2026-11-03T00:00:00Z");
    let (a, b) = (
        database::open(&bench.home("a")).unwrap(),
        database::open(&bench.home("b")).unwrap(),
    );
    assert_eq!(a.manifest(), b.manifest());
    assert_eq!(a.content_digest(), b.content_digest());
    // Nothing is left to be changed.
    assert_snapshot!(bench.install("b", "changes.tar"), @"the bundle holds changes to the snapshot 476c3afa1918, and b2d04ea7a49a is in force");
    bench.sync("c", 3, &[7]);
    assert_snapshot!(bench.install("c", "changes.tar"), @"the bundle holds changes to the snapshot 476c3afa1918, and 993962a6dbac is in force");
    let twice = bench.try_export("a", 4, "x.tar", (Some(1), Some("changes.tar")));
    assert!(matches!(twice, Err(ExportError::NotWhole { .. })));
}
