//! [SquashFS 4.0](https://www.kernel.org/doc/html/latest/filesystems/squashfs.html), read from its root downwards.
//!
//! Inodes and directories lie in tables of packed blocks; a small file lies at the end of a block that it shares. Only the files
//! that say what is installed are unpacked. A block that many of them name is unpacked once, and what is unpacked in all is bounded:
//! a file system may name one block a million times.

mod inode;
#[cfg(test)]
pub(crate) mod pack;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Seek},
};

use self::{
    inode::Inode,
    source::{Source, broken},
};
use super::files::{Content, FileSystem, LONGEST_PATH, What};
use crate::archive::ArchiveError;

/// The most entries of all directories.
const MOST_ENTRIES: u64 = 4_000_000;

/// The most bytes that the paths of directories have together that are still to be walked.
const MOST_PENDING: usize = 256 << 20;

/// Reads a file system that lies in `file` from `begin` for `length` bytes.
pub(crate) fn read<R: Read + Seek>(
    file: R,
    begin: u64,
    length: u64,
    is_kept: fn(&str) -> bool,
) -> Result<FileSystem, ArchiveError> {
    let source = Source::open(file, begin, length)?;
    let mut walk = Walk {
        pending: vec![(source.superblock.root, 0, String::new())],
        pending_bytes: 0,
        seen: BTreeSet::new(),
        source,
        files: FileSystem::default(),
        is_kept,
    };
    while let Some((inode, directory, path)) = walk.pending.pop() {
        walk.pending_bytes -= path.len();
        walk.directory(inode, directory, &path)?;
    }
    Ok(walk.files)
}

struct Walk<R> {
    source: Source<R>,
    files: FileSystem,
    /// Directories: their inode, their place among the files, their path.
    pending: Vec<(u64, usize, String)>,
    pending_bytes: usize,
    seen: BTreeSet<u64>,
    is_kept: fn(&str) -> bool,
}

impl<R: Read + Seek> Walk<R> {
    fn directory(&mut self, inode: u64, directory: usize, path: &str) -> Result<(), ArchiveError> {
        // A directory that lies in two others would be walked for ever.
        if !self.seen.insert(inode) {
            self.files.lost += 1;
            return Ok(());
        }
        let Inode::Directory(place) = self.source.inode(inode)? else {
            return Err(broken("a directory is none"));
        };
        for (name, inode) in self.source.list(&place)? {
            self.files.entries += 1;
            if self.files.entries > MOST_ENTRIES {
                return Err(ArchiveError::TooManyMembers {
                    limit: MOST_ENTRIES,
                });
            }
            let inside = format!("{path}/{name}");
            let is_name = !matches!(name.as_str(), "." | "..") && !name.contains(['/', '\0']);
            if !is_name || inside.len() > LONGEST_PATH {
                self.files.lost += 1;
                continue;
            }
            if let Some(what) = self.entry(inode, &inside)? {
                let is_directory = matches!(what, What::Directory(_));
                let place = self.files.put(directory, &name, what, 1)?;
                if is_directory {
                    self.pending_bytes += inside.len();
                    self.pending.push((inode, place, inside));
                }
            }
            if self.pending_bytes > MOST_PENDING {
                return Err(broken("more and longer paths than any file system"));
            }
        }
        Ok(())
    }

    /// What an entry of a directory is; none where it is of no interest.
    fn entry(&mut self, inode: u64, path: &str) -> Result<Option<What>, ArchiveError> {
        let is_kept = (self.is_kept)(path);
        Ok(match self.source.inode(inode)? {
            Inode::Directory(_) => Some(What::Directory(BTreeMap::new())),
            Inode::Link(target) => {
                if is_kept {
                    self.files.remember(path);
                }
                Some(What::Link(target.into()))
            }
            Inode::File(file) if is_kept => {
                let is_small =
                    file.size <= super::LIMITS.member_bytes && file.size <= self.files.room();
                self.files.left += u64::from(!is_small);
                Some(What::File(if is_small {
                    Content::Kept(self.source.content(&file)?.into())
                } else {
                    Content::Left(file.size)
                }))
            }
            Inode::File(_) | Inode::Other => None,
        })
    }
}
