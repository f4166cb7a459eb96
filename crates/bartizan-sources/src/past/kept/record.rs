//! The form in which a history is kept. Numbers of paths and actors are those of [`History`].

use bartizan_model::Timestamp;
use bartizan_people::{
    history::{
        Change, Commit, CommitGaps, Content, ContentKind, Credit, Hash, History, Lines,
        PullMention, Signature,
    },
    signature::KeyNumber,
};
use serde::{Deserialize, Serialize};

/// A history without names.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    commits: Vec<KeptCommit>,
    paths: Vec<String>,
    witnesses: Vec<Witness>,
}

/// Where somebody is named: the number of a commit, and the place in it: author, committer, credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Witness {
    pub(super) commit: u32,
    pub(super) place: u16,
}

/// Somebody by number, and the seconds since 1970.
type Stamp = (u32, Option<i64>);

#[derive(Serialize, Deserialize)]
struct KeptCommit {
    id: Hash,
    tree: Hash,
    parents: Vec<Hash>,
    author: Stamp,
    committer: Stamp,
    signature: KeptSignature,
    pull: Option<(u32, Option<String>)>,
    credits: Vec<(u8, u32)>,
    changes: Vec<KeptChange>,
    gaps: (bool, bool, bool, u32, u32),
}

#[derive(Serialize, Deserialize)]
enum KeptSignature {
    None,
    Host,
    Own(Option<u64>),
}

#[derive(Serialize, Deserialize)]
struct KeptChange {
    path: u32,
    old: Option<(Hash, u8)>,
    new: Option<(Hash, u8)>,
    renamed_from: Option<u32>,
    lines: KeptLines,
}

#[derive(Serialize, Deserialize)]
enum KeptLines {
    NotCounted,
    Binary,
    Unknown,
    Counted(u32, u32),
}

/// Credits by the numbers that they have in files. What stands here must keep its place.
const CREDITS: [Credit; 9] = [
    Credit::CoAuthored,
    Credit::SignedOff,
    Credit::Reviewed,
    Credit::Acked,
    Credit::Approved,
    Credit::Tested,
    Credit::Reported,
    Credit::Suggested,
    Credit::Helped,
];

/// Kinds of contents by the numbers that they have in files. What stands here must keep its place.
const KINDS: [ContentKind; 4] = [
    ContentKind::File,
    ContentKind::Program,
    ContentKind::Link,
    ContentKind::Submodule,
];

impl Record {
    /// The history as it is kept; none where somebody is named by no commit that could be read again.
    pub(super) fn of(history: &History) -> Option<Self> {
        let witnesses = witnesses(history)?;
        Some(Self {
            commits: history
                .commits
                .iter()
                .map(KeptCommit::of)
                .collect::<Option<_>>()?,
            paths: history.paths.clone(),
            witnesses,
        })
    }

    /// Commits, paths and witnesses; none where a number names nothing.
    pub(super) fn into_parts(self) -> Option<(Vec<Commit>, Vec<String>, Vec<Witness>)> {
        let (actors, paths) = (self.witnesses.len(), self.paths.len());
        let commits = self.commits.into_iter().map(KeptCommit::into_commit);
        let commits: Vec<Commit> = commits.collect::<Option<_>>()?;
        let is_sound = commits.iter().all(|commit| {
            let mut named = commit.credits.iter().map(|(_, actor)| *actor);
            [commit.author.0, commit.committer.0]
                .iter()
                .all(|it| (*it as usize) < actors)
                && named.all(|it| (it as usize) < actors)
                && commit.changes.iter().all(|it| {
                    let numbers = [Some(it.path), it.renamed_from].into_iter().flatten();
                    numbers.into_iter().all(|it| (it as usize) < paths)
                })
        });
        is_sound.then_some((commits, self.paths, self.witnesses))
    }
}

/// One commit for everybody who is named in commits. Taggers are named in tags, which are read each time.
fn witnesses(history: &History) -> Option<Vec<Witness>> {
    let mut found: Vec<Option<Witness>> = vec![None; history.actors.len()];
    for (number, commit) in history.commits.iter().enumerate() {
        let credits = commit.credits.iter().map(|(_, actor)| *actor);
        let named = [commit.author.0, commit.committer.0]
            .into_iter()
            .chain(credits);
        for (place, actor) in named.enumerate() {
            let witness = Witness {
                commit: u32::try_from(number).ok()?,
                place: u16::try_from(place).ok()?,
            };
            found.get_mut(actor as usize)?.get_or_insert(witness);
        }
    }
    // Whoever only tags gets any witness: nothing that is kept names them.
    let any = Witness {
        commit: 0,
        place: 0,
    };
    Some(found.into_iter().map(|it| it.unwrap_or(any)).collect())
}

impl KeptCommit {
    fn of(commit: &Commit) -> Option<Self> {
        let credit = |(credit, actor): &(Credit, u32)| {
            Some((
                u8::try_from(CREDITS.iter().position(|it| it == credit)?).ok()?,
                *actor,
            ))
        };
        let stamp =
            |(actor, time): (u32, Option<Timestamp>)| (actor, time.map(Timestamp::as_second));
        let gaps = commit.gaps;
        Some(Self {
            id: commit.id,
            tree: commit.tree,
            parents: commit.parents.clone(),
            author: stamp(commit.author),
            committer: stamp(commit.committer),
            signature: match commit.signature {
                Signature::None => KeptSignature::None,
                Signature::Host => KeptSignature::Host,
                Signature::Own(key) => KeptSignature::Own(key.map(|it| it.0)),
            },
            pull: commit.pull.as_ref().map(|it| (it.number, it.login.clone())),
            credits: commit.credits.iter().map(credit).collect::<Option<_>>()?,
            changes: commit.changes.iter().map(KeptChange::of).collect(),
            gaps: (
                gaps.is_garbled,
                gaps.is_cut,
                gaps.is_uncompared,
                gaps.missing_trees,
                gaps.broken_trees,
            ),
        })
    }

    fn into_commit(self) -> Option<Commit> {
        let credit = |(credit, actor): (u8, u32)| Some((*CREDITS.get(usize::from(credit))?, actor));
        let stamp =
            |(actor, time): Stamp| (actor, time.and_then(|it| Timestamp::from_second(it).ok()));
        let (is_garbled, is_cut, is_uncompared, missing_trees, broken_trees) = self.gaps;
        Some(Commit {
            id: self.id,
            tree: self.tree,
            parents: self.parents,
            author: stamp(self.author),
            committer: stamp(self.committer),
            signature: match self.signature {
                KeptSignature::None => Signature::None,
                KeptSignature::Host => Signature::Host,
                KeptSignature::Own(key) => Signature::Own(key.map(KeyNumber)),
            },
            pull: self
                .pull
                .map(|(number, login)| PullMention { number, login }),
            credits: self
                .credits
                .into_iter()
                .map(credit)
                .collect::<Option<_>>()?,
            changes: self
                .changes
                .into_iter()
                .map(KeptChange::into_change)
                .collect::<Option<_>>()?,
            gaps: CommitGaps {
                is_garbled,
                is_cut,
                is_uncompared,
                missing_trees,
                broken_trees,
            },
        })
    }
}

impl KeptChange {
    fn of(change: &Change) -> Self {
        let content = |it: Content| {
            let kind = KINDS.iter().position(|kind| *kind == it.kind);
            (
                it.id,
                kind.and_then(|it| u8::try_from(it).ok())
                    .unwrap_or_default(),
            )
        };
        Self {
            path: change.path,
            old: change.old.map(content),
            new: change.new.map(content),
            renamed_from: change.renamed_from,
            lines: match change.lines {
                Lines::NotCounted => KeptLines::NotCounted,
                Lines::Binary => KeptLines::Binary,
                Lines::Unknown => KeptLines::Unknown,
                Lines::Counted { added, removed } => KeptLines::Counted(added, removed),
            },
        }
    }

    fn into_change(self) -> Option<Change> {
        let content = |it: Option<(Hash, u8)>| match it {
            Some((id, kind)) => Some(Some(Content {
                id,
                kind: *KINDS.get(usize::from(kind))?,
            })),
            None => Some(None),
        };
        Some(Change {
            path: self.path,
            old: content(self.old)?,
            new: content(self.new)?,
            renamed_from: self.renamed_from,
            lines: match self.lines {
                KeptLines::NotCounted => Lines::NotCounted,
                KeptLines::Binary => Lines::Binary,
                KeptLines::Unknown => Lines::Unknown,
                KeptLines::Counted(added, removed) => Lines::Counted { added, removed },
            },
        })
    }
}
