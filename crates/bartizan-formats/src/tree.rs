//! How a format asks for files: by a view of a directory tree that the shell provides.
//!
//! A format never opens a file itself. It is handed a [`Tree`], which bounds sizes, does not follow
//! links out of the tree, and can be a map in memory in tests.

use std::{
    io::{Read, Seek},
    path::{Path, PathBuf},
};

use thiserror::Error;

/// Bytes that can be read from any place.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// A read-only view of files.
pub trait Tree: Sync {
    /// What is at `path`; links are followed.
    fn entry(&self, path: &Path) -> Result<Entry, TreeError>;

    /// The entries of a directory, sorted by name. A link to a directory is listed as [`EntryKind::Other`].
    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError>;

    /// The whole of a file of at most `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError>;

    /// A file, opened.
    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError>;
}

/// Something in a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path, in the spelling of the path that was asked for.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// Its size in bytes; 0 for a directory.
    pub size: u64,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file, or a link to one.
    File,
    /// A directory.
    Directory,
    /// Anything else: a socket, a link to a directory, a broken link.
    Other,
}

/// Why a file could not be had.
#[derive(Debug, Error)]
pub enum TreeError {
    /// There is none.
    #[error("no such file or directory")]
    NotFound,
    /// The file is larger than what this kind of file can sensibly be.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The system refused.
    #[error("cannot be read")]
    Io(#[from] std::io::Error),
}
