//! The records of squashfs: the superblock, and inodes of the kinds that matter here.

use crate::archive::{ArchiveError, Fields};

const MAGIC: &[u8] = b"hsqs";

/// The length of the superblock.
pub(super) const SUPERBLOCK: u64 = 96;

/// The largest block of data that the format allows.
const LARGEST_BLOCK: u32 = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Superblock {
    pub(super) block_size: u32,
    pub(super) compressor: u16,
    pub(super) root: u64,
    pub(super) inodes: u64,
    pub(super) directories: u64,
    pub(super) fragments: u64,
    pub(super) fragment_count: u32,
}

impl Superblock {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let none = || ArchiveError::NotAnArchive { kind: "squashfs" };
        let mut fields = Fields(bytes.strip_prefix(MAGIC).ok_or_else(none)?);
        let mut read = || {
            let (_inodes, _time, block_size) = (fields.u32()?, fields.u32()?, fields.u32()?);
            let fragment_count = fields.u32()?;
            let compressor = fields.u16()?;
            let (_log, _flags, _ids) = (fields.u16()?, fields.u16()?, fields.u16()?);
            let version = (fields.u16()?, fields.u16()?);
            let (root, _used, _ids) = (fields.u64()?, fields.u64()?, fields.u64()?);
            let (_attributes, inodes, directories) = (fields.u64()?, fields.u64()?, fields.u64()?);
            let superblock = Self {
                block_size,
                compressor,
                root,
                inodes,
                directories,
                fragments: fields.u64()?,
                fragment_count,
            };
            Some((superblock, version))
        };
        let (superblock, version) = read().ok_or_else(none)?;
        if version != (4, 0) || superblock.block_size > LARGEST_BLOCK || superblock.block_size == 0
        {
            return Err(ArchiveError::Unsupported {
                what: "another version of squashfs than 4.0",
            });
        }
        Ok(superblock)
    }
}

/// A place in a table: where its packed block begins in the file, and how far into the unpacked block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) block: u64,
    pub(super) offset: usize,
}

#[derive(Debug)]
pub(super) enum Inode {
    Directory(Listing),
    File(FileBlocks),
    Link(String),
    Other,
}

#[derive(Debug)]
pub(super) struct Listing {
    pub(super) place: Place,
    pub(super) bytes: u64,
}

#[derive(Debug)]
pub(super) struct FileBlocks {
    pub(super) size: u64,
    pub(super) begin: u64,
    pub(super) fragment: u32,
    pub(super) offset: u32,
    /// Where the sizes of its blocks stand.
    pub(super) sizes: Place,
}

fn listing(table: u64, block: u32, offset: u16, bytes: u64) -> Option<Inode> {
    let place = Place {
        block: table.checked_add(u64::from(block))?,
        offset: usize::from(offset),
    };
    Some(Inode::Directory(Listing { place, bytes }))
}

pub(super) fn basic_directory(body: &mut Fields<'_>, table: u64) -> Option<Inode> {
    let (block, _links) = (body.u32()?, body.u32()?);
    let (bytes, offset) = (body.u16()?, body.u16()?);
    listing(table, block, offset, u64::from(bytes))
}

pub(super) fn large_directory(body: &mut Fields<'_>, table: u64) -> Option<Inode> {
    let (_links, bytes, block) = (body.u32()?, body.u32()?, body.u32()?);
    let (_parent, _indexes, offset) = (body.u32()?, body.u16()?, body.u16()?);
    listing(table, block, offset, u64::from(bytes))
}

pub(super) fn basic_file(body: &mut Fields<'_>, sizes: Place) -> Option<Inode> {
    let (begin, fragment, offset) = (body.u32()?, body.u32()?, body.u32()?);
    Some(Inode::File(FileBlocks {
        size: u64::from(body.u32()?),
        begin: u64::from(begin),
        fragment,
        offset,
        sizes,
    }))
}

pub(super) fn large_file(body: &mut Fields<'_>, sizes: Place) -> Option<Inode> {
    let (begin, size, _sparse, _links) = (body.u64()?, body.u64()?, body.u64()?, body.u32()?);
    Some(Inode::File(FileBlocks {
        size,
        begin,
        fragment: body.u32()?,
        offset: body.u32()?,
        sizes,
    }))
}
