//! Commits that are proposed and not in the history: what pull requests hold, or what stands behind some commit.
//!
//! They are read as the history is, and bounded apart from it: whoever may open pull requests may open many.

use std::collections::{HashMap, HashSet};

use bartizan_people::history::{Commit, Hash, Proposed, waiting};
use gix::objs::Kind;

use super::{
    Place, Proposals,
    changes::{Comparer, Pair},
    draft::Draft,
    objects::{Lookup, Objects},
    walk::{hash_of, read_commit},
};

/// How many commits of one proposal are read. More are a branch of years, and nobody reviews them as one change.
const MOST_COMMITS: usize = 1_000;

/// How many commits of all proposals are read: the largest projects have a hundred thousand.
const MOST_IN_ALL: usize = 500_000;

/// How many changes of files all proposals list.
const MOST_CHANGES: usize = 4_000_000;

/// Reads what is wanted into the draft, whose commits and pull requests are complete.
pub(super) fn read(place: Place<'_>, wanted: &Proposals, draft: &mut Draft) {
    let mut heads: Vec<(Option<u32>, Hash)> = match wanted {
        Proposals::None => return,
        Proposals::Pulls => {
            let pulls = draft.pulls.iter();
            pulls.map(|it| (Some(it.number), it.head)).collect()
        }
        Proposals::Waiting(most) => {
            let pulls = waiting(&draft.pulls).into_iter().take(*most);
            pulls.map(|it| (Some(it.number), it.head)).collect()
        }
        Proposals::Commits(commits) => {
            let hashes = commits.iter();
            let hashes = hashes.filter_map(|it| hash_of(it.as_str().as_bytes()));
            hashes.map(|it| (None, it)).collect()
        }
    };
    if *wanted == Proposals::Pulls {
        heads.sort_unstable();
    }
    let (Some(objects), Some(again)) = (Objects::open(place.path), Objects::open(place.path))
    else {
        return;
    };
    let mut reader = Reader {
        place,
        objects,
        comparer: Comparer::new(again),
        trees: draft.commits.iter().map(|it| (it.id, it.tree)).collect(),
        commits: 0,
        changes: 0,
    };
    for (pull, head) in heads {
        let proposed = reader.proposed(pull, head, draft);
        draft.proposed.push(proposed);
    }
}

struct Reader<'a> {
    place: Place<'a>,
    objects: Objects,
    comparer: Comparer,
    /// The tree of every commit of the history.
    trees: HashMap<Hash, Hash>,
    commits: usize,
    changes: usize,
}

impl Reader<'_> {
    fn proposed(&mut self, pull: Option<u32>, head: Hash, draft: &mut Draft) -> Proposed {
        let mut proposed = Proposed {
            pull,
            head,
            ..Proposed::default()
        };
        let (mut left, mut seen) = (vec![head], HashSet::new());
        while let Some(id) = left.pop() {
            if self.trees.contains_key(&id) || !seen.insert(id) {
                continue;
            }
            if self.is_over(proposed.commits.len()) {
                proposed.is_cut = true;
                break;
            }
            let Some(commit) = self.commit(id, draft) else {
                proposed.is_cut = true;
                continue;
            };
            left.extend(&commit.parents);
            proposed.commits.push(commit);
        }
        let own = proposed.commits.iter().map(|it| (it.id, it.tree));
        let own: HashMap<Hash, Hash> = own.collect();
        for commit in &mut proposed.commits {
            self.compare(commit, &own, draft);
        }
        proposed
            .commits
            .sort_by_key(|it| std::cmp::Reverse((it.committer.1, it.id)));
        proposed
    }

    fn is_over(&self, own: usize) -> bool {
        own >= MOST_COMMITS
            || self.commits >= MOST_IN_ALL
            || self.changes >= MOST_CHANGES
            || self.place.is_over()
    }

    fn commit(&mut self, id: Hash, draft: &mut Draft) -> Option<Commit> {
        self.commits += 1;
        match self.objects.find(id, Kind::Commit) {
            Lookup::Found => read_commit(id, &self.objects.data, |actor| draft.actor(actor)),
            Lookup::Missing | Lookup::Broken => None,
        }
    }

    /// Lists the files that a commit changes; what brings histories together brings nothing of its own.
    fn compare(&mut self, commit: &mut Commit, own: &HashMap<Hash, Hash>, draft: &mut Draft) {
        let old = match commit.parents.as_slice() {
            [] => None,
            [parent] => own.get(parent).or_else(|| self.trees.get(parent)).copied(),
            _ => return,
        };
        if (old.is_none() && !commit.parents.is_empty()) || self.is_over(0) {
            commit.gaps.is_uncompared = true;
            return;
        }
        let mut compared = self.comparer.compare(&Pair {
            commit: 0,
            old,
            new: commit.tree,
        });
        let paths = self.comparer.new_paths().into_iter();
        let numbers: Vec<u32> = paths.map(|path| draft.paths.number(path)).collect();
        let number = |local: u32| numbers.get(local as usize).copied().unwrap_or(u32::MAX);
        for change in &mut compared.changes {
            change.path = number(change.path);
            change.renamed_from = change.renamed_from.map(number);
        }
        self.changes += compared.changes.len();
        commit.gaps.is_cut = compared.is_cut;
        commit.gaps.is_uncompared = compared.is_skipped;
        commit.changes = compared.changes;
    }
}
