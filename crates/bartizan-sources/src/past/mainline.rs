//! The first-parent line of a history, one change after the other, each with both sides of its files: what a merge brings is one
//! change, as its reviewers saw it.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

use bartizan_model::Timestamp;
use bartizan_people::{
    history::{Change, Content, ContentKind, Hash},
    object, subject,
};
use bartizan_review::change::{Content as Held, File, FileChange};
use gix::objs::Kind;

use super::{
    changes::{Comparer, Pair},
    objects::{Lookup, Objects, object_id},
    portion::{LARGEST, Portion, too_large},
    walk::hash_of,
};
use crate::git::{CommitId, Repository, RepositoryError};

/// How many changes are listed.
const MOST_STEPS: usize = 1_000_000;

/// A change of the first-parent line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The hash of its commit.
    pub id: Hash,
    /// The tree that it leaves, and the one before it.
    trees: (Hash, Option<Hash>),
    /// When it came in, in seconds since 1970.
    pub time: i64,
    /// The pull request that its subject names.
    pub pull: Option<u32>,
    /// Whoever wrote it, or what it merges: a number that says who is the same and not who it is, for this run only.
    pub author: u64,
}

/// The changes behind a commit up to another, which is left out; the oldest first.
pub fn mainline(
    path: &Path,
    head: &CommitId,
    known: Option<Hash>,
) -> Result<Vec<Step>, RepositoryError> {
    let mut objects = Objects::open(path).ok_or_else(|| RepositoryError::Open {
        path: path.to_owned(),
        why: "it is gone".to_owned(),
    })?;
    let mut next = hash_of(head.as_str().as_bytes());
    let mut steps: Vec<Step> = Vec::new();
    while let Some(id) = next.filter(|it| Some(*it) != known) {
        if steps.len() >= MOST_STEPS || objects.find(id, Kind::Commit) != Lookup::Found {
            break;
        }
        let Some((mut step, parents)) = step(id, &objects.data) else {
            break;
        };
        // What is merged was written by whoever wrote its last commit.
        if let Some(merged) = parents.get(1)
            && objects.find(*merged, Kind::Commit) == Lookup::Found
            && let Some((merged, _)) = self::step(*merged, &objects.data)
        {
            step.author = merged.author;
        }
        if let Some(later) = steps.last_mut() {
            later.trees.1 = Some(step.trees.0);
        }
        next = parents.first().copied();
        steps.push(step);
    }
    if let (Some(oldest), Some(id)) = (steps.last_mut(), next)
        && objects.find(id, Kind::Commit) == Lookup::Found
    {
        oldest.trees.1 = object::read(&objects.data).and_then(|it| hash_of(it.target));
    }
    steps.reverse();
    Ok(steps)
}

/// A commit as a change of nothing that is known yet, and what it stands on.
pub(super) fn step(id: Hash, data: &[u8]) -> Option<(Step, Vec<Hash>)> {
    let text = object::read(data)?;
    let author = text.author.unwrap_or_default();
    let time = text.committer.and_then(|it| it.time);
    let mut hasher = DefaultHasher::new();
    author.actor.address.hash(&mut hasher);
    let step = Step {
        id,
        trees: (hash_of(text.target)?, None),
        time: time.map_or(0, Timestamp::as_second),
        pull: subject::pull(text.message).map(|it| it.number),
        author: hasher.finish(),
    };
    Some((step, text.parents.into_iter().filter_map(hash_of).collect()))
}

impl Step {
    /// What lies between two commits, as one change of somebody who is nobody.
    pub fn between(path: &Path, base: &CommitId, head: &CommitId) -> Result<Self, RepositoryError> {
        let none = |revision: &CommitId| RepositoryError::NoCommit {
            path: path.to_owned(),
            revision: revision.to_string(),
        };
        let mut objects = Objects::open(path).ok_or_else(|| none(head))?;
        let mut read = |commit: &CommitId| {
            let id = hash_of(commit.as_str().as_bytes());
            let id = id.filter(|id| objects.find(*id, Kind::Commit) == Lookup::Found)?;
            step(id, &objects.data).map(|(step, _)| step)
        };
        let before = read(base).ok_or_else(|| none(base))?;
        let after = read(head).ok_or_else(|| none(head))?;
        Ok(after.onto(&before))
    }

    /// The change from what another step leaves.
    pub(super) fn onto(mut self, before: &Self) -> Self {
        self.trees.1 = Some(before.trees.0);
        self
    }
}

/// Reads both sides of changes, one after the other; each thread has its own.
pub struct Sides {
    comparer: Comparer,
    objects: Objects,
}

impl Sides {
    /// Of a repository.
    pub fn open(path: &Path) -> Result<Self, RepositoryError> {
        let failed = || RepositoryError::Open {
            path: path.to_owned(),
            why: "it is gone".to_owned(),
        };
        Ok(Self {
            comparer: Comparer::new(Objects::open(path).ok_or_else(failed)?),
            objects: Objects::open(path).ok_or_else(failed)?,
        })
    }

    /// Both sides of every file of a step, sorted by path; what is too much or not there is left out.
    pub fn of(&mut self, step: &Step) -> Vec<FileChange> {
        let (new, old) = step.trees;
        let mut compared = self.comparer.compare(&Pair {
            commit: 0,
            old,
            new,
        });
        let paths = self.comparer.new_paths();
        let name = |number: u32| paths.get(number as usize).map_or("", String::as_str);
        compared
            .changes
            .sort_by(|one, other| name(one.path).cmp(name(other.path)));
        let gone: Vec<u32> = compared
            .changes
            .iter()
            .filter_map(|it| it.renamed_from)
            .collect();
        let mut portion = Portion::default();
        for change in &compared.changes {
            let is_elsewhere = change.new.is_none() && gone.contains(&change.path);
            if !is_elsewhere && !portion.is_full() {
                portion.take(self.sides(change, name));
            }
        }
        portion.into_files()
    }

    fn sides<'a>(&mut self, change: &Change, name: impl Fn(u32) -> &'a str) -> FileChange {
        let old = name(change.renamed_from.unwrap_or(change.path));
        FileChange {
            before: change.old.map(|it| self.file(old, it)),
            after: change.new.map(|it| self.file(name(change.path), it)),
        }
    }

    fn file(&mut self, path: &str, content: Content) -> File {
        let held = match content.kind {
            ContentKind::Submodule => Held::Submodule(object_id(content.id).to_string()),
            kind => match self.objects.find(content.id, Kind::Blob) {
                Lookup::Found if self.objects.data.len() > LARGEST => {
                    too_large(self.objects.data.len())
                }
                Lookup::Found if kind == ContentKind::Link => {
                    Held::Link(String::from_utf8_lossy(&self.objects.data).into_owned())
                }
                Lookup::Found => Held::Bytes(self.objects.data.clone()),
                Lookup::Missing => unseen("its content is not in this clone"),
                Lookup::Broken => unseen("its content cannot be read"),
            },
        };
        File {
            path: path.to_owned(),
            content: held,
            is_executable: content.kind == ContentKind::Program,
        }
    }
}

fn unseen(why: &str) -> Held {
    Held::Unseen {
        why: why.to_owned(),
        size: None,
    }
}

/// The hash of a commit as models know it, out of its digits.
pub fn hash_of_digits(digits: &str) -> Option<Hash> {
    hash_of(digits.as_bytes())
}

/// The commit of a step as the rest of the crate names commits.
pub fn commit_of(repository: &Repository, id: Hash) -> Result<CommitId, RepositoryError> {
    repository.commit_of(&object_id(id).to_string())
}
