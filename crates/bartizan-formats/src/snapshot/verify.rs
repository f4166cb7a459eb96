//! Reading all of a snapshot, to see that all of it is as it was written.

use bartizan_model::ecosystem::{Ecosystem, Package};
use sha2::{Digest, Sha256};

use super::{
    Snapshot,
    block::Location,
    cursor::{Cursor, Entry, decode_location},
    error::SnapshotError,
    footer::TableState,
    key,
    package::WirePackage,
    read_at::ReadAt,
    table::Table,
    wire::{WireEpss, WireExploited, WireGroup, WireRecord, decode, decode_group_keys},
    writer::digest_entry,
};

/// What a complete reading found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// The entries of each table.
    pub entries: Vec<(Table, u64)>,
    /// The blocks that were read.
    pub blocks: u64,
    /// The bytes of those blocks, as stored.
    pub bytes: u64,
}

impl<R: ReadAt> Snapshot<R> {
    /// Reads everything: every block fits its checksum, every value can be decoded, keys ascend, the
    /// blocks fill the file without gap or overlap, and the content has the digest that the footer names.
    pub fn verify(&self) -> Result<Verified, SnapshotError> {
        let mut verified = Verified::default();
        let mut places = Vec::new();
        let mut digest = Sha256::new();
        for state in &self.footer.tables {
            self.collect_blocks(state, &mut places)?;
            let entries = self.verify_entries(state, &mut digest)?;
            if entries != state.entries {
                return Err(SnapshotError::damaged(format!(
                    "the table of {} holds {entries} entries and says {}",
                    state.table.name(),
                    state.entries
                )));
            }
            verified.entries.push((state.table, entries));
        }
        places.sort_unstable();
        let (mut position, end) = self.blocks.bounds();
        for (offset, after) in &places {
            if *offset != position {
                return Err(SnapshotError::damaged(format!(
                    "the blocks around {position} leave a gap or overlap"
                )));
            }
            position = *after;
        }
        if position != end {
            return Err(SnapshotError::damaged(
                "bytes before the footer belong to no block",
            ));
        }
        if <[u8; 32]>::from(digest.finalize()) != self.footer.digest {
            return Err(SnapshotError::damaged(
                "the content has another digest than the footer says",
            ));
        }
        verified.blocks = places.len() as u64;
        verified.bytes = places.iter().map(|(offset, after)| after - offset).sum();
        Ok(verified)
    }

    /// Start and end of every block of a table. Their number is bounded by the file: a block that is named
    /// twice is an overlap, and more bytes than the file has end the collection.
    fn collect_blocks(
        &self,
        state: &TableState,
        places: &mut Vec<(u64, u64)>,
    ) -> Result<(), SnapshotError> {
        let (start, end) = self.blocks.bounds();
        let mut left = end.saturating_sub(start);
        let mut open: Vec<(Location, u8)> = Vec::new();
        open.extend(state.root.location.map(|root| (root, state.root.levels)));
        while let Some((location, level)) = open.pop() {
            left = left
                .checked_sub(u64::from(location.stored.max(1)))
                .ok_or_else(|| SnapshotError::damaged("a block is named twice"))?;
            places.push((location.offset, location.end()));
            let Some(below) = level.checked_sub(1) else {
                continue;
            };
            let block = self.blocks.get(&location)?;
            let mut position = 0;
            while let Some(slot) = block.slot(position)? {
                position = slot.end();
                open.push((decode_location(block.value(&slot))?, below));
            }
        }
        Ok(())
    }

    fn verify_entries(
        &self,
        state: &TableState,
        digest: &mut Sha256,
    ) -> Result<u64, SnapshotError> {
        let mut cursor = Cursor::seek(&self.blocks, &state.root, &[])?;
        let mut entries = 0;
        let mut last: Option<Vec<u8>> = None;
        while let Some(entry) = cursor.next()? {
            if last.as_deref().is_some_and(|last| last >= entry.key()) {
                return Err(SnapshotError::damaged(format!(
                    "the keys of the table of {} do not ascend",
                    state.table.name()
                )));
            }
            verify_value(state.table, &entry)?;
            digest_entry(digest, state.table, entry.key(), entry.value());
            last = Some(entry.key().to_vec());
            entries += 1;
        }
        Ok(entries)
    }
}

fn verify_value(table: Table, entry: &Entry) -> Result<(), SnapshotError> {
    let value = entry.value();
    match table {
        Table::Records => decode::<WireRecord>(value, "a record").map(drop),
        Table::Groups => decode::<WireGroup>(value, "a group").map(drop),
        Table::Identifiers => decode_group_keys(value).map(drop),
        Table::Epss => decode::<WireEpss>(value, "an exploit prediction").map(drop),
        Table::KnownExploited => {
            decode::<WireExploited>(value, "a known exploited vulnerability").map(drop)
        }
        Table::Packages => {
            let names = key::package_names(entry.key());
            let (ecosystem, name) =
                names.ok_or_else(|| SnapshotError::damaged("the key of a package"))?;
            let package = Package::new(Ecosystem::new(ecosystem), name);
            let wire: WirePackage = decode(value, "a package")?;
            wire.entries(&package, &mut 0).map(drop)
        }
    }
}
