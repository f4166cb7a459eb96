//! From what reaches somebody to a word.

use std::collections::{BTreeMap, BTreeSet};

use crate::corpus::PersonNumber;

/// From how much somebody is as close to a project as somebody of its team: to be a member is 1.
pub const FROM_CORE: f64 = 0.5;

/// From how much somebody is known to a project.
pub const FROM_KNOWN: f64 = 0.02;

/// How well somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Two projects at least have them as close as their own people, and that hangs on no single person.
    Core,
    /// Two projects at least know them, and that hangs on no single person.
    Known,
    /// Somebody to whom trust flows has put in their work, or vouched for them.
    Some,
    /// Nobody has yet. Everybody begins so.
    New,
}

/// What reaches somebody from one project.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The place of the seed.
    pub seed: usize,
    /// How much; to be a member is 1.
    pub reached: f64,
    /// Whether they are in the team themselves.
    pub is_member: bool,
    /// How much of it came through the hands of each person, at most; only told where two projects reach them.
    pub through: BTreeMap<PersonNumber, f64>,
}

impl Standing {
    /// What is left without anything that came through somebody's hands, at least.
    fn without(&self, person: PersonNumber) -> f64 {
        self.reached - self.through.get(&person).copied().unwrap_or_default()
    }
}

/// The word for what reaches somebody.
pub(super) fn level(standings: &[Standing]) -> Level {
    if holds(standings, FROM_CORE) {
        Level::Core
    } else if holds(standings, FROM_KNOWN) {
        Level::Known
    } else if standings.iter().any(|it| it.reached > 0.0) {
        Level::Some
    } else {
        Level::New
    }
}

/// Whether so much comes from two projects, and from one of the two whoever is left out of the ways there.
fn holds(standings: &[Standing], from: f64) -> bool {
    let enough: Vec<&Standing> = standings.iter().filter(|it| it.reached >= from).collect();
    let mut pairs = enough.iter().enumerate().flat_map(|(place, one)| {
        let others = enough.iter().skip(place + 1);
        others.map(move |other| (*one, *other))
    });
    pairs.any(|(one, other)| {
        let persons = one.through.keys().chain(other.through.keys());
        let persons: BTreeSet<PersonNumber> = persons.copied().collect();
        persons
            .into_iter()
            .all(|it| one.without(it).max(other.without(it)) >= from)
    })
}
