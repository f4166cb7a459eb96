//! Git histories: tags, commits and files at a revision, from checkouts, bare mirrors and partial clones.
//!
//! A repository is the bytes of strangers. Its configuration is not trusted, its hooks never run, no object is replaced
//! by another, no network is asked for what is missing, and every count and size is bounded. What is not there (a
//! partial or shallow clone) and what is broken are counted apart, and the rest is read.

mod clone;
mod contents;
mod files;
mod history;
pub(crate) mod program;
mod runner;
mod tag_name;
mod tree;

use std::path::{Path, PathBuf};

use gix::{ObjectId, objs::Kind};
use thiserror::Error;

pub use self::{
    clone::{CloneError, bring, fetch},
    files::{FileEntry, Lookup},
    history::{Commit, Tag},
    tag_name::version_of,
    tree::CommitTree,
};

/// The largest object that is read: a tree or a file of text is far below.
const LARGEST_OBJECT: u64 = 64 << 20;

/// What a repository must not decide by itself: objects are what their names say, and none is too large for memory.
const OVERRIDES: [&str; 2] = [
    "core.useReplaceRefs=false",
    "gitoxide.objects.allocLimit=256m",
];

/// A git repository that is only read.
pub struct Repository {
    pub(crate) inner: gix::Repository,
    path: PathBuf,
}

/// Why a repository cannot be read at all.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// It is none, or not one that can be opened.
    #[error("cannot open the repository `{}`: {why}", path.display())]
    Open {
        /// Where it should be.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Its references cannot be listed.
    #[error("cannot list the references of `{}`: {why}", path.display())]
    References {
        /// The repository.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A revision is none.
    #[error("there is no commit `{revision}` in `{}`", path.display())]
    NoCommit {
        /// The repository.
        path: PathBuf,
        /// The revision.
        revision: String,
    },
}

/// The hash of a commit, as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(String);

impl CommitId {
    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(id: ObjectId) -> Self {
        Self(id.to_string())
    }
}

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// What was read, and how much could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// What was read.
    pub items: Vec<T>,
    /// How many objects are not there: the clone is shallow or partial.
    pub missing: usize,
    /// How many are there and cannot be read.
    pub broken: usize,
    /// Whether there is more than is read.
    pub is_cut_short: bool,
}

impl<T> Default for Read<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            missing: 0,
            broken: 0,
            is_cut_short: false,
        }
    }
}

/// What became of looking for an object.
enum Found {
    Object(Kind, Vec<u8>),
    Missing,
    Broken,
}

impl Repository {
    /// Opens the repository in a directory: a checkout, or a bare repository.
    pub fn open(path: &Path) -> Result<Self, RepositoryError> {
        let failed = |why: String| RepositoryError::Open {
            path: path.to_owned(),
            why,
        };
        let options = gix::open::Options::isolated()
            .with(gix::sec::Trust::Reduced)
            .config_overrides(OVERRIDES);
        let opened = options
            .open(path)
            .map_err(|error| failed(error.to_string()))?;
        let mut inner = opened.to_thread_local();
        // What is missing stays missing: looking for new packs each time would cost a directory listing an object.
        inner.objects.refresh_never();
        inner.object_cache_size_if_unset(4 << 20);
        Ok(Self {
            inner,
            path: path.to_owned(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether its history ends somewhere because it was cloned so.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow().unwrap_or(false)
    }

    /// The commit that is checked out, or that a mirror's `HEAD` names.
    pub fn head(&self) -> Result<CommitId, RepositoryError> {
        let none = || self.no_commit("HEAD");
        let id = self.inner.head_id().map_err(|_error| none())?;
        Ok(CommitId::of(id.detach()))
    }

    /// The commit that a revision names: a hash or its begin, a tag, a branch, and what git writes behind them (`^`, `~2`).
    pub fn commit_of(&self, revision: &str) -> Result<CommitId, RepositoryError> {
        let none = || self.no_commit(revision);
        if let Ok(id) = revision.parse::<ObjectId>() {
            return self.peel(id).map(CommitId::of).ok_or_else(none);
        }
        let reference = self.inner.try_find_reference(revision).ok().flatten();
        let id = match reference {
            Some(mut reference) => reference.follow_to_object().map_err(|_error| none())?,
            None => self
                .inner
                .rev_parse_single(revision)
                .map_err(|_error| none())?,
        };
        self.peel(id.detach()).map(CommitId::of).ok_or_else(none)
    }

    /// The commit on which two lines of work last agreed; `None` where they never did.
    pub fn merge_base(&self, one: &CommitId, other: &CommitId) -> Option<CommitId> {
        let found = self.inner.merge_base(Self::id(one)?, Self::id(other)?);
        found.ok().flatten().map(|id| CommitId::of(id.detach()))
    }

    /// The address that it was cloned from, as its own settings state it: `upstream` before `origin`, as forks have both.
    pub fn remote(&self) -> Option<String> {
        let settings = self.inner.config_snapshot();
        let mut keys = ["remote.upstream.url", "remote.origin.url"].iter();
        keys.find_map(|key| settings.string(*key).map(|it| it.to_string()))
    }

    fn no_commit(&self, revision: &str) -> RepositoryError {
        RepositoryError::NoCommit {
            path: self.path.clone(),
            revision: revision.chars().take(100).collect(),
        }
    }

    fn id(commit: &CommitId) -> Option<ObjectId> {
        commit.as_str().parse().ok()
    }

    /// The commit that an object is, or that a tag object names.
    fn peel(&self, mut id: ObjectId) -> Option<ObjectId> {
        for _ in 0..MOST_PEELS {
            match self.object(id) {
                Found::Object(Kind::Commit, _) => return Some(id),
                Found::Object(Kind::Tag, data) => {
                    id = gix::objs::TagRefIter::from_bytes(&data, self.inner.object_hash())
                        .target_id()
                        .ok()?;
                }
                Found::Object(..) | Found::Missing | Found::Broken => return None,
            }
        }
        None
    }

    fn object(&self, id: ObjectId) -> Found {
        match self.inner.try_find_header(id) {
            Ok(Some(header)) if header.size() > LARGEST_OBJECT => return Found::Broken,
            Ok(Some(_)) => {}
            Ok(None) => return Found::Missing,
            Err(_unreadable) => return Found::Broken,
        }
        match self.inner.try_find_object(id) {
            Ok(Some(object)) => {
                let object = object.detach();
                Found::Object(object.kind, object.data)
            }
            Ok(None) => Found::Missing,
            Err(_unreadable) => Found::Broken,
        }
    }
}

/// A tag may name a tag. More than this many steps are nobody's.
const MOST_PEELS: usize = 10;

#[cfg(test)]
pub(crate) mod tests;
