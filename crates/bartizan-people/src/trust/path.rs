//! The way over which most trust comes to somebody, to be told in words.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::Graph;
use crate::corpus::PersonNumber;

/// A way from a member of a team to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The place of the seed.
    pub seed: usize,
    /// From a member to somebody, each having put in work of the next; somebody alone where they are a member.
    pub persons: Vec<PersonNumber>,
}

/// Somebody at the end of a way, and how much of one member's trust comes over it.
#[derive(PartialEq)]
struct End {
    share: f64,
    person: PersonNumber,
}

impl Eq for End {}

impl Ord for End {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_share = self.share.total_cmp(&other.share);
        by_share.then(other.person.cmp(&self.person))
    }
}

impl PartialOrd for End {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The way on which the product of the shares is the largest.
pub(super) fn strongest(
    graph: &Graph,
    seed: usize,
    members: &BTreeSet<PersonNumber>,
    to: PersonNumber,
) -> Option<Path> {
    let mut best: BTreeMap<PersonNumber, (f64, Option<PersonNumber>)> = BTreeMap::new();
    let mut ends: BinaryHeap<End> = BinaryHeap::new();
    for member in members {
        best.insert(*member, (1.0, None));
        ends.push(End {
            share: 1.0,
            person: *member,
        });
    }
    while let Some(end) = ends.pop() {
        if end.person == to {
            return Some(Path {
                seed,
                persons: back(&best, to),
            });
        }
        if best.get(&end.person).is_some_and(|it| it.0 > end.share) {
            continue;
        }
        for (next, share) in graph.towards(end.person) {
            let share = share * end.share;
            if best.get(next).is_none_or(|it| it.0 < share) {
                best.insert(*next, (share, Some(end.person)));
                ends.push(End {
                    share,
                    person: *next,
                });
            }
        }
    }
    None
}

/// From the end back to the begin, the other way round.
fn back(
    best: &BTreeMap<PersonNumber, (f64, Option<PersonNumber>)>,
    to: PersonNumber,
) -> Vec<PersonNumber> {
    let mut persons = vec![to];
    let mut at = to;
    while let Some(before) = best.get(&at).and_then(|it| it.1) {
        // Shares are at most 1, so no way goes in a circle; it is bounded all the same.
        if persons.contains(&before) {
            break;
        }
        persons.push(before);
        at = before;
    }
    persons.reverse();
    persons
}
