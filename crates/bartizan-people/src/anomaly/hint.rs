//! Which returns are told, within the budget of alarms.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::{
    act::Acts,
    days,
    episode::{Conduct, Episode, episodes},
    signal::{Rates, Signal, signals},
};
use crate::corpus::PersonNumber;

/// After a hint no other is told in the same project for two years.
pub(super) const QUIET_DAYS: i64 = 730;

/// From which score a return is told. Chosen once: it keeps to two thirds of the budget of one hint for each 1,000 contributors over the
/// whole histories of the projects that [`MEASURED`] counts; decision 0048 has the reasons, `docs/people.md` the figures.
pub const THRESHOLD: f64 = 4.0;

/// How many returns showed what in 23 projects, in November 2026: frozen, so that a hint means the same everywhere.
pub const MEASURED: Rates = Rates {
    returns: 711,
    counts: [
        [41, 21, 19, 15, 13, 6, 4],
        [48, 41, 27, 11, 4, 0, 0],
        [12, 0, 0, 0, 0, 0, 0],
        [63, 11, 2, 0, 0, 0, 0],
        [14, 0, 0, 0, 0, 0, 0],
        [384, 146, 77, 37, 13, 7, 0],
    ],
};

/// A return that is unlike the account's own past.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint<'a> {
    /// Who came back.
    pub person: PersonNumber,
    /// When, what is usual, and what was done since.
    pub episode: Episode<'a>,
    /// When it was that there was enough to tell.
    pub at: Timestamp,
    /// What had been done in the whole episode.
    pub conduct: Conduct,
    /// What of it is unlike the past.
    pub signals: Vec<Signal>,
    /// The score of these.
    pub score: f64,
    /// Whether it is told, or held back.
    pub told: Told,
}

/// Whether a hint is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// It is.
    Yes,
    /// Another was told in the two years before it.
    HeldBack,
}

/// The returns in one project that are unlike the accounts' own past, the oldest first; with how many returns there were.
pub fn hints<'a>(acts: &'a Acts, rates: &Rates, threshold: f64) -> (Vec<Hint<'a>>, usize) {
    let mut returns = 0;
    let mut found: BTreeMap<(Timestamp, PersonNumber), Hint<'a>> = BTreeMap::new();
    for (person, acts) in &acts.of_person {
        for episode in episodes(acts) {
            returns += 1;
            if let Some(hint) = Hint::of(*person, episode, rates, threshold) {
                found.insert((hint.at, *person), hint);
            }
        }
    }
    let mut hints: Vec<Hint<'a>> = found.into_values().collect();
    let mut last: Option<Timestamp> = None;
    for hint in &mut hints {
        if last.is_some_and(|it| days(it, hint.at) < QUIET_DAYS) {
            hint.told = Told::HeldBack;
        } else {
            last = Some(hint.at);
        }
    }
    (hints, returns)
}

impl<'a> Hint<'a> {
    /// A return, where its score is reached at any of its acts. What is done later in the episode can only raise it.
    pub fn of(
        person: PersonNumber,
        episode: Episode<'a>,
        rates: &Rates,
        threshold: f64,
    ) -> Option<Self> {
        let score = |conduct: &Conduct| rates.score(&signals(conduct, &episode.usual));
        let reached = episode.conducts().position(|it| score(&it) >= threshold)?;
        let at = episode.acts.get(reached)?.time;
        let conduct = episode.conduct();
        Some(Self {
            signals: signals(&conduct, &episode.usual),
            score: score(&conduct),
            told: Told::Yes,
            person,
            at,
            conduct,
            episode,
        })
    }
}
