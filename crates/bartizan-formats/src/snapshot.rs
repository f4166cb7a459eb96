//! The advisory database as one read-only file.
//!
//! A snapshot holds a few sorted tables ([`Table`]), each a tree of small packed blocks. Opening one reads
//! its first and its last bytes only; a lookup reads one block a level. Nothing is mapped and nothing is
//! changed in place: a new snapshot is written beside the old one and takes its name. The caller provides
//! the bytes ([`ReadAt`]) and takes them ([`SnapshotWriter`]); nothing here touches a disk.
//!
//! A snapshot may come from strangers. Sizes are checked before memory is taken, blocks before they are
//! unpacked, and what does not fit is an error, never an answer.

mod block;
mod blocks;
mod cursor;
mod delta;
mod envelope;
mod error;
mod footer;
pub mod key;
mod lookup;
mod manifest;
mod package;
mod read_at;
mod table;
mod verify;
mod wire;
mod writer;

use std::io::Write;

use bartizan_model::advisory::{RecordKey, Standing};

use crate::digest::Digest;

use self::{blocks::Blocks, cursor::Cursor, footer::Footer};
pub use self::{
    delta::{Changes, apply_changes, write_changes},
    error::{SnapshotError, WriteError},
    lookup::{Groups, Records},
    manifest::{Counts, Manifest, Origin, SourceState},
    package::{decode_entry, encode_entry},
    read_at::ReadAt,
    table::Table,
    verify::Verified,
    writer::SnapshotWriter,
};

/// An open snapshot.
pub struct Snapshot<R> {
    blocks: Blocks<R>,
    footer: Footer,
}

/// A record as the snapshot keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its id and source.
    pub key: RecordKey,
    /// The record whole, as JSON; `crate::advisory::read` understands it.
    pub raw: String,
    /// Which of [`Manifest::origins`] state it, ascending.
    pub origins: Vec<u32>,
    /// What weight it has.
    pub standing: Standing,
}

impl<R: ReadAt> Snapshot<R> {
    /// Opens a snapshot: header, trailer and footer are read and checked, blocks when they are needed.
    pub fn open(reader: R) -> Result<Self, SnapshotError> {
        let (footer, end) = envelope::read(&reader)?;
        let blocks = Blocks::new(reader, envelope::HEADER as u64, end)?;
        Ok(Self { blocks, footer })
    }

    /// What the snapshot says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.footer.manifest
    }

    /// The SHA-256 of the content, whatever the manifest says and however the content is packed. The
    /// snapshot's id is its start.
    pub fn content_digest(&self) -> Digest {
        Digest(self.footer.digest)
    }

    /// All entries of a table, in the order of their keys.
    fn cursor(&self, table: Table) -> Result<Cursor<'_, R>, SnapshotError> {
        let root = self
            .footer
            .tables
            .iter()
            .find(|state| state.table == table)
            .map(|state| state.root);
        let empty = cursor::Root {
            location: None,
            levels: 0,
        };
        Cursor::seek(&self.blocks, &root.unwrap_or(empty), &[])
    }

    /// Writes the same content with another manifest, for an import that found nothing new. Its counts and
    /// its id stay those of the content.
    pub fn write_with(
        &self,
        manifest: Manifest,
        mut target: impl Write,
    ) -> Result<Manifest, CopyError> {
        let (_, end) = self.blocks.bounds();
        let mut position = 0;
        let mut buffer = vec![0; 256 << 10];
        while position < end {
            let left = usize::try_from(end - position).unwrap_or(usize::MAX);
            let length = buffer.len().min(left);
            let part = buffer.get_mut(..length).unwrap_or_default();
            self.blocks
                .reader()
                .read_exact_at(part, position)
                .map_err(SnapshotError::from)?;
            target.write_all(part).map_err(WriteError::from)?;
            position += length as u64;
        }
        let mut footer = Footer {
            manifest,
            ..self.footer.clone()
        };
        footer.manifest.counts = self.footer.manifest.counts;
        footer.complete();
        let ending = envelope::ending(&footer, end).map_err(WriteError::from)?;
        target.write_all(&ending).map_err(WriteError::from)?;
        target.flush().map_err(WriteError::from)?;
        Ok(footer.manifest)
    }
}

/// Why a snapshot could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The old one cannot be read.
    #[error(transparent)]
    Read(#[from] SnapshotError),
    /// The new one cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

#[cfg(test)]
mod tests {
    use bartizan_model::{
        Timestamp,
        advisory::{
            Affected, AliasGroup, Epss, Event, KnownExploited, PackageAdvisories, PackageAdvisory,
            Range, RangeKind,
        },
        ecosystem::{Ecosystem, Package},
        severity::{SeverityLevel, SeverityVector},
    };
    use proptest::prelude::*;

    use super::*;

    const EPSS: Epss = Epss {
        probability: 0.5,
        percentile: 0.98765,
    };

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn manifest() -> Manifest {
        Manifest {
            created: time("2026-11-23T01:02:03.5Z"),
            sources: vec![SourceState {
                id: "pypa".to_owned(),
                title: "PyPA Advisory Database".to_owned(),
                licence: "CC-BY-4.0".to_owned(),
                records: 3,
                withdrawn: 1,
                opinions: 1,
                imported: time("2026-11-23T01:02:03Z"),
                newest: Some(time("2024-10-01T00:00:00Z")),
                origin: "feed.zip".to_owned(),
            }],
            origins: vec![Origin {
                address: "feed.zip".to_owned(),
                imported: time("2026-11-23T01:02:03Z"),
                records: 3,
                sources: vec!["pypa".to_owned()],
                unread: 2,
            }],
            ecosystems: vec!["PyPI".to_owned()],
            ..Manifest::default()
        }
    }

    fn record(number: usize) -> StoredRecord {
        StoredRecord {
            key: RecordKey {
                id: format!("PYSEC-{number:06}"),
                source: "pypa".to_owned(),
            },
            raw: format!(
                r#"{{"id":"PYSEC-{number:06}","summary":"{}"}}"#,
                number * 7919
            ),
            origins: vec![0],
            standing: Standing::ALL[number % 3],
        }
    }

    fn group_of(record: &StoredRecord) -> AliasGroup {
        AliasGroup {
            key: record.key.id.clone(),
            shown_as: "CVE-2023-1".to_owned(),
            ids: vec!["CVE-2023-1".to_owned(), record.key.id.clone()],
            records: vec![record.key.clone()],
            related: vec!["CVE-2023-2".to_owned()],
            conflicts: Vec::new(),
        }
    }

    fn advisory(id: &str, versions: &[&str]) -> PackageAdvisory {
        PackageAdvisory {
            id: id.to_owned(),
            source: "pypa".to_owned(),
            group: id.to_owned(),
            is_withdrawn: id.ends_with('9'),
            summary: "a summary".to_owned(),
            severities: vec![SeverityVector {
                scheme: "CVSS_V3".to_owned(),
                vector: "CVSS:3.1/AV:N".to_owned(),
            }],
            stated_level: Some(SeverityLevel::High),
            affected: Affected {
                package: Some(Package::pypi("demo")),
                versions: versions.iter().collect(),
                ranges: vec![Range {
                    kind: RangeKind::Ecosystem,
                    repository: None,
                    events: vec![
                        Event::Introduced("0".to_owned()),
                        Event::Fixed("1.2".to_owned()),
                        Event::LastAffected("2".to_owned()),
                        Event::Limit("3".to_owned()),
                    ],
                }],
                severities: Vec::new(),
            },
        }
    }

    fn package(name: &str) -> PackageAdvisories {
        let package = Package::pypi(name);
        let mut entries = vec![
            advisory("PYSEC-1", &["1.0", "1.1", "1.2"]),
            advisory("PYSEC-2", &["1.2", "1.1", "0.9", "1.2"]),
            advisory("PYSEC-9", &[]),
        ];
        for entry in &mut entries {
            entry.affected.package = Some(package.clone());
        }
        PackageAdvisories { package, entries }
    }

    /// A snapshot of so many records, with some packages and facts.
    fn write(records: usize, packages: &[PackageAdvisories]) -> Vec<u8> {
        let mut writer = SnapshotWriter::new(Vec::new()).unwrap();
        let records: Vec<StoredRecord> = (0..records).map(record).collect();
        for record in &records {
            writer.record(record).unwrap();
        }
        let groups: Vec<AliasGroup> = records.iter().map(group_of).collect();
        for group in &groups {
            writer.group(group).unwrap();
        }
        let keys: Vec<&str> = groups.iter().map(|group| group.key.as_str()).collect();
        writer.identifier(b"cve-2023-1", &keys).unwrap();
        for key in &keys {
            writer.identifier(&key::folded(key), &[key]).unwrap();
        }
        for package in packages {
            writer.package(package).unwrap();
        }
        writer.epss("CVE-2023-1", &EPSS).unwrap();
        let exploited = KnownExploited {
            cve: "CVE-2023-1".to_owned(),
            date_added: "2023-09-13".to_owned(),
            is_used_by_ransomware: true,
        };
        writer.known_exploited(&exploited).unwrap();
        writer.finish(manifest()).unwrap().0
    }

    fn small() -> Vec<u8> {
        write(3, &[package("demo"), package("demo-two")])
    }

    /// Everything a snapshot answers, or the first error.
    fn everything(bytes: &[u8]) -> Result<String, SnapshotError> {
        let snapshot = Snapshot::open(bytes.to_vec())?;
        let mut told = format!("{:?}\n", snapshot.manifest());
        for name in ["demo", "demo-two", "other"] {
            told += &format!("{:?}\n", snapshot.package(&Package::pypi(name))?);
        }
        for record in snapshot.records()? {
            let record = record?;
            told += &format!("{record:?} {:?}\n", snapshot.group(&record.key.id)?);
        }
        for id in ["cve-2023-1", "pysec-000002", "CVE-2023-2"] {
            told += &format!(
                "{:?} {:?}\n",
                snapshot.groups_of(id)?,
                snapshot.records_of(id)?
            );
            told += &format!(
                "{:?} {:?}\n",
                snapshot.epss(id)?,
                snapshot.known_exploited(id)?
            );
        }
        Ok(told)
    }

    #[test]
    fn what_was_written_is_read() {
        let snapshot = Snapshot::open(small()).unwrap();
        let demo = Package::pypi("Demo");
        assert_eq!(snapshot.package(&demo).unwrap(), Some(package("demo")));
        assert_eq!(snapshot.package(&Package::pypi("dem")).unwrap(), None);
        assert_eq!(snapshot.package(&Package::pypi("a\0b")).unwrap(), None);
        let julia = Package::new(Ecosystem::julia(), "demo");
        assert_eq!(snapshot.package(&julia).unwrap(), None);
        let records: Vec<_> = snapshot.records().unwrap().map(Result::unwrap).collect();
        assert_eq!(records, [record(0), record(1), record(2)]);
        assert_eq!(snapshot.record(&record(1).key).unwrap(), Some(record(1)));
        assert_eq!(snapshot.records_of("pysec-000001").unwrap(), [record(1)]);
        assert_eq!(snapshot.groups_of("Cve-2023-1").unwrap().len(), 3);
        assert_eq!(
            snapshot.groups_of("PYSEC-000002").unwrap(),
            [group_of(&record(2))]
        );
        assert_eq!(snapshot.epss("cve-2023-1").unwrap(), Some(EPSS));
        assert!(
            snapshot
                .known_exploited("CVE-2023-1")
                .unwrap()
                .unwrap()
                .is_used_by_ransomware
        );
        assert_eq!(snapshot.known_exploited("CVE-2023-2").unwrap(), None);
        let counts = Counts {
            records: 3,
            packages: 2,
            groups: 3,
            conflicts: 0,
            epss: 1,
            known_exploited: 1,
        };
        let id = snapshot.manifest().snapshot.clone();
        assert_eq!(id.len(), 12);
        let expect = Manifest {
            counts,
            snapshot: id,
            ..manifest()
        };
        assert_eq!(snapshot.manifest(), &expect);
        assert_eq!(snapshot.verify().unwrap().entries.len(), Table::ALL.len());
    }

    #[test]
    fn an_empty_snapshot_answers_nothing() {
        let writer = SnapshotWriter::new(Vec::new()).unwrap();
        let bytes = writer.finish(Manifest::default()).unwrap().0;
        let snapshot = Snapshot::open(bytes).unwrap();
        assert_eq!(snapshot.package(&Package::pypi("demo")).unwrap(), None);
        assert_eq!(snapshot.records().unwrap().count(), 0);
        assert_eq!(snapshot.verify().unwrap(), Verified::default());
    }

    #[test]
    fn a_table_of_many_blocks_finds_each_entry() {
        let bytes = write(20_000, &[]);
        let snapshot = Snapshot::open(bytes).unwrap();
        for number in (0..20_000).step_by(97) {
            let key = record(number).key;
            assert_eq!(snapshot.record(&key).unwrap(), Some(record(number)));
        }
        for absent in ["PYSEC-", "PYSEC-000000x", "PYSEC-0100005", "a", "z"] {
            assert_eq!(snapshot.records_of(absent).unwrap(), [], "{absent}");
        }
        assert_eq!(snapshot.records().unwrap().count(), 20_000);
        assert!(snapshot.verify().unwrap().blocks > 100);
    }

    #[test]
    fn a_large_package_comes_in_parts_and_is_read_whole() {
        let mut large = package("large");
        let versions: Vec<String> = (0..2000).map(|number| format!("1.{number}")).collect();
        for number in 0..400 {
            let mut entry = advisory(&format!("PYSEC-{number}"), &[]);
            entry.affected.package = Some(large.package.clone());
            entry.affected.versions = versions.iter().skip(number).collect();
            large.entries.push(entry);
        }
        let bytes = write(0, &[package("demo"), large.clone(), package("larger")]);
        assert!(bytes.len() < 100_000, "{}", bytes.len());
        let snapshot = Snapshot::open(bytes).unwrap();
        let read = snapshot.package(&large.package).unwrap().unwrap();
        assert!(read == large);
        assert_eq!(snapshot.manifest().counts.packages, 3);
    }

    #[test]
    fn equal_content_has_an_equal_id_whatever_the_time() {
        let first = Snapshot::open(small()).unwrap();
        let later = Manifest {
            created: time("2027-01-01T00:00:00Z"),
            ..manifest()
        };
        let mut copy = Vec::new();
        let written = first.write_with(later, &mut copy).unwrap();
        let second = Snapshot::open(copy).unwrap();
        second.verify().unwrap();
        assert_eq!(second.manifest(), &written);
        assert_eq!(second.manifest().snapshot, first.manifest().snapshot);
        assert_eq!(second.manifest().counts, first.manifest().counts);
        assert_ne!(second.manifest().created, first.manifest().created);
        let other = Snapshot::open(write(4, &[])).unwrap();
        assert_ne!(other.manifest().snapshot, first.manifest().snapshot);
    }

    #[test]
    fn entries_out_of_order_are_refused() {
        let mut writer = SnapshotWriter::new(Vec::new()).unwrap();
        writer.record(&record(2)).unwrap();
        let error = writer.record(&record(1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "an entry of the table of records comes out of order"
        );
        let mut writer = SnapshotWriter::new(Vec::new()).unwrap();
        writer.group(&group_of(&record(2))).unwrap();
        assert!(matches!(
            writer.record(&record(3)),
            Err(WriteError::OutOfOrder { .. })
        ));
        let mut nul = record(5);
        nul.key.id.push('\0');
        let mut writer = SnapshotWriter::new(Vec::new()).unwrap();
        assert!(matches!(
            writer.record(&nul),
            Err(WriteError::BadKey { .. })
        ));
    }

    fn location(offset: usize, packed: &[u8], unpacked: usize) -> block::Location {
        block::Location {
            offset: offset as u64,
            stored: u32::try_from(packed.len()).unwrap(),
            unpacked: u32::try_from(unpacked).unwrap(),
            checksum: crc32fast::hash(packed),
            packing: block::Packing::Zstd,
        }
    }

    fn check_refused(bytes: Vec<u8>, message: &str) {
        let error = Snapshot::open(bytes).err().expect("refused");
        assert_eq!(error.to_string(), message);
        assert!(!error.hint().is_empty());
    }

    #[test]
    fn other_files_are_refused_each_with_its_reason() {
        let foreign = "not an advisory snapshot of bartizan";
        check_refused(Vec::new(), foreign);
        check_refused(b"PK\x03\x04 a zip archive of some length".to_vec(), foreign);
        check_refused(vec![0; 4096], foreign);
        let mut newer = small();
        newer[8..12].copy_from_slice(&7_u32.to_le_bytes());
        let checksum = crc32fast::hash(&newer[..12]).to_le_bytes();
        newer[12..16].copy_from_slice(&checksum);
        check_refused(
            newer,
            "the snapshot has format 7; this program reads format 2",
        );
        let mut older = small();
        older[8..12].copy_from_slice(&1_u32.to_le_bytes());
        let checksum = crc32fast::hash(&older[..12]).to_le_bytes();
        older[12..16].copy_from_slice(&checksum);
        check_refused(
            older,
            "the snapshot has format 1; this program reads format 2",
        );
        let mut longer = small();
        longer.extend_from_slice(b"appended");
        check_refused(
            longer,
            "the snapshot is torn: its end is missing or is not its own",
        );
        let twice = [small(), small()].concat();
        check_refused(
            twice,
            "the snapshot is torn: its end is missing or is not its own",
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        let whole = small();
        for length in 0..whole.len() {
            let error = Snapshot::open(whole[..length].to_vec()).err();
            let expect = if length == 0 { "Foreign" } else { "Torn" };
            assert_eq!(format!("{:?}", error.expect("refused")), expect, "{length}");
        }
    }

    #[test]
    fn every_changed_byte_is_seen() {
        let whole = small();
        let truth = everything(&whole).unwrap();
        for place in 0..whole.len() {
            for flip in [1, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[place] ^= flip;
                if let Ok(told) = everything(&changed) {
                    assert_eq!(told, truth, "a wrong answer after a change at {place}");
                }
                let verified = Snapshot::open(changed).and_then(|snapshot| snapshot.verify());
                assert!(verified.is_err(), "a change at {place} is not seen");
            }
        }
    }

    proptest! {
        #[test]
        fn strangers_never_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let framed = [&envelope::header(), bytes.as_slice()].concat();
            everything(&bytes).unwrap_err();
            everything(&framed).unwrap_err();
        }

        /// A footer that fits its checksum but says anything at all.
        #[test]
        fn a_hostile_footer_never_makes_it_panic(
            blocks in proptest::collection::vec(any::<u8>(), 0..200),
            offsets in proptest::collection::vec((0_u64..300, 0_u32..200, any::<u32>(), 0_u8..9), 6),
        ) {
            let mut footer = Snapshot::open(small()).unwrap().footer;
            for (state, (offset, stored, unpacked, levels)) in footer.tables.iter_mut().zip(&offsets) {
                let place = usize::try_from(*offset).unwrap().saturating_sub(envelope::HEADER);
                let packed = blocks.get(place..).map_or(&[][..], |rest| &rest[..rest.len().min(*stored as usize)]);
                let location = block::Location {
                    offset: *offset,
                    stored: *stored,
                    unpacked: *unpacked,
                    checksum: crc32fast::hash(packed),
                    packing: [block::Packing::Zstd, block::Packing::Lz4][usize::from(levels % 2)],
                };
                state.root = cursor::Root { location: Some(location), levels: *levels };
            }
            let start = [envelope::header(), blocks].concat();
            let end = envelope::ending(&footer, start.len() as u64).unwrap();
            let bytes = [start, end].concat();
            drop(everything(&bytes));
            prop_assert!(Snapshot::open(bytes).unwrap().verify().is_err());
        }

        /// Blocks that fit their checksums but hold anything at all.
        #[test]
        fn hostile_blocks_never_make_it_panic(
            contents in proptest::collection::vec(any::<u8>(), 1..120),
            levels in 0_u8..3,
        ) {
            let mut footer = Snapshot::open(small()).unwrap().footer;
            let is_lz4 = contents.len() % 2 == 1;
            let packed = if is_lz4 { lz4_flex::block::compress(&contents) } else { zstd::bulk::compress(&contents, 1).unwrap() };
            let mut location = location(envelope::HEADER, &packed, contents.len());
            if is_lz4 {
                location.packing = block::Packing::Lz4;
            }
            for state in &mut footer.tables {
                state.root = cursor::Root { location: Some(location), levels };
            }
            let start = [envelope::header(), packed].concat();
            let end = envelope::ending(&footer, start.len() as u64).unwrap();
            let bytes = [start, end].concat();
            drop(everything(&bytes));
            prop_assert!(Snapshot::open(bytes).unwrap().verify().is_err());
        }
    }

    #[test]
    fn a_tree_that_leads_to_itself_ends() {
        let mut footer = Snapshot::open(small()).unwrap().footer;
        // An inner block of two entries that both lead to the leaf after it.
        let leaf = zstd::bulk::compress(b"\x05\x03a\0A\0s\0\0\0", 1).unwrap();
        let inner_length = 200;
        let at_leaf = location(envelope::HEADER + inner_length, &leaf, 10);
        let mut inner = Vec::new();
        for key in [b"a", b"b"] {
            block::push(&mut inner, key, &postcard::to_stdvec(&at_leaf).unwrap());
        }
        let mut packed = zstd::bulk::compress(&inner, 1).unwrap();
        let at_inner = location(envelope::HEADER, &packed, inner.len());
        packed.resize(inner_length, 0);
        footer.tables[0].root = cursor::Root {
            location: Some(at_inner),
            levels: 1,
        };
        let start = [envelope::header(), packed, leaf].concat();
        let end = envelope::ending(&footer, start.len() as u64).unwrap();
        let snapshot = Snapshot::open([start, end].concat()).unwrap();
        let last = snapshot.records().unwrap().last().unwrap();
        assert_eq!(
            last.unwrap_err().to_string(),
            "the snapshot is damaged: the blocks of a table form a loop"
        );
        assert!(snapshot.verify().is_err());
    }
}
