//! How trust is handed on: a personalised `PageRank` in units of one member of the team that it begins at.

use std::collections::{BTreeMap, BTreeSet};

use crate::corpus::PersonNumber;

/// The share of trust that is lost at each hand. `PageRank` has 0.15; at 0.25 a way over four hands has lost two thirds, which
/// is about as far as one asks around.
pub const LOST_AT_EACH_HAND: f64 = 0.25;

/// After so many hands less than 1e-7 of anything is left.
const MOST_HANDS: usize = 60;

/// What of an influence is too small to be followed.
const SMALLEST_INFLUENCE: f64 = 1e-7;

/// One person's acts towards another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Who did something.
    pub from: PersonNumber,
    /// Towards whom.
    pub to: PersonNumber,
    /// What it counts, more than 0.
    pub weight: f64,
}

/// Who hands on trust to whom, each the shares of all that they hand on.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    towards: Vec<Vec<(PersonNumber, f64)>>,
    from: Vec<Vec<(PersonNumber, f64)>>,
}

impl Graph {
    /// A graph of so many persons. Edges of no weight, to oneself, or of nobody are left out.
    pub fn of(persons: usize, edges: &[Edge]) -> Self {
        let is_sound = |it: &&Edge| {
            it.weight > 0.0
                && it.weight.is_finite()
                && it.from != it.to
                && (it.from.max(it.to) as usize) < persons
        };
        let mut all = vec![0.0; persons];
        for edge in edges.iter().filter(is_sound) {
            if let Some(all) = all.get_mut(edge.from as usize) {
                *all += edge.weight;
            }
        }
        let mut graph = Self {
            towards: vec![Vec::new(); persons],
            from: vec![Vec::new(); persons],
        };
        for edge in edges.iter().filter(is_sound) {
            let all = all.get(edge.from as usize).copied().unwrap_or(f64::MAX);
            let share = edge.weight / all;
            if let Some(towards) = graph.towards.get_mut(edge.from as usize) {
                towards.push((edge.to, share));
            }
            if let Some(from) = graph.from.get_mut(edge.to as usize) {
                from.push((edge.from, share));
            }
        }
        graph
    }

    /// To whom somebody hands on trust, with the share of it.
    pub fn towards(&self, person: PersonNumber) -> &[(PersonNumber, f64)] {
        self.towards.get(person as usize).map_or(&[], Vec::as_slice)
    }

    /// Who hands on trust to somebody, with the share of what they have.
    pub fn from(&self, person: PersonNumber) -> &[(PersonNumber, f64)] {
        self.from.get(person as usize).map_or(&[], Vec::as_slice)
    }

    /// What reaches everybody from the members of a team, each of whom begins with 1.
    ///
    /// Whatever a set of persons without a member does among themselves, all of them together get at most
    /// `(1 - LOST_AT_EACH_HAND) / LOST_AT_EACH_HAND` times what is handed on into the set.
    pub fn flow(&self, members: &BTreeSet<PersonNumber>) -> Vec<f64> {
        let persons = self.from.len();
        let mut begin = vec![0.0; persons];
        for member in members {
            if let Some(begin) = begin.get_mut(*member as usize) {
                *begin = 1.0;
            }
        }
        let mut reached = begin.clone();
        for _ in 0..MOST_HANDS {
            let next = begin.iter().zip(&self.from).map(|(begin, from)| {
                let handed = from.iter().map(|(other, share)| {
                    share * reached.get(*other as usize).copied().unwrap_or_default()
                });
                begin + (1.0 - LOST_AT_EACH_HAND) * handed.sum::<f64>()
            });
            reached = next.collect();
        }
        reached
    }

    /// How much of what others have comes to somebody in the end, over whatever ways; of themselves 1 and more. What is smaller
    /// than anything that counts is left out.
    pub fn influence(&self, person: PersonNumber) -> BTreeMap<PersonNumber, f64> {
        let mut influence: BTreeMap<PersonNumber, f64> = BTreeMap::new();
        let mut wave: BTreeMap<PersonNumber, f64> = BTreeMap::from([(person, 1.0)]);
        for _ in 0..MOST_HANDS {
            let mut next: BTreeMap<PersonNumber, f64> = BTreeMap::new();
            for (at, amount) in wave {
                *influence.entry(at).or_default() += amount;
                for (other, share) in self.from(at) {
                    let handed = (1.0 - LOST_AT_EACH_HAND) * share * amount;
                    if handed > SMALLEST_INFLUENCE {
                        *next.entry(*other).or_default() += handed;
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            wave = next;
        }
        influence
    }
}
