//! By which merge each commit came into the main line.
//!
//! The main line goes from the head by first parents; what stands on it came by no merge. Everything else was brought in by the
//! merge of the main line that first reached it. Inside of a branch a merge that names a pull request is somebody's
//! decision as well, and closer to the work; one that names none is mostly the main line brought into the branch.

use std::collections::HashMap;

use crate::history::{Hash, History};

/// A merge whose branches are to be looked at, and the merge by which it came itself.
struct Waiting {
    merge: u32,
    arrival: Option<u32>,
}

/// For each commit the place of the merge that brought it in. Every commit is looked at once.
pub(super) fn arrivals(history: &History) -> Vec<Option<u32>> {
    let places = places(history);
    let mut lines = Lines {
        history,
        places: &places,
        is_reached: vec![false; history.commits.len()],
        arrivals: vec![None; history.commits.len()],
        waiting: Vec::new(),
    };
    if let Some(head) = head(history, &places) {
        lines.follow(head, None);
    }
    while let Some(Waiting { merge, arrival }) = lines.waiting.pop() {
        let Some(commit) = history.commits.get(merge as usize) else {
            continue;
        };
        let brings = match arrival {
            Some(outer) if commit.pull.is_none() => outer,
            _ => merge,
        };
        for parent in commit.parents.iter().skip(1) {
            if let Some(place) = places.get(parent) {
                lines.follow(*place, Some(brings));
            }
        }
    }
    lines.arrivals
}

/// The place of every commit.
pub(super) fn places(history: &History) -> HashMap<Hash, u32> {
    let commits = (0..).zip(&history.commits);
    commits.map(|(place, commit)| (commit.id, place)).collect()
}

/// The commit that no other stands on: clocks may be wrong, so it need not be the newest. The first of several.
pub(super) fn head(history: &History, places: &HashMap<Hash, u32>) -> Option<u32> {
    let mut is_parent = vec![false; history.commits.len()];
    let parents = history.commits.iter().flat_map(|it| &it.parents);
    for place in parents.filter_map(|it| places.get(it)) {
        if let Some(is_parent) = is_parent.get_mut(*place as usize) {
            *is_parent = true;
        }
    }
    let place = is_parent.iter().position(|it| !it)?;
    u32::try_from(place).ok()
}

struct Lines<'a> {
    history: &'a History,
    places: &'a HashMap<Hash, u32>,
    is_reached: Vec<bool>,
    arrivals: Vec<Option<u32>>,
    /// The next is the last, so that a branch is looked at whole before a later one.
    waiting: Vec<Waiting>,
}

impl Lines<'_> {
    /// Goes from a commit by first parents as far as nobody has been.
    fn follow(&mut self, from: u32, arrival: Option<u32>) {
        let mut next = Some(from);
        while let Some(place) = next {
            let (Some(is_reached), Some(commit)) = (
                self.is_reached.get_mut(place as usize),
                self.history.commits.get(place as usize),
            ) else {
                return;
            };
            if std::mem::replace(is_reached, true) {
                return;
            }
            if let Some(to) = self.arrivals.get_mut(place as usize) {
                *to = arrival;
            }
            if commit.is_merge() {
                // From the newest to the oldest, so that the oldest is taken first.
                self.waiting.push(Waiting {
                    merge: place,
                    arrival,
                });
            }
            let parent = commit.parents.first();
            next = parent.and_then(|it| self.places.get(it)).copied();
        }
    }
}
