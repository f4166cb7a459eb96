//! Reading blocks: place, checksum, unpacking, and a few that stay in memory.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use zstd::bulk::Decompressor;

use super::{
    block::{Block, LARGEST, Location, Packing},
    error::SnapshotError,
    read_at::ReadAt,
};

/// How many blocks stay in memory: the ways down the trees, and so many leaves that the groups of one
/// scan, which are asked for in no order, are not unpacked again and again.
const KEPT: usize = 128;

/// A larger block is not kept.
const LARGEST_KEPT: usize = 64 << 10;

/// The blocks of an open snapshot.
pub(super) struct Blocks<R> {
    reader: R,
    /// Blocks lie between these positions.
    start: u64,
    end: u64,
    state: Mutex<State>,
}

struct State {
    /// The most recently used block stands last.
    kept: VecDeque<(u64, Arc<Block>)>,
    decompressor: Decompressor<'static>,
    /// The packed bytes of the block that is being read.
    packed: Vec<u8>,
}

impl<R: ReadAt> Blocks<R> {
    pub(super) fn new(reader: R, start: u64, end: u64) -> Result<Self, SnapshotError> {
        let decompressor = Decompressor::new()?;
        let state = Mutex::new(State {
            kept: VecDeque::new(),
            decompressor,
            packed: Vec::new(),
        });
        Ok(Self {
            reader,
            start,
            end,
            state,
        })
    }

    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    /// The positions between which blocks lie.
    pub(super) fn bounds(&self) -> (u64, u64) {
        (self.start, self.end)
    }

    /// The block at `location`, from memory where it is kept.
    pub(super) fn get(&self, location: &Location) -> Result<Arc<Block>, SnapshotError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = &mut state.kept;
        if let Some(place) = kept
            .iter()
            .rposition(|(offset, _)| *offset == location.offset)
            && let Some(entry) = kept.remove(place)
        {
            let block = Arc::clone(&entry.1);
            kept.push_back(entry);
            return Ok(block);
        }
        let block = Arc::new(self.read(location, &mut state)?);
        if block.len() <= LARGEST_KEPT {
            if state.kept.len() >= KEPT {
                state.kept.pop_front();
            }
            state.kept.push_back((location.offset, Arc::clone(&block)));
        }
        Ok(block)
    }

    fn read(&self, location: &Location, state: &mut State) -> Result<Block, SnapshotError> {
        let damaged =
            |what: &str| SnapshotError::damaged(format!("the block at {} {what}", location.offset));
        if location.offset < self.start || location.end() > self.end {
            return Err(damaged("lies outside of the file"));
        }
        if location.unpacked as usize > LARGEST || location.stored as usize > packed_bound(LARGEST)
        {
            return Err(SnapshotError::TooLarge {
                part: "a block",
                limit: LARGEST as u64,
            });
        }
        if location.unpacked == 0 {
            // Nobody writes one, and a walk through a tree of empty blocks might never end.
            return Err(damaged("is empty"));
        }
        let packed = room(&mut state.packed, location.stored as usize);
        self.reader.read_exact_at(packed, location.offset)?;
        if crc32fast::hash(packed) != location.checksum {
            return Err(damaged("has another checksum than its index says"));
        }
        let size = location.unpacked as usize;
        let unpacked = match location.packing {
            Packing::Zstd => state
                .decompressor
                .decompress(packed, size)
                .map_err(|error| error.to_string()),
            Packing::Lz4 => {
                lz4_flex::block::decompress(packed, size).map_err(|error| error.to_string())
            }
        };
        let unpacked =
            unpacked.map_err(|error| damaged(&format!("cannot be unpacked ({error})")))?;
        if unpacked.len() != size {
            return Err(damaged("has another size than its index says"));
        }
        Ok(Block::new(unpacked))
    }
}

/// So many bytes of a buffer, which is made larger for them and kept only while it is small.
fn room(buffer: &mut Vec<u8>, length: usize) -> &mut [u8] {
    if buffer.len() > LARGEST_KEPT {
        *buffer = Vec::new();
    }
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
    buffer.get_mut(..length).unwrap_or_default()
}

/// What packing may add to bytes that do not pack.
fn packed_bound(length: usize) -> usize {
    length + length / 128 + 1024
}
