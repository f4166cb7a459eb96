//! How a format asks for files: by a view of a directory tree that the shell provides.
//!
//! A format never opens a file itself. It is handed a [`Tree`], which bounds sizes, does not follow
//! links out of the tree, and can be a map in memory in tests.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Seek},
    path::{Component, Path, PathBuf},
};

use thiserror::Error;

use crate::archive::HEAD;

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

/// Puts the whole of a file of at most `limit` bytes into a buffer that is used again and again, if its first bytes, as
/// many as [`HEAD`], are wanted; says whether they were.
pub fn read_if(
    tree: &dyn Tree,
    path: &Path,
    limit: u64,
    buffer: &mut Vec<u8>,
    is_wanted: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<bool, TreeError> {
    let mut file = tree.open(path)?;
    buffer.clear();
    file.by_ref().take(HEAD as u64).read_to_end(buffer)?;
    if !is_wanted(buffer) {
        return Ok(false);
    }
    file.take(limit.saturating_add(1).saturating_sub(buffer.len() as u64))
        .read_to_end(buffer)?;
    if buffer.len() as u64 > limit {
        return Err(TreeError::TooLarge { limit });
    }
    Ok(true)
}

/// A tree in memory, for tests, fuzzing and for bytes that came from elsewhere than a disk.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryTree {
    /// A tree of these files; their folders are there without being named.
    pub fn new<P: Into<PathBuf>, B: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, B)>,
    ) -> Self {
        let files = files
            .into_iter()
            .map(|(path, bytes)| (plain(&path.into()), bytes.into()))
            .collect();
        Self { files }
    }

    fn file(&self, path: &Path) -> Option<&Vec<u8>> {
        self.files.get(&plain(path))
    }

    fn entry_named(&self, path: PathBuf) -> Option<Entry> {
        let (kind, size) = match self.file(&path) {
            Some(bytes) => (EntryKind::File, bytes.len() as u64),
            None if self.is_directory(&plain(&path)) => (EntryKind::Directory, 0),
            None => return None,
        };
        Some(Entry { path, kind, size })
    }

    fn is_directory(&self, path: &Path) -> bool {
        let mut from_here = self.files.range(path.to_path_buf()..);
        path.as_os_str().is_empty()
            || from_here
                .next()
                .is_some_and(|(file, _)| file.starts_with(path))
    }
}

impl Tree for MemoryTree {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        self.entry_named(path.to_path_buf())
            .ok_or(TreeError::NotFound)
    }

    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError> {
        let inside = plain(directory);
        if !self.is_directory(&inside) {
            return Err(TreeError::NotFound);
        }
        let mut names: Vec<_> = self
            .files
            .keys()
            .filter_map(|file| file.strip_prefix(&inside).ok()?.components().next())
            .collect();
        names.dedup();
        Ok(names
            .into_iter()
            .filter_map(|name| self.entry_named(directory.join(name)))
            .collect())
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        let bytes = self.file(path).ok_or(TreeError::NotFound)?;
        if bytes.len() as u64 > limit {
            return Err(TreeError::TooLarge { limit });
        }
        Ok(bytes.clone())
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        let bytes = self.file(path).ok_or(TreeError::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.as_slice())))
    }
}

/// The path without `.`, and with `..` taken back, as far as that goes.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_in_memory_has_the_folders_of_its_files() {
        let tree = MemoryTree::new([("a/b/c.txt", "1"), ("a/d", "22"), ("e", "")]);
        let list = |path: &str| {
            let entries = tree
                .list(Path::new(path))
                .map_err(|error| error.to_string());
            entries.map(|all| {
                all.into_iter()
                    .map(|e| (e.path.display().to_string(), e.kind, e.size))
                    .collect()
            })
        };
        let file = |path: &str, size| (path.to_owned(), EntryKind::File, size);
        let folder = |path: &str| (path.to_owned(), EntryKind::Directory, 0);
        assert_eq!(list("a"), Ok(vec![folder("a/b"), file("a/d", 2)]));
        assert_eq!(list("."), Ok(vec![folder("./a"), file("./e", 0)]));
        assert_eq!(list("x"), Err("no such file or directory".to_owned()));
        assert_eq!(tree.read(Path::new("a/x/../d"), 2).unwrap(), b"22");
        assert!(matches!(
            tree.read(Path::new("a/d"), 1),
            Err(TreeError::TooLarge { limit: 1 })
        ));
    }
}
