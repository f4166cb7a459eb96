//! What a walk knows at a place of a function.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::Family;

/// How many places are followed at once.
const MOST_PLACES: usize = 100;

/// What happened to a place: by which function, where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event<'a> {
    pub(super) function: &'a str,
    pub(super) line: u32,
}

/// What is known of the value at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts<'a> {
    /// The memory was given back.
    pub(super) freed: Option<Event<'a>>,
    /// The reference was given back.
    pub(super) released: Option<Event<'a>>,
    /// It may be NULL: nobody looked since.
    pub(super) unchecked: Option<Event<'a>>,
    /// Who gave the memory.
    pub(super) family: Option<(Family, Event<'a>)>,
    /// The function owns a reference.
    pub(super) owned: Option<Event<'a>>,
    /// A container was given a reference of its own.
    pub(super) held: Option<Event<'a>>,
    /// A container owns it.
    pub(super) lent: Option<Event<'a>>,
    /// Since then the container may have let it go.
    pub(super) endangered: Option<Event<'a>>,
    /// It came from a file or a peer.
    pub(super) foreign: Option<Event<'a>>,
    /// A view of a buffer that must be given back.
    pub(super) view: Option<Event<'a>>,
}

/// What is known on one way through a function.
#[derive(Debug, Clone, Default)]
pub(super) struct State<'a> {
    pub(super) places: BTreeMap<String, Facts<'a>>,
    /// Names that stood in a comparison.
    pub(super) compared: BTreeSet<&'a str>,
    /// Where the lock was let go.
    pub(super) unlocked: Option<Event<'a>>,
    /// Whether the way ended.
    pub(super) is_over: bool,
}

impl<'a> State<'a> {
    pub(super) fn over() -> Self {
        Self { is_over: true, ..Self::default() }
    }

    pub(super) fn facts(&mut self, place: &str) -> Option<&mut Facts<'a>> {
        if !self.places.contains_key(place) && self.places.len() >= MOST_PLACES {
            return None;
        }
        Some(self.places.entry(place.to_owned()).or_default())
    }

    /// A place has another value: nothing is known of it, nor of what is reached through it.
    pub(super) fn forget(&mut self, place: &str) {
        self.places.remove(place);
        let is_behind = |it: &str| it.strip_prefix(place).is_some_and(|rest| rest.starts_with("->") || rest.starts_with('.'));
        self.places.retain(|it, _| !is_behind(it));
    }

    /// Where two ways meet: what holds on both.
    pub(super) fn meet(self, other: Self) -> Self {
        self.join(other, false)
    }

    /// Where jumps meet: what was given back on one of them may be given back.
    pub(super) fn arrive(self, other: Self) -> Self {
        self.join(other, true)
    }

    fn join(mut self, mut other: Self, is_jump: bool) -> Self {
        if self.is_over {
            return other;
        }
        if other.is_over {
            return self;
        }
        self.compared.append(&mut other.compared);
        self.unlocked = self.unlocked.and(other.unlocked);
        let mut places = BTreeMap::new();
        for (place, facts) in self.places {
            let there = other.places.remove(&place).unwrap_or_default();
            places.insert(place, facts.join(there, is_jump));
        }
        for (place, facts) in other.places {
            places.insert(place, Facts::default().join(facts, is_jump));
        }
        places.retain(|_, facts| *facts != Facts::default());
        self.places = places;
        self
    }
}

impl Facts<'_> {
    fn join(self, other: Self, is_jump: bool) -> Self {
        Self {
            freed: if is_jump { self.freed.or(other.freed) } else { self.freed.and(other.freed) },
            released: self.released.and(other.released),
            unchecked: self.unchecked.and(other.unchecked),
            family: self.family.filter(|it| other.family.is_some_and(|other| other.0 == it.0)),
            owned: self.owned.and(other.owned),
            held: self.held.or(other.held),
            lent: self.lent.and(other.lent),
            endangered: self.endangered.and(other.endangered),
            foreign: self.foreign.and(other.foreign),
            view: self.view.and(other.view),
        }
    }
}
