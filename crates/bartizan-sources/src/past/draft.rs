//! A history while it is read: names and paths have numbers in the order in which they were met.

use std::{cmp::Reverse, collections::HashMap, hash::Hash as Key};

use bartizan_people::history::{
    Actor, Commit, ContentKind, Gaps, Hash, History, Lines, Proposed, Pull, SignedTag,
};
use gix::objs::Kind;

use super::objects::{LARGEST, Lookup, object_id};
use crate::git::Repository;

/// Things that have numbers.
#[derive(Debug, Clone)]
pub(super) struct Numbered<T> {
    numbers: HashMap<T, u32>,
    pub(super) items: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            items: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Key> Numbered<T> {
    /// Things that have numbers already, by their places. Of equal ones the first goes on having one.
    pub(super) fn of(items: Vec<T>) -> Self {
        let mut numbers = HashMap::with_capacity(items.len());
        for (number, item) in (0..).zip(&items) {
            numbers.entry(item.clone()).or_insert(number);
        }
        Self { numbers, items }
    }

    /// The number of a thing that has one.
    pub(super) fn known(&self, item: &T) -> Option<u32> {
        self.numbers.get(item).copied()
    }

    /// The number of a thing, which it has from now on.
    pub(super) fn number(&mut self, item: T) -> u32 {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(item.clone());
        self.numbers.insert(item, number);
        number
    }
}

/// How many bytes names and addresses take. The largest histories name a hundred thousand.
const MOST_BYTES_OF_ACTORS: usize = 256 << 20;

/// A history while it is read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) commits: Vec<Commit>,
    pub(super) actors: Numbered<Actor>,
    pub(super) paths: Numbered<String>,
    pub(super) tags: Vec<SignedTag>,
    pub(super) pulls: Vec<Pull>,
    pub(super) proposed: Vec<Proposed>,
    pub(super) mailmap: Option<Vec<u8>>,
    /// What no commit says of itself.
    pub(super) gaps: Gaps,
    /// How many bytes the actors take.
    pub(super) bytes_of_actors: usize,
}

impl Draft {
    /// The number of somebody; that of nobody where there is no more room for new ones.
    pub(super) fn actor(&mut self, actor: Actor) -> u32 {
        if self.bytes_of_actors > MOST_BYTES_OF_ACTORS {
            return self.actors.known(&actor).unwrap_or_else(|| {
                self.gaps.is_cut_short = true;
                self.actors.number(Actor::default())
            });
        }
        let bytes = actor.bytes();
        let before = self.actors.items.len();
        let number = self.actors.number(actor);
        if self.actors.items.len() > before {
            self.bytes_of_actors += bytes;
        }
        number
    }

    /// The history: sorted, without what nobody names, and with what could not be read counted. It is the same however much
    /// of it an earlier run kept.
    pub(super) fn finish(mut self, repository: &Repository) -> History {
        self.commits
            .sort_by_key(|commit| Reverse((commit.committer.1, commit.id)));
        self.renumber_actors();
        self.renumber_paths();
        self.tags.sort_by(|one, other| one.name.cmp(&other.name));
        self.pulls.sort_by_key(|it| it.number);
        self.count_gaps(repository);
        History {
            commits: self.commits,
            actors: self.actors.items,
            paths: self.paths.items,
            tags: self.tags,
            pulls: self.pulls,
            proposed: self.proposed,
            mailmap: self.mailmap,
            gaps: self.gaps,
        }
    }

    fn renumber_actors(&mut self) {
        let mut numbers: Vec<&mut u32> = Vec::new();
        let proposed = self.proposed.iter_mut().flat_map(|it| &mut it.commits);
        for commit in self.commits.iter_mut().chain(proposed) {
            numbers.push(&mut commit.author.0);
            numbers.push(&mut commit.committer.0);
            numbers.extend(commit.credits.iter_mut().map(|(_, actor)| actor));
        }
        numbers.extend(
            self.tags
                .iter_mut()
                .filter_map(|it| it.tagger.as_mut())
                .map(|it| &mut it.0),
        );
        renumber(numbers, &mut self.actors.items);
    }

    fn renumber_paths(&mut self) {
        let mut numbers: Vec<&mut u32> = Vec::new();
        let proposed = self.proposed.iter_mut().flat_map(|it| &mut it.commits);
        let commits = self.commits.iter_mut().chain(proposed);
        for change in commits.flat_map(|it| &mut it.changes) {
            numbers.push(&mut change.path);
            numbers.extend(change.renamed_from.as_mut());
        }
        renumber(numbers, &mut self.paths.items);
    }

    fn count_gaps(&mut self, repository: &Repository) {
        let gaps = &mut self.gaps;
        for commit in &self.commits {
            gaps.broken_times += [commit.author.1, commit.committer.1]
                .iter()
                .filter(|it| it.is_none())
                .count();
            gaps.broken_names += usize::from(commit.gaps.is_garbled);
            gaps.cut_commits += usize::from(commit.gaps.is_cut);
            gaps.missing_trees += commit.gaps.missing_trees as usize;
            gaps.broken_trees += commit.gaps.broken_trees as usize;
        }
        let mut blobs: Vec<Hash> = Vec::new();
        for change in self.commits.iter().flat_map(|it| &it.changes) {
            if change.lines == Lines::Unknown {
                let contents = [change.old, change.new].into_iter().flatten();
                let contents = contents.filter(|it| it.kind != ContentKind::Submodule);
                blobs.extend(contents.map(|it| it.id));
            }
        }
        blobs.sort_unstable();
        blobs.dedup();
        for blob in blobs {
            match presence(repository, blob, Kind::Blob) {
                Lookup::Missing => gaps.missing_blobs += 1,
                Lookup::Broken => gaps.broken_blobs += 1,
                Lookup::Found => {}
            }
        }
    }
}

/// Whether an object is there, of a kind, and not too large; its content is not read.
pub(super) fn presence(repository: &Repository, hash: Hash, kind: Kind) -> Lookup {
    match repository.inner.try_find_header(object_id(hash)) {
        Ok(Some(header)) if header.kind() == kind && header.size() <= LARGEST as u64 => {
            Lookup::Found
        }
        Ok(None) => Lookup::Missing,
        Ok(Some(_)) | Err(_) => Lookup::Broken,
    }
}

/// Sorts the items that are named, leaves out the others, and gives every number its new value.
fn renumber<T: Ord + Clone>(numbers: Vec<&mut u32>, items: &mut Vec<T>) {
    let mut is_named = vec![false; items.len()];
    for number in &numbers {
        if let Some(is_named) = is_named.get_mut(**number as usize) {
            *is_named = true;
        }
    }
    let named = items.iter().enumerate().zip(is_named);
    let mut order: Vec<(usize, &T)> = named
        .filter(|(_, is_named)| *is_named)
        .map(|(it, _)| it)
        .collect();
    order.sort_by(|one, other| one.1.cmp(other.1));
    let mut new = vec![u32::MAX; items.len()];
    for (number, (old, _)) in order.iter().enumerate() {
        if let Some(new) = new.get_mut(*old) {
            *new = u32::try_from(number).unwrap_or(u32::MAX);
        }
    }
    let sorted: Vec<T> = order.into_iter().map(|(_, item)| item.clone()).collect();
    for number in numbers {
        *number = new.get(*number as usize).copied().unwrap_or(u32::MAX);
    }
    *items = sorted;
}
