//! Acts that nobody can do alone, as bonds from one person to another.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use super::Edge;
use crate::{
    corpus::{Corpus, PersonNumber, Project, Way, Work},
    decay,
};

/// The most that all acts of one person towards another count in one project, before the logarithm.
pub const MOST_OF_A_PAIR: f64 = 20.0;

/// A vouch counts as so many acts: it is said on purpose, and there is one only.
const OF_A_VOUCH: f64 = 5.0;

/// Somebody has vouched for somebody, with a signature that was verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Vouch {
    /// In which project.
    pub project: String,
    /// Who vouches.
    pub by: PersonNumber,
    /// For whom.
    pub of: PersonNumber,
    /// When.
    pub time: Option<Timestamp>,
    /// How much the voucher's word counts, from 0 to 1.
    pub weight: f64,
}

/// What one person did towards another, in one project.
#[derive(Debug, Clone, PartialEq)]
pub struct Bond {
    /// Who put in work, or vouched.
    pub by: PersonNumber,
    /// Whose work it was.
    pub of: PersonNumber,
    /// In which project.
    pub project: String,
    /// Decisions to put in what the other wrote. A merge is one, however many commits it brings.
    pub integrated: u32,
    /// Decisions to put in what a third wrote and the other is credited for.
    pub credited: u32,
    /// Vouches.
    pub vouched: u32,
    /// All of that, faded.
    pub faded: f64,
    /// When last.
    pub last: Option<Timestamp>,
}

/// All bonds.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    /// By whom, of whom and in which project.
    bonds: BTreeMap<(PersonNumber, PersonNumber, String), Bond>,
}

impl Bond {
    /// What it counts: bounded, and less and less for more of the same.
    pub fn weight(&self) -> f64 {
        self.faded.clamp(0.0, MOST_OF_A_PAIR).ln_1p()
    }
}

impl Acts {
    /// Reads the acts out of a corpus.
    pub fn of(corpus: &Corpus, vouches: &[Vouch], now: Timestamp) -> Self {
        let mut acts = Self::default();
        for project in &corpus.projects {
            acts.put_project(corpus, project, now);
        }
        for vouch in vouches.iter().filter(|it| it.by != it.of) {
            let bond = acts.bond((vouch.by, vouch.of), &vouch.project);
            bond.vouched += 1;
            let weight = vouch.weight.clamp(0.0, 1.0);
            bond.faded += OF_A_VOUCH * weight * decay::weight(vouch.time, now);
            bond.last = bond.last.max(vouch.time);
        }
        acts
    }

    fn put_project(&mut self, corpus: &Corpus, project: &Project, now: Timestamp) {
        let mut seen: BTreeSet<(PersonNumber, u32)> = BTreeSet::new();
        for work in &project.works {
            let Some(by) = work.integrator else {
                continue;
            };
            let writers = std::iter::once(work.author).chain(work.co_authors());
            for of in writers {
                let is_credited = of != work.author;
                // Whoever puts in their own work attests nothing, neither of themselves nor of those whom they credit.
                if of == by || by == work.author || corpus.is_program(of) {
                    continue;
                }
                if !seen.insert((of, decision(work))) {
                    continue;
                }
                let bond = self.bond((by, of), &project.name);
                if is_credited {
                    bond.credited += 1;
                } else {
                    bond.integrated += 1;
                }
                bond.faded += decay::weight(work.integrated, now);
                bond.last = bond.last.max(work.integrated);
            }
        }
    }

    fn bond(&mut self, (by, of): (PersonNumber, PersonNumber), project: &str) -> &mut Bond {
        let key = (by, of, project.to_owned());
        self.bonds.entry(key).or_insert_with(|| Bond {
            by,
            of,
            project: project.to_owned(),
            integrated: 0,
            credited: 0,
            vouched: 0,
            faded: 0.0,
            last: None,
        })
    }

    /// The bonds as edges, one for two persons.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges: BTreeMap<(PersonNumber, PersonNumber), f64> = BTreeMap::new();
        for bond in self.bonds.values() {
            *edges.entry((bond.by, bond.of)).or_default() += bond.weight();
        }
        let edges = edges.into_iter();
        edges
            .map(|((from, to), weight)| Edge { from, to, weight })
            .collect()
    }

    /// All bonds, sorted by whom they are and of whom.
    pub fn all(&self) -> impl Iterator<Item = &Bond> {
        self.bonds.values()
    }

    /// The bonds towards somebody, those that count most first.
    pub fn towards(&self, person: PersonNumber) -> Vec<Bond> {
        let bonds = self.bonds.values().filter(|it| it.of == person);
        let mut bonds: Vec<Bond> = bonds.cloned().collect();
        bonds.sort_by(|one, other| other.weight().total_cmp(&one.weight()));
        bonds
    }

    /// What one person did towards another, by project.
    pub fn between(&self, by: PersonNumber, of: PersonNumber) -> Vec<&Bond> {
        let from = (by, of, String::new());
        let bonds = self.bonds.range(from..).map(|(_, bond)| bond);
        bonds.take_while(|it| it.by == by && it.of == of).collect()
    }
}

/// What was decided on at once.
fn decision(work: &Work) -> u32 {
    match work.way {
        Way::Merged(merge) => merge,
        Way::Committed | Way::Host => work.commit,
    }
}
