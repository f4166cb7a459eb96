//! Backups, and disks that are full or fail. These are about files, so PostgreSQL is only asked to say no.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use bartizan_store::{
    Address, BackupError, FindingFilter, FindingSort, Page, Store, StoreError, Viewer, restore,
};
use tempfile::TempDir;

use crate::{
    engines::{Place, on_postgres, on_sqlite, run},
    sample::{assessment, at, begun, finding},
};

async fn total(store: &Store) -> u64 {
    let page = store
        .findings(
            &Viewer::Public,
            &FindingFilter::default(),
            FindingSort::Urgency,
            Page::new(1, 1),
        )
        .await;
    page.unwrap().total
}

#[test]
fn a_store_in_memory_is_a_store() {
    run(async {
        let store = Store::open(&Address::Memory).await.unwrap();
        store.migrate(at(0)).await.unwrap();
        let id = begun(&store).await;
        store
            .put_project(id, &assessment("alpha"), at(1))
            .await
            .unwrap();
        assert_eq!(total(&store).await, 2);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        let other = Store::open(&Address::Memory).await.unwrap();
        assert_eq!(other.schema().await.unwrap().found, 0, "another one");
    });
}

#[test]
fn a_backup_is_restored() {
    on_sqlite(async |place: Place| {
        let folder = tempfile::tempdir().unwrap();
        let id = begun(&place.store).await;
        place
            .store
            .put_project(id, &assessment("alpha"), at(1))
            .await
            .unwrap();
        let backup = folder.path().join("backup.db");
        place.store.backup(&backup).await.unwrap();
        place
            .store
            .put_project(id, &assessment("beta"), at(1))
            .await
            .unwrap();
        let error = place.store.backup(&backup).await.unwrap_err();
        assert!(
            matches!(error, BackupError::Exists(_)),
            "nothing is written over"
        );

        let restored: Address = format!("sqlite:{}", folder.path().join("new.db").display())
            .parse()
            .unwrap();
        assert!(restore(&backup, &restored).await.unwrap().is_current());
        let store = Store::open(&restored).await.unwrap();
        assert_eq!((total(&store).await, total(&place.store).await), (2, 4));
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        assert!(matches!(
            restore(&backup, &restored).await.unwrap_err(),
            BackupError::Exists(_)
        ));
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert!(
            !names
                .iter()
                .any(|name| name.to_string_lossy().ends_with(".part")),
            "{names:?}"
        );
    });
}

#[test]
fn a_damaged_backup_is_refused() {
    on_sqlite(async |place: Place| {
        let folder = tempfile::tempdir().unwrap();
        let id = begun(&place.store).await;
        place
            .store
            .put_project(id, &assessment("alpha"), at(1))
            .await
            .unwrap();
        let backup = folder.path().join("backup.db");
        place.store.backup(&backup).await.unwrap();
        let whole = fs::read(&backup).unwrap();
        let to: Address = format!("sqlite:{}", folder.path().join("new.db").display())
            .parse()
            .unwrap();
        let mut torn = whole.clone();
        torn[4096 * 3..4096 * 6].fill(0x5a);
        for bytes in [
            &whole[..whole.len() / 2],
            b"not a database, though long enough to be looked at".as_slice(),
            &torn,
        ] {
            fs::write(&backup, bytes).unwrap();
            let error = restore(&backup, &to).await.unwrap_err();
            assert!(matches!(error, BackupError::Damaged { .. }), "{error:?}");
        }
        assert!(!folder.path().join("new.db").exists());
        let missing = restore(&folder.path().join("none"), &to).await.unwrap_err();
        assert!(matches!(missing, BackupError::Missing(_)));
    });
}

#[test]
fn a_server_is_backed_up_by_its_own_tools() {
    on_postgres(async |place: Place| {
        let error = place.store.backup(Path::new("x.db")).await.unwrap_err();
        assert_eq!(
            error.hint(),
            Some("use `pg_dump` and `pg_restore` for PostgreSQL")
        );
        assert_eq!(place.store.check().await.unwrap(), Vec::<String>::new());
    });
}

/// A file system of three megabytes, for as long as this lives.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "none"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Keeps ever more findings of one project until the store refuses; the number that was confirmed, and why it ended.
async fn fill(store: &Store, id: i64) -> (usize, StoreError) {
    let mut given = assessment("alpha");
    given.findings.clear();
    loop {
        let confirmed = given.findings.len();
        for number in confirmed..confirmed + 200 {
            given
                .findings
                .push(finding("check", &format!("subject {number}"), ""));
        }
        if let Err(error) = store.put_project(id, &given, at(1)).await {
            return (confirmed, error);
        }
    }
}

#[test]
fn a_full_disk_is_said_and_harms_nothing() {
    let Some(disk) = SmallDisk::new() else {
        return println!("skipped: no file system can be mounted here");
    };
    run(async {
        let address: Address = format!("sqlite:{}", disk.0.path().join("store.db").display())
            .parse()
            .unwrap();
        let store = Store::open(&address).await.unwrap();
        store.migrate(at(0)).await.unwrap();
        let id = begun(&store).await;
        let ballast = disk.0.path().join("ballast");
        fs::File::create(&ballast)
            .unwrap()
            .write_all(&vec![0; 500_000])
            .unwrap();
        let (confirmed, error) = fill(&store, id).await;
        assert!(
            matches!(error, StoreError::Full { .. }),
            "{error} {error:?}"
        );
        assert!(error.hint().is_some());
        assert_eq!(
            total(&store).await,
            confirmed as u64,
            "what was confirmed is read, what was refused is not there"
        );
        let backup = store
            .backup(&disk.0.path().join("backup.db"))
            .await
            .unwrap_err();
        assert!(
            matches!(backup, BackupError::Store(StoreError::Full { .. })),
            "{backup:?}"
        );
        fs::remove_file(&ballast).unwrap();
        store
            .put_project(id, &assessment("beta"), at(1))
            .await
            .unwrap();
        assert_eq!(total(&store).await, confirmed as u64 + 2);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        store.close().await;
    });
}

const STORE: &str = "BARTIZAN_TEST_FAILING_STORE";

/// The process whose writes fail, since its files may not grow. By itself it has nothing to do.
#[test]
fn a_writer_whose_files_may_not_grow() {
    let Ok(address) = std::env::var(STORE) else {
        return;
    };
    run(async {
        let store = Store::open(&address.parse().unwrap()).await.unwrap();
        let id = begun(&store).await;
        let (confirmed, error) = fill(&store, id).await;
        assert!(
            matches!(error, StoreError::Disk { .. } | StoreError::Full { .. }),
            "{error} {error:?}"
        );
        println!("confirmed={confirmed}.");
        // It ends without closing anything.
        std::process::abort();
    });
}

#[test]
fn failing_writes_are_said_and_harm_nothing() {
    on_sqlite(async |place: Place| {
        let output = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 1500; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "backups::a_writer_whose_files_may_not_grow",
                "--nocapture",
            ])
            .env(STORE, &place.text)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = said
            .split_once("confirmed=")
            .and_then(|(_, rest)| rest.split_once('.'));
        let (number, _) =
            number.unwrap_or_else(|| panic!("{said} {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(total(&place.store).await, number.parse::<u64>().unwrap());
        assert_eq!(place.store.check().await.unwrap(), Vec::<String>::new());
        let id = begun(&place.store).await;
        place
            .store
            .put_project(id, &assessment("beta"), at(1))
            .await
            .unwrap();
    });
}
