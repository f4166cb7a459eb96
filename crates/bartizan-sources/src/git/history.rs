//! Tags and commits with their times.

use std::collections::{BTreeSet, BinaryHeap};

use bartizan_model::Timestamp;
use gix::{
    ObjectId,
    objs::{CommitRefIter, Kind, TagRefIter},
};

use super::{CommitId, Found, Read, Repository, RepositoryError};

/// How many tags are read. Real projects have thousands.
const MOST_TAGS: usize = 100_000;

/// How many commits one walk reads. The largest histories have a million and a half.
const MOST_COMMITS: usize = 3_000_000;

/// What signatures begin with, in the body of a tag.
const SIGNATURES: [&[u8]; 3] = [
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----BEGIN SSH SIGNATURE-----",
    b"-----BEGIN SIGNED MESSAGE-----",
];

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The commit that it names in the end; `None` where that is missing, or no commit.
    pub commit: Option<CommitId>,
    /// When it was made, for a tag with a message.
    pub tagged: Option<Timestamp>,
    /// When its commit was made.
    pub committed: Option<Timestamp>,
    /// Whether it has a message of its own, with a name and a time.
    pub is_annotated: bool,
    /// Whether a signature stands in it. Nobody has verified it.
    pub is_signed: bool,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: CommitId,
    /// When it was put into the history; `None` where what it says is no time.
    pub committed: Option<Timestamp>,
    /// The commits that it stands on.
    pub parents: Vec<CommitId>,
    /// Whether a signature stands in it. Nobody has verified it.
    pub is_signed: bool,
}

impl Repository {
    /// Every tag, by name.
    pub fn tags(&self) -> Result<Read<Tag>, RepositoryError> {
        let failed = |error: &dyn std::fmt::Display| RepositoryError::References {
            path: self.path().to_owned(),
            why: error.to_string(),
        };
        let platform = self.inner.references().map_err(|error| failed(&error))?;
        let references = platform.tags().map_err(|error| failed(&error))?;
        let mut read = Read::default();
        for reference in references {
            if read.items.len() >= MOST_TAGS {
                read.is_cut_short = true;
                break;
            }
            let Ok(reference) = reference else {
                read.broken += 1;
                continue;
            };
            let name = reference.name().shorten().to_string();
            match reference.try_id() {
                Some(id) => {
                    let tag = self.tag(name, id.detach(), &mut read);
                    read.items.push(tag);
                }
                None => read.broken += 1,
            }
        }
        read.items.sort();
        Ok(read)
    }

    fn tag(&self, name: String, id: ObjectId, read: &mut Read<Tag>) -> Tag {
        let mut tag = Tag {
            name,
            commit: None,
            tagged: None,
            committed: None,
            is_annotated: false,
            is_signed: false,
        };
        let mut target = id;
        for _ in 0..super::MOST_PEELS {
            match self.object(target) {
                Found::Object(Kind::Tag, data) => {
                    let is_first = !tag.is_annotated;
                    tag.is_annotated = true;
                    tag.is_signed |= is_signed(&data);
                    let tokens = || TagRefIter::from_bytes(&data, self.inner.object_hash());
                    if is_first {
                        let tagger = tokens().tagger().ok().flatten();
                        tag.tagged = tagger.and_then(|tagger| moment(tagger.seconds()));
                    }
                    match tokens().target_id() {
                        Ok(next) => target = next,
                        Err(_error) => {
                            read.broken += 1;
                            return tag;
                        }
                    }
                }
                Found::Object(Kind::Commit, data) => {
                    let tokens = CommitRefIter::from_bytes(&data, self.inner.object_hash());
                    let committer = tokens.committer().ok();
                    tag.committed = committer.and_then(|it| moment(it.seconds()));
                    tag.commit = Some(CommitId::of(target));
                    return tag;
                }
                // Some projects tag a file or a tree.
                Found::Object(..) => return tag,
                Found::Missing => {
                    read.missing += 1;
                    return tag;
                }
                Found::Broken => break,
            }
        }
        read.broken += 1;
        tag
    }

    /// One commit.
    pub fn commit(&self, id: &CommitId) -> Option<Commit> {
        match self.object(Self::id(id)?) {
            Found::Object(Kind::Commit, data) => Some(self.read_commit(id.clone(), &data)),
            Found::Object(..) | Found::Missing | Found::Broken => None,
        }
    }

    /// A commit and everything that it stands on, the newest first, up to a moment in the past where one is given.
    ///
    /// Commits whose clocks were wrong may stand out of order; behind one that is older than the moment it is not
    /// looked further.
    pub fn commits(&self, from: &CommitId, since: Option<Timestamp>) -> Read<Commit> {
        let mut read = Read::default();
        let mut seen = BTreeSet::new();
        let mut left: BinaryHeap<(Option<Timestamp>, ObjectId)> = BinaryHeap::new();
        let mut known = std::collections::BTreeMap::new();
        let mut offer = |left: &mut BinaryHeap<_>, known: &mut _, read: &mut _, id: ObjectId| {
            if seen.insert(id) {
                self.offer(left, known, read, id);
            }
        };
        if let Some(id) = Self::id(from) {
            offer(&mut left, &mut known, &mut read, id);
        }
        while let Some((committed, id)) = left.pop() {
            let Some(commit) = known.remove(&id) else {
                continue;
            };
            if read.items.len() >= MOST_COMMITS {
                read.is_cut_short = true;
                break;
            }
            if since.is_some_and(|since| committed.is_some_and(|it| it < since)) {
                continue;
            }
            let commit: Commit = commit;
            for parent in commit.parents.iter().filter_map(Self::id) {
                offer(&mut left, &mut known, &mut read, parent);
            }
            read.items.push(commit);
        }
        read
    }

    fn offer(
        &self,
        left: &mut BinaryHeap<(Option<Timestamp>, ObjectId)>,
        known: &mut std::collections::BTreeMap<ObjectId, Commit>,
        read: &mut Read<Commit>,
        id: ObjectId,
    ) {
        match self.object(id) {
            Found::Object(Kind::Commit, data) => {
                let commit = self.read_commit(CommitId::of(id), &data);
                left.push((commit.committed, id));
                known.insert(id, commit);
            }
            Found::Object(..) | Found::Broken => read.broken += 1,
            Found::Missing => read.missing += 1,
        }
    }

    fn read_commit(&self, id: CommitId, data: &[u8]) -> Commit {
        let tokens = || CommitRefIter::from_bytes(data, self.inner.object_hash());
        let committer = tokens().committer().ok();
        let header = data.split(|byte| *byte == b'\n');
        let mut header = header.take_while(|line| !line.is_empty());
        Commit {
            id,
            committed: committer.and_then(|it| moment(it.seconds())),
            parents: tokens().parent_ids().map(CommitId::of).collect(),
            is_signed: header.any(|line| line.starts_with(b"gpgsig ")),
        }
    }
}

/// Whether a line of the tag begins a signature.
fn is_signed(data: &[u8]) -> bool {
    let mut lines = data.split(|byte| *byte == b'\n');
    lines.any(|line| SIGNATURES.iter().any(|start| line.starts_with(start)))
}

/// Seconds since 1970 as a moment; what no calendar has is none.
fn moment(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}
