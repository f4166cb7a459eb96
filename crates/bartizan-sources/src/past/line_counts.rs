//! How many lines each change adds and removes.
//!
//! The changes of one file stand together, the newest first, as its contents do in a pack: each content is then read once
//! and lies at hand when the next one is made from it. Files are shared out among the threads.

use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use bartizan_people::{
    history::{Change, Content, ContentKind, Hash, Lines},
    lines,
};
use gix::objs::Kind;

use super::{
    Place, Watcher,
    draft::{Draft, presence},
    objects::{Lookup, Objects, object_id},
};
use crate::git::Repository;

/// How many pairs of contents each thread remembers: the same change is made on many branches, and in hostile trees
/// everywhere.
const MOST_PAIRS: usize = 50_000;

/// A change whose lines are to be counted.
#[derive(Debug, Clone, Copy)]
struct Job {
    path: u32,
    commit: usize,
    change: usize,
    old: Option<Content>,
    new: Option<Content>,
}

/// A content by its hash, and whether it is a commit of another repository, which is a line and no content.
type Known = (Hash, bool);

/// Two contents.
type Pair = (Option<Known>, Option<Known>);

/// Counts the lines that nobody has counted, as long as there is time, and tries again where a content was missing; gives how
/// many became known.
pub(super) fn count(
    repository: &Repository,
    place: Place<'_>,
    draft: &mut Draft,
    watcher: &mut dyn Watcher,
) -> usize {
    let (jobs, known) = jobs(repository, draft);
    let groups: Vec<&[Job]> = jobs.chunk_by(|one, other| one.path == other.path).collect();
    let (next, all) = (AtomicUsize::new(0), jobs.len());
    let (answers, counted) = mpsc::channel::<Vec<(usize, usize, Lines)>>();
    let (mut done, mut learnt) = (0, 0);
    thread::scope(|scope| {
        for _ in 0..place.threads.min(groups.len()) {
            let (answers, next, groups, known) = (answers.clone(), &next, &groups, &known);
            scope.spawn(move || work(place, groups, next, known, &answers));
        }
        drop(answers);
        for batch in counted {
            done += batch.len();
            watcher.advance(done, Some(all));
            for (commit, change, lines) in batch {
                let commit = draft.commits.get_mut(commit);
                if let Some(change) = commit.and_then(|it| it.changes.get_mut(change)) {
                    learnt += usize::from(change.lines != lines);
                    change.lines = lines;
                }
            }
        }
    });
    draft.gaps.is_cut_short |= done < all;
    learnt
}

/// What is to be counted, by path, the newest first; and what is known already, if something is.
fn jobs(repository: &Repository, draft: &Draft) -> (Vec<Job>, HashMap<Pair, Lines>) {
    let (mut jobs, mut known) = (Vec::new(), HashMap::new());
    for (number, commit) in draft.commits.iter().enumerate() {
        for (place, change) in commit.changes.iter().enumerate() {
            let is_asked = match change.lines {
                Lines::NotCounted => true,
                // What is there and could not be counted cannot be counted this time either.
                Lines::Unknown => !is_whole(repository, change),
                Lines::Binary | Lines::Counted { .. } => false,
            };
            if is_asked {
                jobs.push(Job {
                    path: change.path,
                    commit: number,
                    change: place,
                    old: change.old,
                    new: change.new,
                });
            }
        }
    }
    if jobs.is_empty() {
        return (jobs, known);
    }
    for change in draft.commits.iter().flat_map(|it| &it.changes) {
        if !matches!(change.lines, Lines::NotCounted | Lines::Unknown) {
            known.insert(pair(change.old, change.new), change.lines);
        }
    }
    jobs.sort_by_key(|it| (it.path, it.commit));
    (jobs, known)
}

/// Whether both contents are there.
fn is_whole(repository: &Repository, change: &Change) -> bool {
    let contents = [change.old, change.new].into_iter().flatten();
    let mut contents = contents.filter(|it| it.kind != ContentKind::Submodule);
    contents.all(|it| presence(repository, it.id, Kind::Blob) == Lookup::Found)
}

fn pair(old: Option<Content>, new: Option<Content>) -> Pair {
    let known = |it: Content| (it.id, it.kind == ContentKind::Submodule);
    (old.map(known), new.map(known))
}

fn work(
    place: Place<'_>,
    groups: &[&[Job]],
    next: &AtomicUsize,
    known: &HashMap<Pair, Lines>,
    answers: &mpsc::Sender<Vec<(usize, usize, Lines)>>,
) {
    let Some(objects) = Objects::open(place.path) else {
        return;
    };
    let mut counter = Counter {
        objects,
        new: Vec::new(),
    };
    let mut lately: HashMap<Pair, Lines> = HashMap::new();
    while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
        if lately.len() > MOST_PAIRS {
            lately.clear();
        }
        let count = |job: &Job| {
            if place.is_over() {
                return None;
            }
            let pair = pair(job.old, job.new);
            let lines = known.get(&pair).or_else(|| lately.get(&pair)).copied();
            let lines = lines.unwrap_or_else(|| counter.count(job));
            lately.insert(pair, lines);
            Some((job.commit, job.change, lines))
        };
        // Whoever waited may be gone.
        drop(answers.send(group.iter().map_while(count).collect()));
    }
}

/// Counts lines.
struct Counter {
    objects: Objects,
    new: Vec<u8>,
}

impl Counter {
    fn count(&mut self, job: &Job) -> Lines {
        if !self.load(job.new) {
            return Lines::Unknown;
        }
        std::mem::swap(&mut self.objects.data, &mut self.new);
        if !self.load(job.old) {
            return Lines::Unknown;
        }
        let (old, new) = (self.objects.data.as_slice(), self.new.as_slice());
        if lines::is_binary(old) || lines::is_binary(new) {
            return Lines::Binary;
        }
        lines::count(old, new).map_or(Lines::Unknown, |it| Lines::Counted {
            added: it.added,
            removed: it.removed,
        })
    }

    /// Whether a content is in the buffer of objects now.
    fn load(&mut self, content: Option<Content>) -> bool {
        match content {
            None => self.objects.data.clear(),
            Some(content) if content.kind == ContentKind::Submodule => {
                let text = format!("Subproject commit {}\n", object_id(content.id));
                self.objects.data = text.into_bytes();
            }
            Some(content) => {
                return self.objects.find(content.id, Kind::Blob) == Lookup::Found;
            }
        }
        true
    }
}
