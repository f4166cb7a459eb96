//! What of a return is unlike the account's own past, as few words, and how rare that is among all returns.
//!
//! Each signal holds an account against itself. How many of all accounts that came back showed the same is its base rate:
//! it says how much, or how little, the signal means. Rates multiply to a score, as if signals had nothing to do with each
//! other; they have, so the score is no probability. Which score is told is fixed by the budget of alarms and by nothing else.

use super::{
    act::Right,
    episode::{Conduct, Episode},
    usual::Usual,
};

/// Something that is unlike the account's own past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// More was done than in the busiest quarter before: at this level of `MORE`.
    More(usize),
    /// Work went on in more weeks of a quarter than ever before: at this level of `LONGER`.
    Longer(usize),
    /// A right was used for the first time.
    FirstRight,
    /// So many kinds of sensitive files were touched for the first time: at this level of `FIRST_FILES`.
    FirstFiles(usize),
    /// A signature is by a key that signed nothing of this account before.
    NewKey,
    /// So many parts of the project were written in for the first time: at this level of `NEW_PLACES`.
    NewPlaces(usize),
}

/// How unlikely so many acts are, were they as frequent as in the busiest quarter before: decades of the bound that holds
/// for a Poisson distribution.
pub(super) const MORE: [f64; 7] = [1e-9, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// Weeks with an act, as a multiple of the most of any quarter before.
pub(super) const LONGER: [f64; 5] = [1.000_1, 1.5, 2.0, 3.0, 4.0];

/// Kinds of sensitive files.
pub(super) const FIRST_FILES: [f64; 3] = [1.0, 2.0, 3.0];

/// Parts of the project.
pub(super) const NEW_PLACES: [f64; 6] = [1.0, 2.0, 3.0, 5.0, 8.0, 13.0];

/// How many kinds of signals there are.
const KINDS: usize = 6;

/// The most levels of any kind.
const LEVELS: usize = 7;

/// The level that a value reaches, from 0; none below the first.
fn level(value: f64, levels: &[f64]) -> Option<usize> {
    levels
        .iter()
        .filter(|it| value >= **it)
        .count()
        .checked_sub(1)
}

/// The signals of what was done.
pub fn signals(conduct: &Conduct, usual: &Usual) -> Vec<Signal> {
    let more = decades(conduct.acts, usual.busiest);
    let longer = conduct.weeks.len() as f64 / usual.longest.max(1) as f64;
    let found = [
        level(more, &MORE).map(Signal::More),
        level(longer, &LONGER).map(Signal::Longer),
        (!conduct.rights.is_empty()).then_some(Signal::FirstRight),
        level(conduct.sensitive.len() as f64, &FIRST_FILES).map(Signal::FirstFiles),
        conduct.has_new_key.then_some(Signal::NewKey),
        level(conduct.areas.len() as f64, &NEW_PLACES).map(Signal::NewPlaces),
    ];
    found.into_iter().flatten().collect()
}

/// How unlikely it is that somebody who does `usual` things does `count`: decades of Chernoff's bound.
fn decades(count: usize, usual: usize) -> f64 {
    let (count, usual) = (count as f64, usual.max(1) as f64);
    if count <= usual {
        return 0.0;
    }
    (count * (count / usual).ln() - count + usual) / std::f64::consts::LN_10
}

impl Signal {
    /// The kind, and the level in it.
    fn place(self) -> (usize, usize) {
        match self {
            Self::More(level) => (0, level),
            Self::Longer(level) => (1, level),
            Self::FirstRight => (2, 0),
            Self::FirstFiles(level) => (3, level),
            Self::NewKey => (4, 0),
            Self::NewPlaces(level) => (5, level),
        }
    }

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::More(_) => "more-than-ever",
            Self::Longer(_) => "longer-than-ever",
            Self::FirstRight => "first-use-of-a-right",
            Self::FirstFiles(_) => "first-touch-of-sensitive-files",
            Self::NewKey => "new-signing-key",
            Self::NewPlaces(_) => "new-parts-of-the-project",
        }
    }
}

/// How many of all returns show each signal at least as strongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// All returns that were counted.
    pub returns: u32,
    /// By kind and level.
    pub counts: [[u32; LEVELS]; KINDS],
}

impl Rates {
    /// Counts returns.
    pub fn measure<'a, 'b: 'a>(episodes: impl Iterator<Item = &'a Episode<'b>>) -> Self {
        let mut rates = Self {
            returns: 0,
            counts: [[0; LEVELS]; KINDS],
        };
        for episode in episodes {
            rates.returns += 1;
            for signal in signals(&episode.conduct(), &episode.usual) {
                let (kind, level) = signal.place();
                let counts = rates.counts.get_mut(kind).into_iter().flatten();
                counts.take(level + 1).for_each(|it| *it += 1);
            }
        }
        rates
    }

    /// The share of returns that show a signal at least as strongly. It is never none: what was not seen yet is rare, not
    /// impossible.
    pub fn rate(&self, signal: Signal) -> f64 {
        let (kind, level) = signal.place();
        let count = self.counts.get(kind).and_then(|it| it.get(level));
        f64::from(count.copied().unwrap_or_default() + 1) / f64::from(self.returns + 1)
    }

    /// How many returns show a signal at least as strongly.
    pub fn count(&self, signal: Signal) -> u32 {
        let (kind, level) = signal.place();
        let count = self.counts.get(kind).and_then(|it| it.get(level));
        count.copied().unwrap_or_default()
    }

    /// The score of signals: decades of the product of their rates.
    pub fn score(&self, signals: &[Signal]) -> f64 {
        signals.iter().map(|it| -self.rate(*it).log10()).sum()
    }
}

impl Right {
    /// It in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Write => "put something into the main line",
            Self::Release => "made a release's tag",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_rise() {
        for levels in [&MORE[..], &LONGER, &FIRST_FILES, &NEW_PLACES] {
            assert!(levels.is_sorted() && levels.len() <= LEVELS);
        }
        let check = |value: f64| level(value, &LONGER);
        assert_eq!(
            [check(1.0), check(1.5), check(9.0)],
            [None, Some(1), Some(4)]
        );
    }

    #[test]
    fn how_unlikely() {
        let check = |count, usual| format!("{:.2}", decades(count, usual));
        for (count, usual, expect) in [
            (5, 5, "0.00"),
            (1, 0, "0.00"),
            (10, 5, "0.84"),
            (50, 5, "30.46"),
        ] {
            assert_eq!(check(count, usual), expect);
        }
    }
}
