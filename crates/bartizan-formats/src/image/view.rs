//! The files of an image as formats see them, under paths that begin with the image: `image.tar!/usr/lib`.

use std::{
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use super::files::{Content, FileSystem, What};
use crate::tree::{Entry, EntryKind, ReadSeek, Tree, TreeError};

/// The view.
pub(crate) struct ImageTree {
    files: FileSystem,
    root: PathBuf,
}

impl ImageTree {
    /// The files under the name of their image.
    pub(crate) fn new(files: FileSystem, image: &str) -> Self {
        Self {
            files,
            root: PathBuf::from(format!("{image}!/")),
        }
    }

    /// The path of the image's root directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn inside<'a>(&self, path: &'a Path) -> Option<&'a str> {
        path.strip_prefix(&self.root).ok()?.to_str()
    }

    fn entry_of(&self, path: PathBuf, id: usize) -> Option<Entry> {
        let (kind, size) = match self.files.what(id)? {
            What::Directory(_) => (EntryKind::Directory, 0),
            What::File(content) => (EntryKind::File, content.size()),
            What::Link(_) => (EntryKind::Other, 0),
        };
        Some(Entry { path, kind, size })
    }

    fn content(&self, path: &Path) -> Result<&Content, TreeError> {
        let id = self
            .inside(path)
            .and_then(|path| self.files.find(path, true));
        match id.and_then(|id| self.files.what(id)) {
            Some(What::File(content)) => Ok(content),
            Some(_) => Err(TreeError::Io(io::Error::other("not a regular file"))),
            None => Err(TreeError::NotFound),
        }
    }

    fn kept(&self, path: &Path) -> Result<&[u8], TreeError> {
        match self.content(path)? {
            Content::Kept(bytes) => Ok(bytes),
            Content::Left(_) => Err(TreeError::TooLarge {
                limit: super::LIMITS.member_bytes,
            }),
        }
    }
}

impl Tree for ImageTree {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        let id = self
            .inside(path)
            .and_then(|path| self.files.find(path, true));
        id.and_then(|id| self.entry_of(path.to_owned(), id))
            .ok_or(TreeError::NotFound)
    }

    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError> {
        let inside = self.inside(directory).ok_or(TreeError::NotFound)?;
        let id = self.files.find(inside, true).ok_or(TreeError::NotFound)?;
        let Some(What::Directory(children)) = self.files.what(id) else {
            return Err(TreeError::NotFound);
        };
        let entry = |(name, id): (&str, &usize)| {
            let path = directory.join(name);
            // A link counts as the file that it leads to; one to a directory is not followed by a search.
            if let Some(What::Link(_)) = self.files.what(*id) {
                let behind = self.entry(&path).ok();
                let is_file = |entry: &Entry| entry.kind == EntryKind::File;
                return behind.filter(is_file).unwrap_or(Entry {
                    path,
                    kind: EntryKind::Other,
                    size: 0,
                });
            }
            self.entry_of(path.clone(), *id).unwrap_or(Entry {
                path,
                kind: EntryKind::Other,
                size: 0,
            })
        };
        Ok(children
            .iter()
            .map(|(name, id)| entry((name, id)))
            .collect())
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        let bytes = self.kept(path)?;
        if bytes.len() as u64 > limit {
            return Err(TreeError::TooLarge { limit });
        }
        Ok(bytes.to_vec())
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        Ok(Box::new(Cursor::new(self.kept(path)?)))
    }
}
