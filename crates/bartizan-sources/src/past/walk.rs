//! From the head to the first commit, the newest first, while other threads compare trees.

use std::{
    collections::{BinaryHeap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use bartizan_model::Timestamp;
use bartizan_people::{
    history::{Actor, Commit, CommitGaps, Hash},
    object, subject, trailers,
};
use gix::objs::Kind;

use super::{
    Place, Stage, Watcher,
    changes::{Compared, Comparer, Pair},
    draft::{Draft, presence},
    objects::{Lookup, Objects},
};
use crate::git::{CommitId, Repository};

/// How many commits are read. The largest histories have a million and a half.
const MOST_COMMITS: usize = 3_000_000;

/// How many parents and credits are listed, over all commits.
const MOST_LISTED: usize = 16_000_000;

/// How many changes are listed, over all commits: half a gigabyte of memory. Long paths count for several.
const MOST_CHANGES: usize = 8_000_000;

/// How many changes one batch lists.
const MOST_IN_BATCH: usize = 1_000_000;

/// Pairs of trees that one thread takes at once. Neighbours share most of their trees.
const BATCH: usize = 128;

/// Batches that may wait: the walk does not run away from those who compare.
const WAITING: usize = 64;

/// Commits that an earlier run kept.
pub(super) type Known = HashMap<Hash, Commit>;

/// What a walk leaves besides the draft.
pub(super) struct Walked {
    pub(super) recalled: usize,
}

/// Reads every commit behind the head into the draft, with its changes.
pub(super) fn walk(
    repository: &Repository,
    place: Place<'_>,
    head: &CommitId,
    (draft, known): (&mut Draft, Known),
    watcher: &mut dyn Watcher,
) -> Walked {
    watcher.begin(Stage::Walking);
    let (jobs, waiting) = mpsc::sync_channel::<Vec<Pair>>(WAITING);
    // It is gone when no thread is left that would take something out, and nobody waits for them then.
    let waiting = Arc::new(Mutex::new(waiting));
    let in_known: usize = known.values().map(|it| it.changes.len()).sum();
    let listed = &AtomicUsize::new(in_known);
    let (answers, compared) = mpsc::channel::<(Vec<Compared>, Vec<String>)>();
    thread::scope(|scope| {
        for _ in 0..place.threads {
            let (answers, waiting) = (answers.clone(), Arc::clone(&waiting));
            scope.spawn(move || compare(place, &waiting, listed, &answers));
        }
        drop((answers, waiting));
        let mut walk = Walk {
            objects: Objects::open(place.path),
            known,
            seen: HashMap::new(),
            left: BinaryHeap::new(),
            ready: HashMap::new(),
            batch: Vec::new(),
            jobs,
            recalled: 0,
            listed: 0,
        };
        let asked = walk.run(place, head, draft, watcher);
        let recalled = walk.recalled;
        // Nothing more is asked: the threads end when they have answered.
        drop(walk);
        watcher.begin(Stage::Comparing);
        take_in(&compared, draft, (asked, in_known), watcher);
        count_missing(repository, head, draft);
        Walked { recalled }
    })
}

/// Compares trees until nobody asks for more.
fn compare(
    place: Place<'_>,
    waiting: &Mutex<mpsc::Receiver<Vec<Pair>>>,
    listed: &AtomicUsize,
    answers: &mpsc::Sender<(Vec<Compared>, Vec<String>)>,
) {
    let Some(objects) = Objects::open(place.path) else {
        return;
    };
    let mut comparer = Comparer::new(objects);
    loop {
        let (batch, is_full) = {
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            // What is listed by now belongs to earlier batches: which ones are left out does not depend on who is faster.
            let batch = waiting.recv();
            (batch, listed.load(Ordering::SeqCst) > MOST_CHANGES)
        };
        let Ok(batch) = batch else {
            return;
        };
        let mut weight = if is_full { MOST_IN_BATCH } else { 0 };
        let done = batch.iter().map(|pair| {
            if weight >= MOST_IN_BATCH || place.is_over() {
                return Compared::skipped(pair.commit);
            }
            let found = comparer.compare(pair);
            weight += found.weight;
            found
        });
        let done: Vec<Compared> = done.collect();
        let weight: usize = done.iter().map(|it| it.weight).sum();
        listed.fetch_add(weight, Ordering::SeqCst);
        // Whoever waited may be gone.
        drop(answers.send((done, comparer.new_paths())));
    }
}

/// Puts what the threads found where it belongs, beside what an earlier run listed. Each thread numbers paths by itself; the
/// paths come with the answers.
fn take_in(
    compared: &mpsc::Receiver<(Vec<Compared>, Vec<String>)>,
    draft: &mut Draft,
    (asked, listed): (usize, usize),
    watcher: &mut dyn Watcher,
) {
    let (mut done, mut weights) = (0, Vec::new());
    for (batch, paths) in compared {
        let numbers: Vec<u32> = paths
            .into_iter()
            .map(|path| draft.paths.number(path))
            .collect();
        let number = |local: u32| numbers.get(local as usize).copied().unwrap_or(u32::MAX);
        done += batch.len();
        watcher.advance(done, Some(asked));
        for mut compared in batch {
            weights.push((compared.commit, compared.weight));
            for change in &mut compared.changes {
                change.path = number(change.path);
                change.renamed_from = change.renamed_from.map(number);
            }
            if let Some(commit) = draft.commits.get_mut(compared.commit) {
                commit.changes = compared.changes;
                commit.gaps.is_cut = compared.is_cut;
                commit.gaps.is_uncompared = compared.is_skipped;
                commit.gaps.missing_trees = compared.missing_trees;
                commit.gaps.broken_trees = compared.broken_trees;
            }
            draft.gaps.is_cut_short |= compared.is_skipped;
        }
    }
    leave_out_what_is_too_much(draft, weights, listed);
}

/// Takes the changes away from the oldest commits where there are too many.
fn leave_out_what_is_too_much(draft: &mut Draft, mut weights: Vec<(usize, usize)>, known: usize) {
    weights.sort_unstable();
    let mut listed = known;
    for (commit, weight) in weights {
        listed += weight;
        if listed > MOST_CHANGES
            && let Some(commit) = draft.commits.get_mut(commit)
        {
            draft.gaps.is_cut_short = true;
            commit.gaps.is_uncompared = true;
            commit.changes = Vec::new();
        }
    }
}

/// Counts the commits that others stand on and that were not read.
fn count_missing(repository: &Repository, head: &CommitId, draft: &mut Draft) {
    if draft.gaps.is_cut_short {
        return;
    }
    let read: std::collections::HashSet<Hash> = draft.commits.iter().map(|it| it.id).collect();
    let parents = draft.commits.iter().flat_map(|it| &it.parents);
    let named = parents.copied().chain(hash_of(head.as_str().as_bytes()));
    let mut missing: Vec<Hash> = named.filter(|it| !read.contains(it)).collect();
    missing.sort_unstable();
    missing.dedup();
    for parent in missing {
        match presence(repository, parent, Kind::Commit) {
            Lookup::Missing => draft.gaps.missing_commits += 1,
            Lookup::Found | Lookup::Broken => draft.gaps.broken_commits += 1,
        }
    }
}

struct Walk {
    objects: Option<Objects>,
    known: Known,
    /// The tree of each commit that was met; none where it could not be read.
    seen: HashMap<Hash, Option<Hash>>,
    left: BinaryHeap<(Option<Timestamp>, Hash)>,
    /// Commits that were met and not gone on from, and whether an earlier run kept them.
    ready: HashMap<Hash, (Commit, bool)>,
    batch: Vec<Pair>,
    jobs: mpsc::SyncSender<Vec<Pair>>,
    recalled: usize,
    /// Parents and credits of the commits so far.
    listed: usize,
}

impl Walk {
    /// Gives how many pairs of trees were handed out.
    fn run(
        &mut self,
        place: Place<'_>,
        head: &CommitId,
        draft: &mut Draft,
        watcher: &mut dyn Watcher,
    ) -> usize {
        let mut asked = 0;
        if let Some(head) = hash_of(head.as_str().as_bytes()) {
            self.offer(head, draft);
        }
        while let Some((_, id)) = self.left.pop() {
            let Some((mut commit, is_known)) = self.ready.remove(&id) else {
                continue;
            };
            let met = draft.commits.len() + self.left.len();
            if met >= MOST_COMMITS || self.listed >= MOST_LISTED || place.is_over() {
                draft.gaps.is_cut_short = true;
                break;
            }
            self.listed += commit.parents.len() + commit.credits.len();
            for parent in &commit.parents {
                self.offer(*parent, draft);
            }
            self.recalled += usize::from(is_known);
            if !is_known || commit.gaps.is_uncompared {
                asked += usize::from(self.ask(&mut commit, draft.commits.len()));
            }
            draft.commits.push(commit);
            watcher.advance(draft.commits.len(), None);
        }
        self.send();
        asked
    }

    /// Has a commit compared with the one that it stands on; what stands on several brings nothing of its own.
    fn ask(&mut self, commit: &mut Commit, number: usize) -> bool {
        let before = match commit.parents.as_slice() {
            [] => Some(None),
            [parent] => self.seen.get(parent).copied().flatten().map(Some),
            _ => return false,
        };
        commit.gaps.is_uncompared = before.is_none();
        let Some(before) = before else {
            return false;
        };
        self.batch.push(Pair {
            commit: number,
            old: before,
            new: commit.tree,
        });
        if self.batch.len() >= BATCH {
            self.send();
        }
        true
    }

    fn send(&mut self) {
        // Where nobody compares (the repository went away meanwhile) nothing is compared.
        drop(self.jobs.send(std::mem::take(&mut self.batch)));
    }

    fn offer(&mut self, id: Hash, draft: &mut Draft) {
        if self.seen.contains_key(&id) {
            return;
        }
        let (commit, is_known) = match self.known.remove(&id) {
            Some(commit) => (Some(commit), true),
            None => (self.read(id, draft), false),
        };
        self.seen.insert(id, commit.as_ref().map(|it| it.tree));
        if let Some(commit) = commit {
            self.left.push((commit.committer.1, id));
            self.ready.insert(id, (commit, is_known));
        }
    }

    fn read(&mut self, id: Hash, draft: &mut Draft) -> Option<Commit> {
        let objects = self.objects.as_mut()?;
        match objects.find(id, Kind::Commit) {
            Lookup::Found => read_commit(id, &objects.data, |actor| draft.actor(actor)),
            Lookup::Missing | Lookup::Broken => None,
        }
    }
}

/// A commit without its changes.
pub(super) fn read_commit(
    id: Hash,
    data: &[u8],
    mut number: impl FnMut(Actor) -> u32,
) -> Option<Commit> {
    let text = object::read(data)?;
    let author = text.author.unwrap_or_default();
    let committer = text.committer.unwrap_or_default();
    let gaps = CommitGaps {
        is_garbled: author.is_garbled || committer.is_garbled,
        ..CommitGaps::default()
    };
    let credits = trailers::credits(text.message, text.encoding).into_iter();
    Some(Commit {
        id,
        tree: hash_of(text.target)?,
        parents: text.parents.into_iter().filter_map(hash_of).collect(),
        author: (number(author.actor), author.time),
        committer: (number(committer.actor), committer.time),
        signature: text.signature,
        pull: subject::pull(text.message),
        credits: credits
            .map(|(credit, actor)| (credit, number(actor)))
            .collect(),
        changes: Vec::new(),
        gaps,
    })
}

/// Forty hexadecimal digits.
pub(super) fn hash_of(digits: &[u8]) -> Option<Hash> {
    let id = gix::ObjectId::from_hex(digits).ok()?;
    super::objects::hash(&id)
}
