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

/// Why somebody is not known better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Nothing reaches them.
    Nobody,
    /// Too little reaches them from any project.
    TooLittle,
    /// Enough reaches them, but from one project, by its place, only.
    OneProject(usize),
    /// Enough reaches them from two projects, but without this person it does from neither.
    OnePerson(PersonNumber),
}

/// The word for what reaches somebody, and why it is no higher one.
pub(super) fn level(standings: &[Standing]) -> (Level, Option<Limit>) {
    let Err(of_core) = holds(standings, FROM_CORE) else {
        return (Level::Core, None);
    };
    let Err(of_known) = holds(standings, FROM_KNOWN) else {
        return (Level::Known, Some(of_core));
    };
    if standings.iter().any(|it| it.reached > 0.0) {
        (Level::Some, Some(of_known))
    } else {
        (Level::New, Some(Limit::Nobody))
    }
}

/// Whether so much comes from two projects, and from one of the two whoever is left out of the ways there; if not, why not.
fn holds(standings: &[Standing], from: f64) -> Result<(), Limit> {
    let enough: Vec<&Standing> = standings.iter().filter(|it| it.reached >= from).collect();
    let (first, others) = match enough.as_slice() {
        [] => return Err(Limit::TooLittle),
        [only] => return Err(Limit::OneProject(only.seed)),
        [first, others @ ..] => (first, others),
    };
    let mut limit = None;
    let mut one = *first;
    let mut others = others.iter();
    loop {
        for other in others.clone() {
            match one_person(one, other, from) {
                None => return Ok(()),
                found => limit = limit.or(found),
            }
        }
        match others.next() {
            Some(next) => one = next,
            None => return Err(limit.unwrap_or(Limit::TooLittle)),
        }
    }
}

/// The person without whom too little comes from either of two projects.
fn one_person(one: &Standing, other: &Standing, from: f64) -> Option<Limit> {
    let persons = one.through.keys().chain(other.through.keys());
    let persons: BTreeSet<PersonNumber> = persons.copied().collect();
    let mut persons = persons.into_iter();
    let found = persons.find(|it| one.without(*it).max(other.without(*it)) < from);
    found.map(Limit::OnePerson)
}
