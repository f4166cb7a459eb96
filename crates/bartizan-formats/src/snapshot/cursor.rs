//! Walking through a table: a static tree of blocks whose inner blocks lead to others.

use std::sync::Arc;

use super::{
    block::{Block, Location, Slot},
    blocks::Blocks,
    error::SnapshotError,
    read_at::ReadAt,
};

/// The most inner levels of a tree. Four suffice for a billion entries.
pub(super) const DEEPEST: u8 = 8;

/// Where a table starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Root {
    /// The topmost block; `None` of an empty table.
    pub(super) location: Option<Location>,
    /// How many levels of inner blocks stand above the entries.
    pub(super) levels: u8,
}

/// An entry in the block that holds it.
pub(super) struct Entry {
    block: Arc<Block>,
    slot: Slot,
}

impl Entry {
    pub(super) fn key(&self) -> &[u8] {
        self.block.key(&self.slot)
    }

    pub(super) fn value(&self) -> &[u8] {
        self.block.value(&self.slot)
    }
}

/// A place in a table, from which its entries follow in order.
pub(super) struct Cursor<'s, R> {
    blocks: &'s Blocks<R>,
    levels: u8,
    /// The blocks from the topmost to the leaf, each with the position of its next entry.
    path: Vec<(Arc<Block>, usize)>,
    /// Leaves stand in the file in the order of their entries. Insisting on that ends every walk, also
    /// through a tree that was made to have no end.
    last_leaf: Option<u64>,
}

impl<'s, R: ReadAt> Cursor<'s, R> {
    /// A cursor at the first entry whose key is not less than `target`.
    pub(super) fn seek(
        blocks: &'s Blocks<R>,
        root: &Root,
        target: &[u8],
    ) -> Result<Self, SnapshotError> {
        let mut cursor = Self {
            blocks,
            levels: root.levels,
            path: Vec::new(),
            last_leaf: None,
        };
        let Some(mut location) = root.location else {
            return Ok(cursor);
        };
        for _ in 0..root.levels.min(DEEPEST) {
            let block = blocks.get(&location)?;
            let Some(slot) = child_of(&block, target)? else {
                return Ok(cursor);
            };
            location = decode_location(block.value(slot))?;
            let after = slot.end();
            cursor.path.push((block, after));
        }
        cursor.enter_leaf(&location)?;
        if let Some((leaf, position)) = cursor.path.last_mut() {
            while let Some(slot) = leaf.slot(*position)? {
                if leaf.key(&slot) >= target {
                    break;
                }
                *position = slot.end();
            }
        }
        Ok(cursor)
    }

    /// The next entry; `None` at the end of the table.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, SnapshotError> {
        loop {
            let is_leaf = self.path.len() == usize::from(self.levels) + 1;
            let Some((block, position)) = self.path.last_mut() else {
                return Ok(None);
            };
            let Some(slot) = block.slot(*position)? else {
                self.path.pop();
                continue;
            };
            *position = slot.end();
            if is_leaf {
                let block = Arc::clone(block);
                return Ok(Some(Entry { block, slot }));
            }
            let location = decode_location(block.value(&slot))?;
            if self.path.len() == usize::from(self.levels) {
                self.enter_leaf(&location)?;
            } else {
                let inner = self.blocks.get(&location)?;
                self.path.push((inner, 0));
            }
        }
    }

    fn enter_leaf(&mut self, location: &Location) -> Result<(), SnapshotError> {
        if self.last_leaf.is_some_and(|last| last >= location.offset) {
            return Err(SnapshotError::damaged("the blocks of a table form a loop"));
        }
        self.last_leaf = Some(location.offset);
        let leaf = self.blocks.get(location)?;
        self.path.push((leaf, 0));
        Ok(())
    }
}

/// The entry of an inner block that leads to `target`: the last whose key is not greater, or the first.
fn child_of<'b>(block: &'b Block, target: &[u8]) -> Result<Option<&'b Slot>, SnapshotError> {
    let slots = block.slots()?;
    let after = slots.partition_point(|slot| block.key(slot) <= target);
    Ok(slots.get(after.saturating_sub(1)))
}

/// The place that an entry of an inner block leads to.
pub(super) fn decode_location(value: &[u8]) -> Result<Location, SnapshotError> {
    match postcard::take_from_bytes(value) {
        Ok((location, [])) => Ok(location),
        _ => Err(SnapshotError::damaged("an index entry cannot be decoded")),
    }
}
