//! How much review a project has to do and by how many: what waits, how long it waited, how much goes through one person, and
//! whether that grows. It is read as a call for help, since whoever is exhausted lets the wrong person help.

use bartizan_model::Timestamp;

use super::proposal::Proposal;
use crate::{
    corpus::{Corpus, Project},
    structure::{Known, Timeline},
};

const DAY: i64 = 86_400;

/// What was touched within a year and is not in may still wait; what lay for longer mostly was refused or given up.
pub(super) const WAITING_DAYS: i64 = 365;

/// Fewer proposals that came in within a year say nothing of how long one waits.
const FEWEST: usize = 10;

/// The review that a project has to do, at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressure {
    /// Proposals that were last touched within a year and are not in: they wait, were refused, or went into another branch. Git
    /// does not say which.
    pub unseen: usize,
    /// Proposals that came in within a year.
    pub taken_in: usize,
    /// How many bring work in; none where the history does not say.
    pub hands: Option<usize>,
    /// Days from the last commit of what came in within a year until it did: half of it, and nine tenths, waited no longer.
    pub waited: Option<(f64, f64)>,
    /// The part of the work that came in by one person's hand; none where the history does not say.
    pub one_hand: Option<f64>,
    /// Quarter by quarter, the oldest first: the last five years.
    pub quarters: Vec<Quarter>,
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quarter {
    /// When it ended.
    pub end: Timestamp,
    /// Proposals that were begun in it.
    pub begun: usize,
    /// Proposals that came in in it.
    pub taken_in: usize,
    /// How many brought work in in the year before its end; none where the history does not say.
    pub hands: Option<usize>,
}

/// The pressure of a project at a time, and at the ends of quarters that the caller names, the oldest first.
pub fn pressure(
    (corpus, project, known): (&Corpus, &Project, &Known),
    proposals: &[Proposal],
    ends: &[Timestamp],
    as_of: Timestamp,
) -> Pressure {
    let now = as_of.as_second();
    let is_recent =
        |it: Timestamp| it.as_second() <= now && it.as_second() > now - WAITING_DAYS * DAY;
    let unseen = proposals.iter().filter(|it| {
        is_recent(it.last)
            && it
                .taken_in
                .is_none_or(|taken_in| taken_in.as_second() > now)
    });
    let taken: Vec<&Proposal> = proposals
        .iter()
        .filter(|it| it.taken_in.is_some_and(is_recent))
        .collect();
    let mut timeline = Timeline::new(corpus, project, known);
    let quarters = quarters(&mut timeline, proposals, ends);
    let structure = timeline.at(as_of);
    Pressure {
        unseen: unseen.count(),
        taken_in: taken.len(),
        waited: waited(&taken),
        hands: structure.hands.active().map(|it| it.len()),
        one_hand: structure.hands.top().map(|(_, share)| share),
        quarters,
    }
}

/// Half of it and nine tenths of it waited no longer than so many days.
fn waited(taken: &[&Proposal]) -> Option<(f64, f64)> {
    let days = taken.iter().filter_map(|it| {
        let seconds = it.taken_in?.as_second() - it.last.as_second();
        Some(seconds.max(0) as f64 / DAY as f64)
    });
    let mut days: Vec<f64> = days.collect();
    days.sort_by(f64::total_cmp);
    let part = |tenths: usize| {
        days.get((days.len() * tenths / 10).min(days.len().checked_sub(1)?))
            .copied()
    };
    (days.len() >= FEWEST).then_some((part(5)?, part(9)?))
}

fn quarters(
    timeline: &mut Timeline<'_>,
    proposals: &[Proposal],
    ends: &[Timestamp],
) -> Vec<Quarter> {
    let mut quarters = Vec::new();
    for (begin, end) in ends.iter().zip(ends.iter().skip(1)) {
        let within = |it: Timestamp| it > *begin && it <= *end;
        quarters.push(Quarter {
            end: *end,
            begun: proposals.iter().filter(|it| within(it.first)).count(),
            taken_in: proposals
                .iter()
                .filter(|it| it.taken_in.is_some_and(within))
                .count(),
            hands: timeline.at(*end).hands.active().map(|it| it.len()),
        });
    }
    quarters
}

impl Pressure {
    /// How many proposals there are for each who brings work in; none where nobody knows how many do.
    pub fn of_each(&self) -> Option<f64> {
        let hands = self.hands.filter(|it| *it > 0)?;
        Some(self.unseen as f64 / hands as f64)
    }
}
