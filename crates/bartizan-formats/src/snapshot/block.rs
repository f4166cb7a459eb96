//! Blocks: the unit that is packed, checked and read.
//!
//! A block holds sorted entries. Its place, sizes, packing and checksum stand in the index that leads to it,
//! so a damaged block is seen before a byte of it is believed.

use std::{ops::Range, sync::OnceLock};

use serde::{Deserialize, Serialize};

use super::error::SnapshotError;

/// How many bytes a block of whole records holds when it is closed: many pack better than few.
pub(super) const TARGET: usize = 16 << 10;

/// How many any other block holds. A scan unpacks one for each package and group that it asks for, and keeps some of
/// them: smaller ones cost it less time and memory than they add to the file.
pub(super) const LEAN_TARGET: usize = 4 << 10;

/// The largest value. One record of a feed has at most 16 MiB.
pub(super) const LARGEST_VALUE: usize = 24 << 20;

/// The largest block: one that was nearly full when the largest value came.
pub(super) const LARGEST: usize = LARGEST_VALUE + (64 << 10);

/// How a block is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Packing {
    /// One zstd frame: small. For records, of which a lookup shows a few.
    Zstd,
    /// LZ4 without a frame: unpacked several times as fast. For everything that a scan reads.
    Lz4,
}

/// Where a block stands, and how to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Location {
    /// The position of its first packed byte.
    pub(super) offset: u64,
    /// The number of packed bytes.
    pub(super) stored: u32,
    /// The number of bytes unpacked.
    pub(super) unpacked: u32,
    /// The CRC-32 of the packed bytes.
    pub(super) checksum: u32,
    /// How it is packed.
    pub(super) packing: Packing,
}

impl Location {
    /// The position after its last packed byte.
    pub(super) fn end(&self) -> u64 {
        self.offset.saturating_add(u64::from(self.stored))
    }
}

/// Adds an entry to an unpacked block.
pub(super) fn push(block: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    push_length(block, key.len());
    push_length(block, value.len());
    block.extend_from_slice(key);
    block.extend_from_slice(value);
}

/// Seven bits a byte, lowest first; the top bit says that more follow.
fn push_length(block: &mut Vec<u8>, mut length: usize) {
    loop {
        let [low, ..] = length.to_le_bytes();
        length >>= 7;
        if length == 0 {
            block.push(low & 0x7f);
            return;
        }
        block.push(low | 0x80);
    }
}

/// An unpacked block.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Vec<u8>,
    slots: OnceLock<Vec<Slot>>,
}

/// The places of one entry in its block.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    key: Range<usize>,
    value: Range<usize>,
}

impl Slot {
    /// Where the next entry starts.
    pub(super) fn end(&self) -> usize {
        self.value.end
    }
}

impl Block {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            slots: OnceLock::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The entry that starts at `position`; `None` at the end of the block.
    pub(super) fn slot(&self, position: usize) -> Result<Option<Slot>, SnapshotError> {
        if position >= self.bytes.len() {
            return Ok(None);
        }
        self.slot_within(position)
            .map(Some)
            .ok_or_else(|| SnapshotError::damaged("an entry crosses the end of its block"))
    }

    /// All entries in order, for a block that is asked again and again.
    pub(super) fn slots(&self) -> Result<&[Slot], SnapshotError> {
        if self.slots.get().is_none() {
            let (mut slots, mut position) = (Vec::new(), 0);
            while let Some(slot) = self.slot(position)? {
                position = slot.end();
                slots.push(slot);
            }
            // Whoever was faster found the same.
            let _ = self.slots.set(slots);
        }
        Ok(self.slots.get().map_or(&[], Vec::as_slice))
    }

    fn slot_within(&self, position: usize) -> Option<Slot> {
        let (key_length, position) = self.length(position)?;
        let (value_length, start) = self.length(position)?;
        let key_end = start.checked_add(key_length)?;
        let value_end = key_end.checked_add(value_length)?;
        (value_end <= self.bytes.len()).then_some(Slot {
            key: start..key_end,
            value: key_end..value_end,
        })
    }

    fn length(&self, mut position: usize) -> Option<(usize, usize)> {
        let mut length = 0_usize;
        for shift in [0, 7, 14, 21, 28] {
            let byte = *self.bytes.get(position)?;
            position += 1;
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some((length, position));
            }
        }
        None
    }

    pub(super) fn key(&self, slot: &Slot) -> &[u8] {
        self.bytes.get(slot.key.clone()).unwrap_or_default()
    }

    pub(super) fn value(&self, slot: &Slot) -> &[u8] {
        self.bytes.get(slot.value.clone()).unwrap_or_default()
    }
}
