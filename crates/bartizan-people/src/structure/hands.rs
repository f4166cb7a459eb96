//! By whose hands work comes into a project, and on whose word those came to do it who have not done it for long.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use super::{DAY, Tally, window::NEW_DAYS};
use crate::corpus::{PersonNumber, Work};

/// Whoever brought in so many works of others within a year does it for the project.
pub(super) const FEWEST_OF_OTHERS: usize = 3;

/// So does whoever put in so many of their own: one a month. Fewer come about when somebody else takes over a branch as it is.
pub(super) const FEWEST_OF_OWN: usize = 12;

/// Fewer works before somebody brought in others' say nothing of who had looked at them.
pub(super) const FEWEST_BEFORE: usize = 5;

/// Whoever came to bring in others' work within so many days of their own first came fast; about half of all do.
pub(super) const FAST_DAYS: i64 = 400;

/// By whose hands work came in within the last year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hands {
    /// Works that each brought in.
    pub of_all: Tally,
    /// Of these, works of others.
    pub of_others: Tally,
    /// Of these, works of their own.
    pub of_own: Tally,
    /// Works of which the history does not say who brought them in.
    pub unnamed: usize,
}

impl Hands {
    pub(super) fn of<'a>(works: impl Iterator<Item = &'a Work> + Clone) -> Self {
        let others = works.clone().filter_map(Work::by_another);
        let own = works.clone().filter(|it| it.is_own()).map(|it| it.author);
        Self {
            of_all: Tally::of(works.clone().filter_map(|it| it.integrator)),
            of_others: Tally::of(others),
            of_own: Tally::of(own),
            unnamed: works.filter(|it| it.integrator.is_none()).count(),
        }
    }

    /// Whether the history says of most work who brought it in.
    pub fn are_named(&self) -> bool {
        self.of_all.all > 0 && self.of_all.all >= self.unnamed
    }

    /// Those who bring work in: for others, or regularly for themselves. None where the history does not say.
    pub fn active(&self) -> Option<Vec<PersonNumber>> {
        let at_least = |tally: &Tally, fewest: usize| -> Vec<PersonNumber> {
            let by = tally.by.iter().filter(|(_, count)| *count >= fewest);
            by.map(|(person, _)| *person).collect()
        };
        let mut active = at_least(&self.of_others, FEWEST_OF_OTHERS);
        active.extend(at_least(&self.of_own, FEWEST_OF_OWN));
        active.sort_unstable();
        active.dedup();
        self.are_named().then_some(active)
    }

    /// Whoever brought most in, with their part of it. None where the history does not say.
    pub fn top(&self) -> Option<(PersonNumber, f64)> {
        self.of_all.top().filter(|_| self.are_named())
    }
}

/// Somebody who came to bring in others' work within the last two years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backing {
    /// Who.
    pub person: PersonNumber,
    /// When they brought in others' work first.
    pub began: Timestamp,
    /// Days from their own first work here to the first of others that they brought in.
    pub days_before: i64,
    /// How many of their works had come in by then.
    pub works_before: usize,
    /// Who had brought those in; whoever is not named is left out.
    pub backers: BTreeSet<PersonNumber>,
    /// Works of theirs that the history does not say of who brought them in, or that they put in alone.
    pub unbacked: usize,
    /// How many others bring work in now.
    pub others_now: usize,
}

impl Backing {
    /// Whether all that somebody was let do rests on the word of one person, in a project where at most one other brings
    /// work in, and came about fast.
    pub fn rests_on_one(&self) -> bool {
        self.backers.len() == 1
            && self.works_before >= FEWEST_BEFORE
            && self.unbacked * 2 <= self.works_before
            && self.days_before <= FAST_DAYS
            && self.others_now <= 1
    }
}

/// What each has had taken in before they brought in others' work.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    people: BTreeMap<PersonNumber, Record>,
}

#[derive(Debug, Clone, Default)]
struct Record {
    first: Option<i64>,
    /// When they first brought in others' work.
    began: Option<i64>,
    works_before: usize,
    backers: BTreeSet<PersonNumber>,
    unbacked: usize,
}

impl Desk {
    pub(super) fn take(&mut self, work: &Work, at: i64) {
        let record = self.people.entry(work.author).or_default();
        record.first.get_or_insert(at);
        if record.began.is_none() {
            record.works_before += 1;
            match work.by_another() {
                Some(backer) => {
                    record.backers.insert(backer);
                }
                None => record.unbacked += 1,
            }
        }
        if let Some(integrator) = work.by_another() {
            let record = self.people.entry(integrator).or_default();
            record.began.get_or_insert(at);
        }
    }

    /// Those who bring work in now and came to do it for others within two years.
    pub(super) fn backing(&self, hands: &Hands, now: i64) -> Vec<Backing> {
        let Some(active) = hands.active() else {
            return Vec::new();
        };
        let is_new = |began: i64| began > now - NEW_DAYS * DAY;
        let backing = active.iter().filter_map(|person| {
            let record = self.people.get(person)?;
            let began = record.began.filter(|it| is_new(*it))?;
            Some(Backing {
                person: *person,
                began: Timestamp::from_second(began).ok()?,
                days_before: (began - record.first.filter(|it| *it <= began)?) / DAY,
                works_before: record.works_before,
                backers: record.backers.clone(),
                unbacked: record.unbacked,
                others_now: active.len() - 1,
            })
        });
        let mut backing: Vec<Backing> = backing.collect();
        // By what each did, never by who they are.
        backing.sort_by_key(|it| {
            (
                it.began,
                it.days_before,
                it.works_before,
                it.backers.len(),
                it.unbacked,
            )
        });
        backing
    }
}
