//! Files at a revision.

use std::collections::BTreeMap;

use gix::{
    ObjectId,
    objs::{CommitRefIter, Kind, TreeRefIter, tree::EntryKind},
};

use super::{CommitId, Found, Read, Repository};

/// How many entries of trees one listing reads.
const MOST_ENTRIES: usize = 500_000;

/// How deep a listing goes.
const DEEPEST: usize = 64;

/// A file in a listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEntry {
    /// Its path, with `/`.
    pub path: String,
    /// The hash of its content.
    pub blob: String,
    /// Whether it is a link.
    pub is_link: bool,
    /// Whether it may be run.
    pub is_executable: bool,
}

/// What became of looking for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Its content.
    Content(Vec<u8>),
    /// The revision has no such file.
    None,
    /// It has one, and its content is not in this clone.
    Missing,
    /// It has one that is larger than the limit.
    TooLarge,
    /// It cannot be read.
    Broken,
}

impl Repository {
    /// The content of a file at a commit. Links are not followed.
    pub fn file(&self, commit: &CommitId, path: &str, limit: u64) -> Lookup {
        let mut tree = match self.tree_of(commit) {
            Ok(tree) => tree,
            Err(lookup) => return lookup,
        };
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let data = match self.object(tree) {
                Found::Object(Kind::Tree, data) => data,
                Found::Missing => return Lookup::Missing,
                Found::Object(..) | Found::Broken => return Lookup::Broken,
            };
            let mut entries = TreeRefIter::from_bytes(&data, self.inner.object_hash());
            let entry = entries.find_map(|entry| {
                let entry = entry.ok()?;
                (entry.filename == part.as_bytes())
                    .then(|| (entry.mode.kind(), entry.oid.to_owned()))
            });
            match (entry, parts.peek()) {
                (Some((EntryKind::Tree, id)), Some(_)) => tree = id,
                (Some((EntryKind::Blob | EntryKind::BlobExecutable, id)), None) => {
                    return self.blob(id, limit);
                }
                _ => return Lookup::None,
            }
        }
        Lookup::None
    }

    /// The content of a file of a listing, by the hash of it.
    pub fn content(&self, blob: &str, limit: u64) -> Lookup {
        match blob.parse() {
            Ok(id) => self.blob(id, limit),
            Err(_no_hash) => Lookup::None,
        }
    }

    fn blob(&self, id: ObjectId, limit: u64) -> Lookup {
        match self.inner.try_find_header(id) {
            Ok(Some(header)) if header.size() > limit => return Lookup::TooLarge,
            Ok(Some(_)) => {}
            Ok(None) => return Lookup::Missing,
            Err(_unreadable) => return Lookup::Broken,
        }
        match self.object(id) {
            Found::Object(Kind::Blob, data) => Lookup::Content(data),
            Found::Missing => Lookup::Missing,
            Found::Object(..) | Found::Broken => Lookup::Broken,
        }
    }

    fn tree_of(&self, commit: &CommitId) -> Result<ObjectId, Lookup> {
        let id = Self::id(commit).ok_or(Lookup::None)?;
        match self.object(id) {
            Found::Object(Kind::Commit, data) => {
                let mut tokens = CommitRefIter::from_bytes(&data, self.inner.object_hash());
                tokens.tree_id().map_err(|_error| Lookup::Broken)
            }
            Found::Missing => Err(Lookup::Missing),
            Found::Object(..) | Found::Broken => Err(Lookup::Broken),
        }
    }

    /// The files of a commit, sorted; links too, submodules not.
    pub fn files(&self, commit: &CommitId) -> Read<FileEntry> {
        self.files_and_submodules(commit).0
    }

    /// The same, and the folders whose content is a commit of another repository, with the hash of that commit.
    pub(super) fn files_and_submodules(
        &self,
        commit: &CommitId,
    ) -> (Read<FileEntry>, BTreeMap<String, CommitId>) {
        let mut submodules = BTreeMap::new();
        let read = self.walk(commit, &mut submodules);
        (read, submodules)
    }

    fn walk(
        &self,
        commit: &CommitId,
        submodules: &mut BTreeMap<String, CommitId>,
    ) -> Read<FileEntry> {
        let mut read = Read::default();
        let mut left = match self.tree_of(commit) {
            Ok(tree) => vec![(String::new(), tree, 0)],
            Err(Lookup::Missing) => {
                read.missing += 1;
                return read;
            }
            Err(_) => {
                read.broken += 1;
                return read;
            }
        };
        let mut entries_seen = 0;
        while let Some((prefix, tree, depth)) = left.pop() {
            if depth > DEEPEST {
                read.is_cut_short = true;
                continue;
            }
            let data = match self.object(tree) {
                Found::Object(Kind::Tree, data) => data,
                Found::Missing => {
                    read.missing += 1;
                    continue;
                }
                Found::Object(..) | Found::Broken => {
                    read.broken += 1;
                    continue;
                }
            };
            for entry in TreeRefIter::from_bytes(&data, self.inner.object_hash()) {
                entries_seen += 1;
                if entries_seen > MOST_ENTRIES {
                    read.is_cut_short = true;
                    read.items.sort();
                    return read;
                }
                let Ok(entry) = entry else {
                    read.broken += 1;
                    break;
                };
                let path = format!("{prefix}{}", entry.filename);
                match entry.mode.kind() {
                    EntryKind::Tree => {
                        left.push((format!("{path}/"), entry.oid.to_owned(), depth + 1));
                    }
                    EntryKind::Commit => {
                        submodules.insert(path, CommitId::of(entry.oid.to_owned()));
                    }
                    kind => read.items.push(FileEntry {
                        path,
                        blob: entry.oid.to_string(),
                        is_link: kind == EntryKind::Link,
                        is_executable: kind == EntryKind::BlobExecutable,
                    }),
                }
            }
        }
        read.items.sort();
        read
    }
}
