//! The disk of a PostgreSQL server is full: what is refused is told as that, nothing of it is there, and it goes on when there is room.

use std::{process::Command, time::Duration};

use bartizan_model::assessment::ProjectAssessment;
use bartizan_store::{Address, FindingFilter, FindingSort, Page, Store, StoreError, Viewer};

use crate::{
    cluster::{self, Cluster},
    engines::run,
    sample::{assessment, at, begun, finding},
};

/// Room for the server's own files and a little more.
const ROOM: &str = "size=96m";

/// A file system in memory that is gone with the test; why not, where that cannot be had here.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", ROOM, "tmpfs"])
            .arg(folder.path())
            .output()
            .map_err(|cause| format!("cannot run `mount`: {cause}"))?;
        if mounted.status.success() {
            Ok(Self(folder))
        } else {
            Err(format!(
                "no small file system can be mounted: {}",
                String::from_utf8_lossy(&mounted.stderr).trim()
            ))
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

#[test]
fn a_full_disk_of_a_server_refuses_and_loses_nothing() {
    run(async {
        let disk = match SmallDisk::mount() {
            Ok(disk) => disk,
            Err(why) => return println!("skipped: {why}"),
        };
        match Cluster::start_in(disk.0.path()) {
            Ok(cluster) => {
                fill(&cluster, &disk).await;
                cluster.end();
            }
            Err(why) => println!("skipped: {why}"),
        }
    });
}

/// Many findings with long sentences of words that nothing makes shorter.
fn large(turn: u64) -> ProjectAssessment {
    let findings = (0..200_u64).map(|number| {
        let mut finding = finding("check", &format!("subject {number}"), &format!("{turn}"));
        let words = (1..500_u64).map(|word| (turn * 200 + number) * 500 + word);
        let words = words.map(|word| format!("{:x}", word.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        finding.message = words.collect::<Vec<_>>().join(" ");
        finding
    });
    ProjectAssessment {
        findings: findings.collect(),
        ..assessment("alpha")
    }
}

/// Does something until the server answers: one that ran out of room may end, and comes back.
async fn patiently<T>(work: impl AsyncFn() -> Result<T, StoreError>) -> T {
    loop {
        match work().await {
            Ok(done) => return done,
            Err(error) => assert!(error.is_transient(), "{error} {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn open_keys(store: &Store) -> Vec<String> {
    let open = FindingFilter {
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let sort = FindingSort::Newest;
    let found = patiently(async || {
        store
            .findings(&Viewer::Public, &open, sort, Page::whole())
            .await
    });
    let found = found.await;
    assert_eq!(found.rows.len() as u64, found.total);
    let mut keys: Vec<String> = found.rows.into_iter().map(|row| row.finding.key).collect();
    keys.dedup();
    keys
}

async fn fill(cluster: &Cluster, disk: &SmallDisk) {
    let address: Address = cluster::new_database(cluster).await.parse().unwrap();
    let store = Store::open(&address).await.unwrap();
    store.migrate(at(0)).await.unwrap();
    let id = begun(&store).await;
    let mut kept = 0;
    let error = loop {
        let turn = kept + 1;
        assert!(turn < 200, "the disk is never full");
        match store.put_project(id, &large(turn), at(1)).await {
            Ok(()) => kept = turn,
            Err(error) => break error,
        }
    };
    // The log of the server has no room either where the tables had some: then the server ends, and comes back.
    let is_told = matches!(error, StoreError::Full { .. });
    assert!(is_told || error.is_transient(), "{error} {error:?}");
    if is_told {
        assert_eq!(
            error.to_string(),
            "cannot keep what was assessed of a project: the disk of the store is full"
        );
    }
    assert!(kept > 0, "there was room for nothing");
    let more = Command::new("mount")
        .args(["-o", "remount,size=400m"])
        .arg(disk.0.path())
        .status();
    assert!(more.unwrap().success());
    cluster.connect().await;
    let there = open_keys(&store).await;
    // A server that ended without an answer may have kept the last one.
    let may_be = there == [format!("{}", kept + 1)] && !is_told;
    assert!(may_be || there == [format!("{kept}")], "{kept}: {there:?}");
    let wrong = patiently(async || store.check().await).await;
    assert_eq!(wrong, Vec::<String>::new());
    let turn = kept + 1;
    patiently(async || store.put_project(id, &large(turn), at(2)).await).await;
    assert_eq!(open_keys(&store).await, [format!("{turn}")], "it goes on");
    store.close().await;
}
