//! What changed from one snapshot to another, and making the other from the one.
//!
//! The changes are a file of the snapshot's own format, so that reading them needs no other parser: its
//! entries are those that are new or changed, and an entry without a value takes one away. Whether the result
//! is the snapshot that was meant is seen by the digest of its content, which the caller compares.

use std::{cmp::Ordering, io::Write};

use super::{
    CopyError, Manifest, ReadAt, Snapshot, SnapshotError, SnapshotWriter,
    cursor::{Cursor, Entry},
    table::Table,
};

/// How many entries an increment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Entries that are new or have another value.
    pub changed: u64,
    /// Entries that are gone.
    pub removed: u64,
}

/// Writes what turns `base` into `new`. The manifest of the new snapshot goes along.
pub fn write_changes<A: ReadAt, B: ReadAt, W: Write>(
    base: &Snapshot<A>,
    new: &Snapshot<B>,
    target: W,
) -> Result<Changes, CopyError> {
    let mut writer = SnapshotWriter::new(target)?;
    let mut changes = Changes::default();
    for table in Table::ALL {
        walk(base.cursor(table)?, new.cursor(table)?, |old, new| {
            match (old, new) {
                (Some(old), Some(new)) if old.value() == new.value() => {}
                (_, Some(new)) => {
                    changes.changed += 1;
                    writer.put(table, new.key(), new.value())?;
                }
                (Some(old), None) => {
                    changes.removed += 1;
                    writer.put(table, old.key(), &[])?;
                }
                (None, None) => {}
            }
            Ok(())
        })?;
    }
    writer.finish(new.manifest().clone())?;
    Ok(changes)
}

/// Writes the snapshot that `changes` turn `base` into. Changes that do not fit the base are an error here or
/// give another digest.
pub fn apply_changes<A: ReadAt, B: ReadAt, W: Write>(
    base: &Snapshot<A>,
    changes: &Snapshot<B>,
    target: W,
) -> Result<Manifest, CopyError> {
    let mut writer = SnapshotWriter::new(target)?;
    for table in Table::ALL {
        walk(
            base.cursor(table)?,
            changes.cursor(table)?,
            |old, change| {
                let entry = match (old, change) {
                    (None, Some(change)) if change.value().is_empty() => {
                        let what = "the changes take away what is not there";
                        return Err(SnapshotError::damaged(what).into());
                    }
                    (Some(_), Some(change)) if change.value().is_empty() => return Ok(()),
                    (_, Some(entry)) | (Some(entry), None) => entry,
                    (None, None) => return Ok(()),
                };
                writer.count(table, entry.key(), entry.value())?;
                Ok(writer.put(table, entry.key(), entry.value())?)
            },
        )?;
    }
    let (_, manifest) = writer.finish(changes.manifest().clone())?;
    Ok(manifest)
}

/// Walks through two tables in the order of their keys; entries of the same key come together.
fn walk<A: ReadAt, B: ReadAt>(
    mut left: Cursor<'_, A>,
    mut right: Cursor<'_, B>,
    mut visit: impl FnMut(Option<&Entry>, Option<&Entry>) -> Result<(), CopyError>,
) -> Result<(), CopyError> {
    let (mut old, mut new) = (left.next()?, right.next()?);
    loop {
        let order = match (&old, &new) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.key().cmp(new.key()),
        };
        let takes_old = order != Ordering::Greater;
        let takes_new = order != Ordering::Less;
        visit(
            old.as_ref().filter(|_| takes_old),
            new.as_ref().filter(|_| takes_new),
        )?;
        if takes_old {
            old = left.next()?;
        }
        if takes_new {
            new = right.next()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use bartizan_model::advisory::{Epss, RecordKey, Standing};
    use proptest::prelude::*;

    use super::*;
    use crate::snapshot::StoredRecord;

    /// A snapshot of these records, and of a prediction for each even one.
    fn snapshot(records: &[(u16, u8)]) -> Snapshot<Vec<u8>> {
        let mut writer = SnapshotWriter::new(Vec::new()).unwrap();
        let mut records = records.to_vec();
        records.sort_unstable();
        records.dedup_by_key(|(number, _)| *number);
        for (number, text) in &records {
            let stored = StoredRecord {
                key: RecordKey {
                    id: format!("PYSEC-{number:05}"),
                    source: "pypa".to_owned(),
                },
                raw: format!("{{\"id\":\"PYSEC-{number:05}\",\"details\":\"{text}\"}}"),
                origins: vec![0],
                standing: Standing::ALL[0],
            };
            writer.record(&stored).unwrap();
        }
        for (number, text) in records.iter().filter(|(number, _)| number % 2 == 0) {
            let epss = Epss {
                probability: f64::from(*text) / 256.0,
                percentile: 0.5,
            };
            writer
                .epss(&format!("CVE-2099-{number:05}"), &epss)
                .unwrap();
        }
        let (bytes, _) = writer.finish(Manifest::default()).unwrap();
        Snapshot::open(bytes).unwrap()
    }

    /// The changes, and what they make of the base, which must be the new snapshot to the last byte.
    fn check(base: &[(u16, u8)], new: &[(u16, u8)]) -> Changes {
        let (base, new) = (snapshot(base), snapshot(new));
        let mut changes = Vec::new();
        let counted = write_changes(&base, &new, &mut changes).unwrap();
        let mut made = Vec::new();
        let manifest = apply_changes(&base, &Snapshot::open(changes).unwrap(), &mut made).unwrap();
        assert_eq!(&manifest, new.manifest());
        let made = Snapshot::open(made).unwrap();
        made.verify().unwrap();
        assert_eq!(made.content_digest(), new.content_digest());
        counted
    }

    #[test]
    fn changes_make_the_new_snapshot_of_the_old() {
        let counted = |changed, removed| Changes { changed, removed };
        assert_eq!(check(&[], &[]), counted(0, 0));
        assert_eq!(check(&[], &[(1, 1), (2, 2)]), counted(3, 0));
        assert_eq!(check(&[(1, 1), (2, 2)], &[]), counted(0, 3));
        assert_eq!(
            check(&[(1, 1), (2, 2), (3, 3)], &[(1, 1), (2, 3), (5, 5)]),
            counted(3, 1)
        );
        let many: Vec<(u16, u8)> = (0..4000).map(|number| (number, 0)).collect();
        let mut other = many.clone();
        other[2000].1 = 9;
        assert_eq!(check(&many, &other), counted(2, 0));
    }

    #[test]
    fn changes_of_another_base_are_refused_or_give_another_digest() {
        let (base, new) = (snapshot(&[(1, 1), (2, 2)]), snapshot(&[(1, 1)]));
        let mut changes = Vec::new();
        write_changes(&base, &new, &mut changes).unwrap();
        let changes = Snapshot::open(changes).unwrap();
        let error = apply_changes(&snapshot(&[(1, 1)]), &changes, Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the snapshot is damaged: the changes take away what is not there"
        );
        let mut made = Vec::new();
        apply_changes(&snapshot(&[(2, 2)]), &changes, &mut made).unwrap();
        assert_ne!(
            Snapshot::open(made).unwrap().content_digest(),
            new.content_digest()
        );
    }

    proptest! {
        #[test]
        fn any_snapshot_can_be_made_of_any(
            base in proptest::collection::vec((0_u16..60, 0_u8..4), 0..40),
            new in proptest::collection::vec((0_u16..60, 0_u8..4), 0..40),
        ) {
            check(&base, &new);
        }
    }
}
