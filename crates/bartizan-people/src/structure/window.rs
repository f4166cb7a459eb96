//! Whether the work of a project has gone over to somebody new: while it lives, or after it slept.

use super::{DAY, Known, Tally, Timeline};
use crate::corpus::{PersonNumber, Work};

/// Half a year is looked at: long enough that a vacation does not matter.
pub(super) const WINDOW_DAYS: i64 = 182;

/// A younger project belongs to whoever began it: nothing was taken over.
pub(super) const YOUNGEST_DAYS: i64 = 3 * 365;

/// Fewer works in half a year show no pattern.
pub(super) const FEWEST_WORKS: usize = 12;

/// Whoever writes this part of what comes in leads the project's work.
pub(super) const LEADING_SHARE: f64 = 0.4;

/// Whoever has been known for less is new: four in ten who came to bring in others' work had been there for longer.
pub(super) const NEW_DAYS: i64 = 730;

/// A project in which so few works came in within a year slept.
pub(super) const DORMANT_WORKS: usize = 6;

/// Whoever writes this part of what comes after woke it up.
pub(super) const REVIVING_SHARE: f64 = 0.5;

/// What came in within half a year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// Who wrote it.
    pub by: Tally,
    /// For how many days the work of whoever wrote most has been taken in anywhere.
    pub top_known_days: Option<i64>,
    /// Whether the project is old enough, and enough came in, to tell.
    pub is_telling: bool,
    /// Whoever leads the project's work and is new.
    pub newcomer: Option<Newcomer>,
}

/// Somebody new who writes much of what comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newcomer {
    /// Who.
    pub person: PersonNumber,
    /// How much of it.
    pub works: usize,
    /// Of how much.
    pub of: usize,
    /// For how many days their work has been taken in anywhere.
    pub known_days: i64,
}

pub(super) fn window(timeline: &Timeline<'_>, now: i64) -> Window {
    let by = authors(&timeline.works(now - WINDOW_DAYS * DAY, now));
    let is_telling = is_grown(timeline, now) && by.all >= FEWEST_WORKS;
    let newcomer = newcomer(&by, timeline.known, now);
    Window {
        top_known_days: by.top().and_then(|(top, _)| timeline.known.days(top, now)),
        newcomer: newcomer.filter(|it| is_telling && it.share() >= LEADING_SHARE),
        is_telling,
        by,
    }
}

/// Somebody who had never worked here before a year in which next to nothing came in, and wrote most of what came after.
pub(super) fn revival(timeline: &Timeline<'_>, now: i64) -> Option<Newcomer> {
    let began = now - WINDOW_DAYS * DAY;
    let slept = timeline.works(began - 365 * DAY, began).len() <= DORMANT_WORKS;
    let by = authors(&timeline.works(began, now));
    if !slept || !is_grown(timeline, now) || by.all < FEWEST_WORKS {
        return None;
    }
    let newcomer = newcomer(&by, timeline.known, now)?;
    let before = timeline.works(i64::MIN, began);
    let was_here = before.iter().any(|it| it.author == newcomer.person);
    (newcomer.share() >= REVIVING_SHARE && !was_here).then_some(newcomer)
}

fn authors(works: &[&Work]) -> Tally {
    Tally::of(works.iter().map(|it| it.author))
}

fn is_grown(timeline: &Timeline<'_>, now: i64) -> bool {
    let first = timeline.order.first();
    first.is_some_and(|(first, _)| *first <= now - YOUNGEST_DAYS * DAY)
}

fn newcomer(by: &Tally, known: &Known, now: i64) -> Option<Newcomer> {
    let (person, works) = *by.by.first()?;
    let known_days = known.days(person, now)?;
    (known_days <= NEW_DAYS).then_some(Newcomer {
        person,
        works,
        of: by.all,
        known_days,
    })
}

impl Newcomer {
    /// Their part of it.
    pub fn share(&self) -> f64 {
        self.works as f64 / self.of.max(1) as f64
    }
}
