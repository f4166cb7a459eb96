//! A tree that notes what was read of it, so that it can be said what a statement rests on.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

use bartizan_formats::{
    digest::Digest,
    tree::{Entry, ReadSeek, Tree, TreeError},
};

/// A file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// The digest of its content.
    pub(super) digest: Digest,
    /// Its size.
    pub(super) bytes: u64,
}

/// A tree with a note of each file that was read whole.
pub(super) struct RecordedTree<'a> {
    tree: &'a dyn Tree,
    seen: Mutex<BTreeMap<String, Seen>>,
}

impl<'a> RecordedTree<'a> {
    pub(super) fn new(tree: &'a dyn Tree) -> Self {
        Self {
            tree,
            seen: Mutex::default(),
        }
    }

    /// The files that were read, by path.
    pub(super) fn into_seen(self) -> BTreeMap<String, Seen> {
        self.seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tree for RecordedTree<'_> {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        self.tree.entry(path)
    }

    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError> {
        self.tree.list(directory)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        let bytes = self.tree.read(path, limit)?;
        let seen = Seen {
            digest: Digest::of(&bytes),
            bytes: bytes.len() as u64,
        };
        let path = path.to_string_lossy().replace('\\', "/");
        let all = self.seen.lock();
        let mut all = all.unwrap_or_else(PoisonError::into_inner);
        all.insert(path, seen);
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        self.tree.open(path)
    }
}
