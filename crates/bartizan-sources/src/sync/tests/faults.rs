//! Interruptions: whatever fails and whenever, the old snapshot answers.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::*;
use crate::sync::{gather::Extent, install::Workshop};

/// Fails for want of space after so many bytes.
struct Full {
    inner: Cursor<Vec<u8>>,
    left: usize,
}

impl Full {
    fn new(left: usize) -> Self {
        Self {
            inner: Cursor::new(Vec::new()),
            left,
        }
    }
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let some = bytes.len().min(self.left);
        self.left -= some;
        self.inner.write(&bytes[..some])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Full {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl Seek for Full {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// Builds a snapshot into a target and a spool of so many bytes.
fn build_within(target: usize, spool: usize) -> Result<Vec<u8>, String> {
    let mut gather = Gather::new(Full::new(1 << 20), Authority::default());
    let input = gather.input("x", Extent::Whole);
    for number in 0..50 {
        let text = pysec(number);
        gather
            .add(
                input,
                bartizan_formats::advisory::read("x", text.as_bytes()),
            )
            .unwrap();
    }
    let ingredients = Ingredients {
        old: None::<&Snapshot<DatabaseReader>>,
        gather,
        spool: Full::new(spool),
        now: Timestamp::UNIX_EPOCH,
        starter_date: None,
    };
    match build(ingredients, Full::new(target), &mut Silent) {
        Ok(built) => Ok(built.target.inner.into_inner()),
        Err(error) => {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            Err(format!("{error}: {}", source.unwrap_or_default()))
        }
    }
}

#[test]
fn a_full_disk_is_an_error_at_every_byte() {
    let whole = build_within(usize::MAX, usize::MAX).unwrap();
    for size in (0..whole.len()).step_by(61).chain([whole.len() - 1]) {
        let error = build_within(size, usize::MAX).unwrap_err();
        assert_eq!(
            error, "cannot write the snapshot: no storage space",
            "{size}"
        );
    }
    assert_eq!(build_within(whole.len(), usize::MAX).unwrap(), whole);
    assert_eq!(
        build_within(usize::MAX, 10).unwrap_err(),
        "cannot use a temporary file: no storage space"
    );
}

#[test]
fn a_full_disk_is_told_with_operation_place_and_remedy() {
    let full = || io::Error::from(io::ErrorKind::StorageFull);
    let error = SyncError::write(
        Path::new("/home/advisories"),
        bartizan_formats::snapshot::WriteError::Io(full()),
    );
    assert_eq!(
        error.to_string(),
        "cannot write the new snapshot `/home/advisories`"
    );
    assert!(
        error.hint().starts_with("no space is left"),
        "{}",
        error.hint()
    );
}

/// A sync that is killed leaves its temporary files. The next one answers as if nothing had been.
#[test]
fn what_a_killed_sync_left_is_swept_up() {
    let bench = Bench::new();
    let one = bench.write("1.json", pysec(1));
    bench.import(&[&one]);
    let before = fs::read(bench.home().snapshot()).unwrap();
    for torn in [0, 1, before.len() / 2, before.len() - 1, before.len()] {
        fs::write(
            bench.home().advisories().join("sync-abc.tmp"),
            &before[..torn],
        )
        .unwrap();
        fs::write(bench.home().advisories().join("sync-00000000.part"), "part").unwrap();
        fs::write(bench.home().advisories().join(".tmpAbC123"), "spool").unwrap();
        assert_eq!(bench.ids(), "PYSEC-2024-1");
        bench.import(&[&one]);
        // What a download may go on with stays for some days.
        assert_eq!(
            bench.files(),
            [
                "snapshot.bdb",
                "sync-00000000.part",
                "sync.json",
                "sync.lock"
            ]
        );
    }
    let mut bench = bench;
    bench.days_later(100_000);
    bench.import(&[&one]);
    assert_eq!(bench.files(), ["snapshot.bdb", "sync.json", "sync.lock"]);
}

#[test]
fn one_sync_at_a_time() {
    let bench = Bench::new();
    let one = bench.write("1.json", pysec(1));
    let running = Workshop::open(&bench.home(), bench.now).unwrap();
    assert_eq!(
        bench.import(&[&one]),
        "another sync is running: `ROOT/home/advisories/sync.lock` is locked\n"
    );
    drop(running);
    assert_eq!(
        bench.import(&[&one]),
        "pypa: 1 (0 withdrawn), 1 new, 0 changed, 0 removed\n"
    );
}

#[test]
fn a_draft_that_is_not_installed_changes_nothing() {
    let bench = Bench::new();
    let one = bench.write("1.json", pysec(1));
    bench.import(&[&one]);
    let workshop = Workshop::open(&bench.home(), bench.now).unwrap();
    let draft = workshop.draft().unwrap();
    draft
        .writer()
        .unwrap()
        .write_all(b"half a snapshot")
        .unwrap();
    drop(draft);
    drop(workshop);
    assert_eq!(bench.files(), ["snapshot.bdb", "sync.json", "sync.lock"]);
    assert_eq!(bench.ids(), "PYSEC-2024-1");
}

#[test]
fn a_damaged_old_snapshot_is_not_replaced_in_silence() {
    let bench = Bench::new();
    let one = bench.write("1.json", pysec(1));
    bench.import(&[&one]);
    let mut bytes = fs::read(bench.home().snapshot()).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    fs::write(bench.home().snapshot(), &bytes).unwrap();
    let told = bench.import(&[&one]);
    assert!(
        told.starts_with("cannot keep the records of `ROOT/home/advisories/snapshot.bdb`"),
        "{told}"
    );
    assert_eq!(fs::read(bench.home().snapshot()).unwrap(), bytes);
    fs::write(bench.home().snapshot(), &bytes[..20]).unwrap();
    assert!(
        bench
            .import(&[&one])
            .starts_with("cannot keep the records of")
    );
    let request = SyncRequest {
        base: Base::Fresh,
        ..bench.request(Feeds::Local(vec![one.into()]))
    };
    sync(&request, &mut Silent).unwrap();
    assert_eq!(bench.ids(), "PYSEC-2024-1");
}

#[cfg(unix)]
#[test]
fn a_home_that_cannot_be_written_is_told() {
    let bench = Bench::new();
    let one = bench.write("1.json", pysec(1));
    bench.write("home/advisories", "a file where the directory should be");
    let told = bench.import(&[&one]);
    assert!(
        told.starts_with("cannot make the directory `ROOT/home/advisories`"),
        "{told}"
    );
}
