//! The blocks of squashfs, unpacked where they are asked for.

use std::{
    collections::BTreeMap,
    io::{Read, Seek, SeekFrom},
    rc::Rc,
};

use super::{
    LONGEST_PATH,
    inode::{self, FileBlocks, Inode, Listing, Place, SUPERBLOCK, Superblock},
};
use crate::archive::{ArchiveError, Fields, packed};

/// A block of the tables, unpacked.
const TABLE_BLOCK: u64 = 8192;

/// The most bytes that are unpacked in all.
const MOST_UNPACKED: u64 = 8 << 30;

/// The most entries of one directory, which is read as a whole.
const MOST_LISTED: usize = 500_000;

/// How many unpacked blocks of tables and of shared data are kept at hand.
const TABLE_BLOCKS: usize = 2048;
const SHARED_BLOCKS: usize = 16;

const NO_FRAGMENT: u32 = u32::MAX;

pub(super) fn broken(what: &'static str) -> ArchiveError {
    ArchiveError::Inconsistent { what }
}

type Block = Rc<Vec<u8>>;

/// A file system in a file.
pub(super) struct Source<R> {
    file: R,
    begin: u64,
    length: u64,
    pub(super) superblock: Superblock,
    unpacked: u64,
    tables: BTreeMap<u64, (Block, u64)>,
    shared: BTreeMap<u64, Block>,
}

impl<R: Read + Seek> Source<R> {
    pub(super) fn open(file: R, begin: u64, length: u64) -> Result<Self, ArchiveError> {
        let mut source = Self {
            file,
            begin,
            length,
            superblock: Superblock::default(),
            unpacked: 0,
            tables: BTreeMap::new(),
            shared: BTreeMap::new(),
        };
        source.superblock = Superblock::read(&source.bytes(0, SUPERBLOCK)?)?;
        Ok(source)
    }

    fn bytes(&mut self, at: u64, count: u64) -> Result<Vec<u8>, ArchiveError> {
        let is_inside = at.checked_add(count).is_some_and(|end| end <= self.length);
        let place = self.begin.checked_add(at).filter(|_| is_inside);
        let place = place.ok_or(ArchiveError::NotAnArchive { kind: "squashfs" })?;
        self.file.seek(SeekFrom::Start(place))?;
        let mut bytes = Vec::new();
        (&mut self.file).take(count).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != count {
            return Err(ArchiveError::NotAnArchive { kind: "squashfs" });
        }
        Ok(bytes)
    }

    /// Unpacks a block to at most `limit` bytes.
    fn unpack(&mut self, packed: &[u8], limit: u64) -> Result<Vec<u8>, ArchiveError> {
        let decoder: Box<dyn Read + '_> = match self.superblock.compressor {
            1 => Box::new(flate2::read::ZlibDecoder::new(packed)),
            4 => Box::new(packed::xz(packed)),
            6 => Box::new(zstd::stream::read::Decoder::new(packed)?),
            _ => {
                return Err(ArchiveError::Unsupported {
                    what: "a compression of squashfs other than gzip, xz and zstd",
                });
            }
        };
        let mut bytes = Vec::new();
        if decoder.take(limit + 1).read_to_end(&mut bytes).is_err() {
            return Err(broken("a block cannot be unpacked"));
        }
        if bytes.len() as u64 > limit {
            return Err(ArchiveError::MemberTooLarge { limit });
        }
        self.count(bytes.len() as u64)?;
        Ok(bytes)
    }

    fn count(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > MOST_UNPACKED {
            return Err(ArchiveError::TotalTooLarge {
                limit: MOST_UNPACKED,
            });
        }
        Ok(())
    }

    /// A block of a table, and where the next begins.
    fn table(&mut self, at: u64) -> Result<(Block, u64), ArchiveError> {
        if let Some((block, next)) = self.tables.get(&at) {
            return Ok((Rc::clone(block), *next));
        }
        let head = self.bytes(at, 2)?;
        let head = Fields(&head).u16().unwrap_or_default();
        let size = u64::from(head & 0x7fff);
        let stored = self.bytes(at + 2, size)?;
        let block = if head & 0x8000 == 0 {
            self.unpack(&stored, TABLE_BLOCK)?
        } else {
            self.count(size)?;
            stored
        };
        if self.tables.len() >= TABLE_BLOCKS {
            self.tables.clear();
        }
        let block = Rc::new(block);
        let next = at + 2 + size;
        self.tables.insert(at, (Rc::clone(&block), next));
        Ok((block, next))
    }

    /// Bytes of a table from a place on, and the place after them.
    fn of_table(&mut self, place: Place, count: usize) -> Result<(Vec<u8>, Place), ArchiveError> {
        let mut bytes = Vec::new();
        let mut here = place;
        while bytes.len() < count {
            let (block, next) = self.table(here.block)?;
            let rest = block.get(here.offset..).unwrap_or_default();
            let wanted = rest.len().min(count - bytes.len());
            bytes.extend(rest.iter().take(wanted));
            here.offset += wanted;
            if bytes.len() < count {
                if block.is_empty() {
                    return Err(broken("an empty block in a table"));
                }
                here = Place {
                    block: next,
                    offset: 0,
                };
            }
        }
        Ok((bytes, here))
    }

    /// The inode of a reference.
    pub(super) fn inode(&mut self, reference: u64) -> Result<Inode, ArchiveError> {
        let offset = usize::try_from(reference & 0xffff).unwrap_or_default();
        let block = self.superblock.inodes.checked_add(reference >> 16);
        let block = block.ok_or_else(|| broken("an inode lies nowhere"))?;
        let (head, place) = self.of_table(Place { block, offset }, 16)?;
        let kind = Fields(&head).u16().unwrap_or_default();
        let size = match kind {
            1 | 2 => 16,
            3 | 10 => 8,
            8 => 24,
            9 => 40,
            _ => return Ok(Inode::Other),
        };
        let (body, after) = self.of_table(place, size)?;
        let mut body = Fields(&body);
        match kind {
            1 => inode::basic_directory(&mut body, self.superblock.directories),
            8 => inode::large_directory(&mut body, self.superblock.directories),
            2 => inode::basic_file(&mut body, after),
            9 => inode::large_file(&mut body, after),
            _ => {
                let _links = body.u32();
                let size = body.u32().unwrap_or_default() as usize;
                if size > LONGEST_PATH {
                    return Ok(Inode::Other);
                }
                let (target, _) = self.of_table(after, size)?;
                return Ok(Inode::Link(String::from_utf8_lossy(&target).into_owned()));
            }
        }
        .ok_or_else(|| broken("an inode is cut short"))
    }

    /// The entries of a directory: names, and references of inodes.
    pub(super) fn list(&mut self, listing: &Listing) -> Result<Vec<(String, u64)>, ArchiveError> {
        let mut entries = Vec::new();
        // Three bytes more than there are count for the entries `.` and `..`.
        let mut left = listing.bytes.saturating_sub(3);
        let mut place = listing.place;
        while left >= 12 {
            let (head, after) = self.of_table(place, 12)?;
            let mut head = Fields(&head);
            let count = head.u32().unwrap_or_default();
            let block = u64::from(head.u32().unwrap_or_default());
            (place, left) = (after, left - 12);
            if count >= 256 {
                return Err(broken("a directory has a run of more than 256 entries"));
            }
            for _ in 0..=count {
                let (entry, after) = self.of_table(place, 8)?;
                let mut entry = Fields(&entry);
                let offset = u64::from(entry.u16().unwrap_or_default());
                let (_number, _kind) = (entry.u16(), entry.u16());
                let length = usize::from(entry.u16().unwrap_or_default()) + 1;
                if length > 256 {
                    return Err(broken("a name is longer than 256 bytes"));
                }
                let (name, after) = self.of_table(after, length)?;
                let used = 8 + length as u64;
                left = left
                    .checked_sub(used)
                    .ok_or_else(|| broken("a directory is longer than it says"))?;
                place = after;
                if entries.len() >= MOST_LISTED {
                    return Err(ArchiveError::TooManyMembers {
                        limit: MOST_LISTED as u64,
                    });
                }
                entries.push((
                    String::from_utf8_lossy(&name).into_owned(),
                    block << 16 | offset,
                ));
            }
        }
        Ok(entries)
    }

    /// The content of a file.
    pub(super) fn content(&mut self, file: &FileBlocks) -> Result<Vec<u8>, ArchiveError> {
        let block_size = u64::from(self.superblock.block_size);
        let has_fragment = file.fragment != NO_FRAGMENT;
        let blocks = if has_fragment {
            file.size / block_size
        } else {
            file.size.div_ceil(block_size)
        };
        let count = usize::try_from(blocks * 4).unwrap_or(usize::MAX);
        let (sizes, _) = self.of_table(file.sizes, count)?;
        let mut sizes = Fields(&sizes);
        let mut bytes = Vec::new();
        let mut at = file.begin;
        while let Some(size) = sizes.u32() {
            let wanted = block_size.min(file.size - bytes.len() as u64);
            let stored = u64::from(size & 0x00ff_ffff);
            if stored == 0 {
                self.count(wanted)?;
                bytes.resize(bytes.len() + usize::try_from(wanted).unwrap_or_default(), 0);
                continue;
            }
            let block = self.data(at, size)?;
            if block.len() as u64 != wanted {
                return Err(broken("a block has another size than its file"));
            }
            bytes.extend(block);
            at = at.saturating_add(stored);
        }
        let rest = usize::try_from(file.size - bytes.len() as u64).unwrap_or(usize::MAX);
        if has_fragment && rest > 0 {
            let block = self.fragment(file.fragment)?;
            let begin = file.offset as usize;
            let end = begin.checked_add(rest);
            let part = end.and_then(|end| block.get(begin..end));
            bytes.extend(part.ok_or_else(|| broken("a file ends outside of its block"))?);
        }
        if bytes.len() as u64 != file.size {
            return Err(broken("a file has less content than it says"));
        }
        Ok(bytes)
    }

    /// A block of data. Its size tells by one bit whether it is packed.
    fn data(&mut self, at: u64, size: u32) -> Result<Vec<u8>, ArchiveError> {
        let stored = u64::from(size & 0x00ff_ffff);
        let limit = u64::from(self.superblock.block_size);
        if stored > limit {
            return Err(broken("a block is larger than blocks are"));
        }
        let bytes = self.bytes(at, stored)?;
        if size & (1 << 24) == 0 {
            return self.unpack(&bytes, limit);
        }
        self.count(stored)?;
        Ok(bytes)
    }

    /// A block that files share.
    fn fragment(&mut self, number: u32) -> Result<Block, ArchiveError> {
        if number >= self.superblock.fragment_count {
            return Err(broken("a file names a block that is not there"));
        }
        // 512 descriptions of 16 bytes fill a block of the table; a list says where these blocks lie.
        let index = self
            .superblock
            .fragments
            .checked_add(u64::from(number / 512) * 8)
            .ok_or_else(|| broken("the table of shared blocks lies nowhere"))?;
        let table = self.bytes(index, 8)?;
        let block = Fields(&table).u64().unwrap_or_default();
        let offset = (number % 512) as usize * 16;
        let (entry, _) = self.of_table(Place { block, offset }, 16)?;
        let mut entry = Fields(&entry);
        let (Some(at), Some(size)) = (entry.u64(), entry.u32()) else {
            return Err(broken("a description of a shared block is cut short"));
        };
        if let Some(block) = self.shared.get(&at) {
            return Ok(Rc::clone(block));
        }
        let block = Rc::new(self.data(at, size)?);
        if self.shared.len() >= SHARED_BLOCKS {
            self.shared.clear();
        }
        self.shared.insert(at, Rc::clone(&block));
        Ok(block)
    }
}
