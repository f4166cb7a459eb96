//! Writing a snapshot front to back, in the memory of a few blocks.

use std::io::Write;

use bartizan_model::advisory::{AliasGroup, Epss, KnownExploited, PackageAdvisories};
use serde::Serialize;
use sha2::{Digest, Sha256};
use zstd::bulk::Compressor;

use super::{
    StoredRecord,
    block::{LARGEST_VALUE, LEAN_TARGET, Location, Packing, TARGET, push},
    cursor::Root,
    envelope::{ending, header},
    error::{SnapshotError, WriteError},
    footer::{Footer, TableState},
    key,
    manifest::{Counts, Manifest},
    package::{WirePackage, parts},
    table::Table,
    wire::{WireEpss, WireExploited, WireGroup, WireRecord, decode},
};

/// How hard blocks are packed. Higher levels gain a few per cent and cost several times as long.
const LEVEL: i32 = 5;

/// Writes a snapshot. Entries come table by table in the order of [`Table::ALL`], and within a table in
/// ascending order of the keys of [`super::key`].
pub struct SnapshotWriter<W> {
    output: Output<W>,
    digest: Sha256,
    tables: Vec<TableState>,
    tree: Option<Tree>,
    counts: Counts,
}

impl<W: Write> SnapshotWriter<W> {
    /// Starts a snapshot.
    pub fn new(target: W) -> Result<Self, WriteError> {
        let mut output = Output {
            target,
            position: 0,
            compressor: Compressor::new(LEVEL)?,
        };
        output.write(&header())?;
        Ok(Self {
            output,
            digest: Sha256::new(),
            tables: Vec::new(),
            tree: None,
            counts: Counts::default(),
        })
    }

    /// Adds a record.
    pub fn record(&mut self, record: &StoredRecord) -> Result<(), WriteError> {
        check_names(
            Table::Records,
            &[&record.key.id, &record.key.id, &record.key.source],
        )?;
        let value = WireRecord {
            raw: &record.raw,
            origins: record.origins.clone(),
            standing: record.standing.into(),
        };
        self.counts.records += 1;
        self.add(Table::Records, &key::record(&record.key), &value)
    }

    /// Adds an alias group.
    pub fn group(&mut self, group: &AliasGroup) -> Result<(), WriteError> {
        check_names(Table::Groups, &[&group.key])?;
        self.counts.groups += 1;
        self.counts.conflicts += u64::from(!group.conflicts.is_empty());
        self.add(Table::Groups, group.key.as_bytes(), &WireGroup::of(group))
    }

    /// Says which groups an id, in its folded form, belongs to.
    pub fn identifier(&mut self, folded: &[u8], groups: &[&str]) -> Result<(), WriteError> {
        self.add(Table::Identifiers, folded, &groups)
    }

    /// Adds what matching needs of a package.
    pub fn package(&mut self, package: &PackageAdvisories) -> Result<(), WriteError> {
        let names = [package.package.ecosystem().as_str(), package.package.name()];
        check_names(Table::Packages, &names)?;
        let package_key = key::package(&package.package);
        self.counts.packages += 1;
        for (number, part) in (0..).zip(parts(&package.entries)) {
            let key = key::package_part(&package_key, number);
            self.add(Table::Packages, &key, &WirePackage::of(part))?;
        }
        Ok(())
    }

    /// Adds an exploit prediction.
    pub fn epss(&mut self, cve: &str, epss: &Epss) -> Result<(), WriteError> {
        check_names(Table::Epss, &[cve])?;
        self.counts.epss += 1;
        self.add(Table::Epss, &key::folded(cve), &WireEpss::of(epss))
    }

    /// Adds a known exploited vulnerability.
    pub fn known_exploited(&mut self, entry: &KnownExploited) -> Result<(), WriteError> {
        check_names(Table::KnownExploited, &[&entry.cve])?;
        self.counts.known_exploited += 1;
        let key = key::folded(&entry.cve);
        self.add(Table::KnownExploited, &key, &WireExploited::of(entry))
    }

    /// How much was added so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Writes the end, and returns the target with the manifest as it was completed.
    pub fn finish(mut self, manifest: Manifest) -> Result<(W, Manifest), WriteError> {
        self.close_table()?;
        let mut footer = Footer {
            digest: self.digest.finalize().into(),
            tables: self.tables,
            manifest,
        };
        footer.manifest.counts = self.counts;
        footer.complete();
        let end = ending(&footer, self.output.position)?;
        self.output.write(&end)?;
        self.output.target.flush()?;
        Ok((self.output.target, footer.manifest))
    }

    fn add(&mut self, table: Table, key: &[u8], value: &impl Serialize) -> Result<(), WriteError> {
        self.put(table, key, &postcard::to_stdvec(value)?)
    }

    /// Counts an entry that is already encoded, for [`SnapshotWriter::put`].
    pub(super) fn count(
        &mut self,
        table: Table,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), SnapshotError> {
        match table {
            Table::Records => self.counts.records += 1,
            Table::Groups => {
                let group: WireGroup = decode(value, "a group")?;
                self.counts.groups += 1;
                self.counts.conflicts += u64::from(group.has_conflicts());
            }
            Table::Identifiers => {}
            Table::Packages => self.counts.packages += u64::from(key.ends_with(&[0; 4])),
            Table::Epss => self.counts.epss += 1,
            Table::KnownExploited => self.counts.known_exploited += 1,
        }
        Ok(())
    }

    /// Adds an entry that is already encoded.
    pub(super) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), WriteError> {
        if key.len() > key::LONGEST {
            return Err(WriteError::BadKey { table });
        }
        if value.len() > LARGEST_VALUE {
            return Err(WriteError::TooLarge {
                table,
                limit: LARGEST_VALUE,
            });
        }
        let mut tree = match self.tree.take() {
            Some(tree) if tree.table == table => tree,
            Some(tree) if tree.table > table => return Err(WriteError::OutOfOrder { table }),
            other => {
                self.tree = other;
                self.close_table()?;
                Tree::new(table)
            }
        };
        if tree.entries > 0 && tree.last_key.as_slice() >= key {
            return Err(WriteError::OutOfOrder { table });
        }
        digest_entry(&mut self.digest, table, key, value);
        tree.entries += 1;
        tree.last_key.clear();
        tree.last_key.extend_from_slice(key);
        tree.push(0, key, value, &mut self.output)?;
        self.tree = Some(tree);
        Ok(())
    }

    fn close_table(&mut self) -> Result<(), WriteError> {
        if let Some(tree) = self.tree.take() {
            let state = tree.finish(&mut self.output)?;
            self.tables.push(state);
        }
        Ok(())
    }
}

fn check_names(table: Table, names: &[&str]) -> Result<(), WriteError> {
    if key::is_sound(names) {
        Ok(())
    } else {
        Err(WriteError::BadKey { table })
    }
}

/// Adds an entry to the digest of the content, so that no two contents give the same bytes.
pub(super) fn digest_entry(digest: &mut Sha256, table: Table, key: &[u8], value: &[u8]) {
    digest.update([table.tag()]);
    digest.update((key.len() as u64).to_le_bytes());
    digest.update((value.len() as u64).to_le_bytes());
    digest.update(key);
    digest.update(value);
}

/// The tree of one table: the block that is being filled on each level, leaves first.
struct Tree {
    table: Table,
    entries: u64,
    last_key: Vec<u8>,
    levels: Vec<Level>,
}

#[derive(Default)]
struct Level {
    first_key: Vec<u8>,
    block: Vec<u8>,
}

impl Tree {
    fn new(table: Table) -> Self {
        Self {
            table,
            entries: 0,
            last_key: Vec::new(),
            levels: Vec::new(),
        }
    }

    fn push<W: Write>(
        &mut self,
        level: usize,
        key: &[u8],
        value: &[u8],
        output: &mut Output<W>,
    ) -> Result<(), WriteError> {
        let target = match self.packing(level) {
            Packing::Zstd => TARGET,
            Packing::Lz4 => LEAN_TARGET,
        };
        if self.levels.len() <= level {
            self.levels.push(Level::default());
        }
        let Some(open) = self.levels.get_mut(level) else {
            return Ok(());
        };
        if open.block.is_empty() {
            open.first_key = key.to_vec();
        }
        push(&mut open.block, key, value);
        if open.block.len() < target {
            return Ok(());
        }
        let closed = std::mem::take(open);
        self.close(level, &closed, output)
    }

    /// Writes a block and enters it into the level above.
    fn close<W: Write>(
        &mut self,
        level: usize,
        closed: &Level,
        output: &mut Output<W>,
    ) -> Result<(), WriteError> {
        let location = output.block(&closed.block, self.packing(level))?;
        let value = postcard::to_stdvec(&location)?;
        self.push(level + 1, &closed.first_key, &value, output)
    }

    /// Whole records are nearly all of a file and are seldom read: they alone are packed tightly.
    fn packing(&self, level: usize) -> Packing {
        match (self.table, level) {
            (Table::Records, 0) => Packing::Zstd,
            _ => Packing::Lz4,
        }
    }

    fn finish<W: Write>(mut self, output: &mut Output<W>) -> Result<TableState, WriteError> {
        let mut root = Root {
            location: None,
            levels: 0,
        };
        let mut level = 0;
        while let Some(open) = self.levels.get_mut(level) {
            let open = std::mem::take(open);
            let is_top = level + 1 == self.levels.len();
            if is_top {
                let packing = self.packing(level);
                root.location = Some(output.block(&open.block, packing)?);
                root.levels = u8::try_from(level).unwrap_or(u8::MAX);
            } else if !open.block.is_empty() {
                self.close(level, &open, output)?;
            }
            level += 1;
        }
        Ok(TableState {
            table: self.table,
            entries: self.entries,
            root,
        })
    }
}

/// Where the bytes go, counted.
struct Output<W> {
    target: W,
    position: u64,
    compressor: Compressor<'static>,
}

impl<W: Write> Output<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.target.write_all(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn block(&mut self, unpacked: &[u8], packing: Packing) -> Result<Location, WriteError> {
        let packed = match packing {
            Packing::Zstd => self.compressor.compress(unpacked)?,
            Packing::Lz4 => lz4_flex::block::compress(unpacked),
        };
        let location = Location {
            offset: self.position,
            stored: u32::try_from(packed.len()).unwrap_or(u32::MAX),
            unpacked: u32::try_from(unpacked.len()).unwrap_or(u32::MAX),
            checksum: crc32fast::hash(&packed),
            packing,
        };
        self.write(&packed)?;
        Ok(location)
    }
}
