//! What a history says, as plain values. Nothing here is judged, and nobody is who they are yet: an [`Actor`] is a name
//! with an address, as somebody once set them up.

use bartizan_model::Timestamp;

pub use crate::{keyed::Address, object::Actor, signature::Signature, trailers::Credit};

/// The hash of a git object.
pub type Hash = [u8; 20];

/// All that was read of one repository's history: what its `HEAD` stands on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The commits, the newest first.
    pub commits: Vec<Commit>,
    /// Everybody who is named anywhere, sorted.
    pub actors: Vec<Actor>,
    /// The paths that were ever changed, sorted.
    pub paths: Vec<String>,
    /// Tags with a message, by name.
    pub tags: Vec<SignedTag>,
    /// Pull requests whose heads the repository keeps, by number.
    pub pulls: Vec<Pull>,
    /// What is proposed and not in the history, where that was asked for: pull requests by number.
    pub proposed: Vec<Proposed>,
    /// The text of `.mailmap` at the head, where there is one.
    pub mailmap: Option<Vec<u8>>,
    /// What could not be read.
    pub gaps: Gaps,
}

/// One of [`History::actors`].
pub type ActorNumber = u32;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: Hash,
    /// The hash of its tree.
    pub tree: Hash,
    /// The commits that it stands on, there or not.
    pub parents: Vec<Hash>,
    /// Who wrote it, and when they say so.
    pub author: (ActorNumber, Option<Timestamp>),
    /// Who put it into the history, and when they say so.
    pub committer: (ActorNumber, Option<Timestamp>),
    /// Who signed it.
    pub signature: Signature,
    /// The pull request that its subject names.
    pub pull: Option<PullMention>,
    /// Who else has a part in it, by its trailers.
    pub credits: Vec<(Credit, ActorNumber)>,
    /// The files that it changes, by path. Of a commit with several parents nothing is compared.
    pub changes: Vec<Change>,
    /// What of it could not be read.
    pub gaps: CommitGaps,
}

/// What of a commit could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommitGaps {
    /// A name is not in the encoding that it claims.
    pub is_garbled: bool,
    /// Not every change is listed: there are too many.
    pub is_cut: bool,
    /// It was compared with nothing, because what it stands on is not there, or a bound of the whole was reached.
    pub is_uncompared: bool,
    /// Trees that are named and not there.
    pub missing_trees: u32,
    /// Trees that are there and cannot be read.
    pub broken_trees: u32,
}

impl Commit {
    /// Whether it brings together two histories.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// A pull request in the subject of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullMention {
    /// Its number.
    pub number: u32,
    /// The account whose branch was merged; a squashed pull request does not say.
    pub login: Option<String>,
}

/// What a commit does to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// One of [`History::paths`].
    pub path: u32,
    /// Its content before; none where it was not there.
    pub old: Option<Content>,
    /// Its content afterwards; none where it is no longer there.
    pub new: Option<Content>,
    /// The path that the same or a similar content had before, in the same commit: one of [`History::paths`].
    pub renamed_from: Option<u32>,
    /// How many lines that changes.
    pub lines: Lines,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// The hash of it.
    pub id: Hash,
    /// What it is.
    pub kind: ContentKind,
}

/// What may stand at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentKind {
    /// A file.
    File,
    /// A file that may be run.
    Program,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// How many lines a change adds and removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lines {
    /// Nobody counted.
    #[default]
    NotCounted,
    /// It is no text.
    Binary,
    /// A content is missing, broken or too large.
    Unknown,
    /// The smallest number of lines that makes the one the other.
    Counted {
        /// Lines that come.
        added: u32,
        /// Lines that go.
        removed: u32,
    },
}

/// A tag with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The object that it names, mostly a commit.
    pub target: Hash,
    /// Who made it, and when they say so.
    pub tagger: Option<(ActorNumber, Option<Timestamp>)>,
    /// Who signed it.
    pub signature: Signature,
}

/// A pull request whose head the repository keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u32,
    /// Its last commit.
    pub head: Hash,
    /// Whether it is in, and how that is known.
    pub merged: Merged,
}

/// The pull requests that are not known to be in, the newest first by their numbers. Git does not say which of them were refused.
pub fn waiting(pulls: &[Pull]) -> Vec<&Pull> {
    let mut waiting: Vec<&Pull> = pulls
        .iter()
        .filter(|it| it.merged == Merged::Unseen)
        .collect();
    waiting.sort_by_key(|it| (std::cmp::Reverse(it.number), it.head));
    waiting
}

/// Commits that are not in the history, up to one that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposed {
    /// The pull request, where it is one.
    pub pull: Option<u32>,
    /// The last commit, in the history or not.
    pub head: Hash,
    /// Those that are not in the history, the newest first; none where all of it is.
    pub commits: Vec<Commit>,
    /// Whether there are more than are read.
    pub is_cut: bool,
}

/// Whether a pull request is in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Merged {
    /// Its last commit is.
    ByHead,
    /// The subject of a commit names it.
    BySubject,
    /// Neither; it may be open, refused, or squashed under another subject.
    Unseen,
}

/// What could not be read, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gaps {
    /// Commits that are named and not there: the clone is shallow, or damaged.
    pub missing_commits: usize,
    /// Commits that are there and cannot be read.
    pub broken_commits: usize,
    /// How often a tree was to be compared and is not there.
    pub missing_trees: usize,
    /// How often a tree was to be compared and cannot be read.
    pub broken_trees: usize,
    /// Contents that were to be counted and are not there: the clone is partial. Each once.
    pub missing_blobs: usize,
    /// Contents that were to be counted and cannot be read, or are too large. Each once.
    pub broken_blobs: usize,
    /// Times that no calendar has.
    pub broken_times: usize,
    /// Names that are not in the encoding that they claim.
    pub broken_names: usize,
    /// References that replace an object by another; none is followed.
    pub replacements: usize,
    /// Commits of which not every change was listed, because they have too many.
    pub cut_commits: usize,
    /// Whether there are more commits, references or changes than are read, or it took too long.
    pub is_cut_short: bool,
    /// Whether the clone says that its history ends early.
    pub is_shallow: bool,
}
