//! How a project stands on its people: how few write, bring in and release, and where authority gathers in somebody whom few
//! have known for long.
//!
//! It speaks of projects. A person appears as a number only, so that a project's own maintainers can be told who is meant;
//! nothing here says that anybody did or will do something wrong, and most of what raises a risk is somebody's generosity.
//! What a history does not tell (a code host that squashes names nobody who pressed the button) is unknown, never a weakness.
//! Names, addresses and time zones have no part in it: persons are numbers, times are instants.

mod hands;
mod signal;
mod truck;
mod window;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::{
    corpus::{Corpus, PersonNumber, Project, Work},
    signature::{KeyNumber, Signature},
};

use self::{hands::Desk, truck::Authorship};
pub use self::{
    hands::{Backing, Hands},
    signal::{ALL as ALL_SIGNALS, BASE_RATES, BaseRate, Level, Signal, State},
    truck::TruckFactor,
    window::{Newcomer, Window},
};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What is recent: a year, as seasons and releases go round in it.
const RECENT_DAYS: i64 = 365;

/// Releases are rarer than commits: they are looked at over two years.
const RELEASE_DAYS: i64 = 730;

/// How a project stands on its people at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// At which time.
    pub as_of: Timestamp,
    /// When the first work came in.
    pub first: Option<Timestamp>,
    /// When the last work came in.
    pub last: Option<Timestamp>,
    /// People who ever wrote something.
    pub contributors: usize,
    /// Who wrote within the last year: everybody with how much, the most first.
    pub recent: Tally,
    /// How many would have to go before most files have nobody left who knows them.
    pub truck: TruckFactor,
    /// Who brings work in.
    pub hands: Hands,
    /// Who releases.
    pub releases: Releases,
    /// Whether most of the last half year is the work of somebody new.
    pub window: Window,
    /// Whether somebody new woke the project up.
    pub revival: Option<Newcomer>,
    /// Who came to bring in others' work lately, and on whose word.
    pub backing: Vec<Backing>,
}

/// How much each of some people did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// In all.
    pub all: usize,
    /// By person, the most first.
    pub by: Vec<(PersonNumber, usize)>,
}

/// Who made tags with a message that name a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Releases {
    /// Who made how many within two years.
    pub by: Tally,
    /// Of these, those that claim to be signed by a key of somebody's own.
    pub signed: usize,
    /// How many different keys that claims.
    pub keys: usize,
}

impl Tally {
    /// Counts. Of those who did as much the one who did something first comes first: numbers of persons follow from names, and
    /// names decide nothing.
    fn of(people: impl Iterator<Item = PersonNumber>) -> Self {
        let mut by: Vec<(PersonNumber, usize)> = Vec::new();
        let mut places: BTreeMap<PersonNumber, usize> = BTreeMap::new();
        let mut all = 0;
        for person in people {
            let place = *places.entry(person).or_insert(by.len());
            match by.get_mut(place) {
                Some((_, count)) => *count += 1,
                None => by.push((person, 1)),
            }
            all += 1;
        }
        by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Self { all, by }
    }

    /// Whoever did most, and their share.
    pub fn top(&self) -> Option<(PersonNumber, f64)> {
        let (person, count) = self.by.first()?;
        Some((*person, *count as f64 / self.all.max(1) as f64))
    }
}

/// Since when each person's work has been taken in by any project of a corpus.
#[derive(Debug, Clone, Default)]
pub struct Known {
    since: Vec<Option<i64>>,
}

impl Known {
    /// Looks through all projects.
    pub fn of(corpus: &Corpus) -> Self {
        let mut since = vec![None; corpus.persons.persons.len()];
        for work in corpus.projects.iter().flat_map(|it| &it.works) {
            let Some(at) = work.integrated.map(Timestamp::as_second) else {
                continue;
            };
            if let Some(since) = since.get_mut(work.author as usize)
                && since.is_none_or(|earliest| at < earliest)
            {
                *since = Some(at);
            }
        }
        Self { since }
    }

    /// How many days before a time somebody's first work was taken in.
    fn days(&self, person: PersonNumber, at: i64) -> Option<i64> {
        let since = self.since.get(person as usize).copied().flatten()?;
        (since <= at).then_some((at - since) / DAY)
    }
}

/// A project's work in the order in which it came in, read forward: the structure at one time after the other.
pub struct Timeline<'a> {
    corpus: &'a Corpus,
    project: &'a Project,
    known: &'a Known,
    /// When each work of a person came in, with its place.
    order: Vec<(i64, usize)>,
    authorship: Authorship,
    desk: Desk,
    writers: BTreeSet<PersonNumber>,
    /// How many works were read.
    read: usize,
}

impl<'a> Timeline<'a> {
    /// From the begin of a project of the corpus. What programs write, and what has no time, is left out.
    pub fn new(corpus: &'a Corpus, project: &'a Project, known: &'a Known) -> Self {
        let works = project.works.iter().enumerate();
        let of_people = works.filter(|(_, it)| !corpus.is_program(it.author));
        let mut order: Vec<(i64, usize)> = of_people
            .filter_map(|(place, it)| Some((it.integrated?.as_second(), place)))
            .collect();
        // What came in together is read in the order of its own times: the works stand the newest first.
        order.sort_by_key(|(at, place)| (*at, std::cmp::Reverse(*place)));
        Self {
            corpus,
            project,
            known,
            order,
            authorship: Authorship::default(),
            desk: Desk::default(),
            writers: BTreeSet::new(),
            read: 0,
        }
    }

    /// When the first and the last work came in.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let time = |it: Option<&(i64, usize)>| Timestamp::from_second(it?.0).ok();
        Some((time(self.order.first())?, time(self.order.last())?))
    }

    /// The structure at a time. Times must not go back: what was read is not forgotten.
    pub fn at(&mut self, as_of: Timestamp) -> Structure {
        let now = as_of.as_second();
        self.read_until(now);
        let recent = self.works(now - RECENT_DAYS * DAY, now);
        let until = self.order.get(..self.read).unwrap_or_default();
        let time = |it: Option<&(i64, usize)>| Timestamp::from_second(it?.0).ok();
        let hands = self.hands_at(as_of);
        Structure {
            as_of,
            first: time(until.first()),
            last: time(until.last()),
            contributors: self.writers.len(),
            recent: Tally::of(recent.iter().map(|it| it.author)),
            truck: self.authorship.truck_factor(),
            releases: self.releases(now),
            window: window::window(self, now),
            revival: window::revival(self, now),
            backing: self.desk.backing(&hands, now),
            hands,
        }
    }

    /// Who brought work in within the year before a time. It does not move the timeline.
    pub fn hands_at(&self, as_of: Timestamp) -> Hands {
        let now = as_of.as_second();
        let recent = self.works(now - RECENT_DAYS * DAY, now);
        Hands::of(recent.iter().copied())
    }

    fn read_until(&mut self, now: i64) {
        while let Some((at, place)) = self.order.get(self.read).copied() {
            if at > now {
                return;
            }
            self.read += 1;
            let Some(work) = self.project.works.get(place) else {
                continue;
            };
            self.writers.insert(work.author);
            self.authorship.take(work, self.project.changes(work));
            self.desk.take(work, at);
        }
    }

    /// The works that came in after a time and until another one.
    fn works(&self, after: i64, until: i64) -> Vec<&'a Work> {
        let from = self.order.partition_point(|(at, _)| *at <= after);
        let to = self.order.partition_point(|(at, _)| *at <= until);
        let places = self.order.get(from..to).unwrap_or_default();
        let works = places.iter();
        works
            .filter_map(|(_, place)| self.project.works.get(*place))
            .collect()
    }

    fn releases(&self, now: i64) -> Releases {
        let is_recent = |time: Option<Timestamp>| {
            time.map(Timestamp::as_second)
                .is_some_and(|at| at <= now && at > now - RELEASE_DAYS * DAY)
        };
        let all = self.project.releases.iter();
        let names_version = |tag: u32| {
            let tag = self.project.history.tags.get(tag as usize);
            tag.is_some_and(|it| it.name.contains(|c: char| c.is_ascii_digit()))
        };
        let recent: Vec<_> = all
            .filter(|it| is_recent(it.time) && names_version(it.tag))
            .filter(|it| !self.corpus.is_program(it.by))
            .collect();
        let own = recent.iter().filter_map(|it| match it.signature {
            Signature::Own(number) => Some(number),
            Signature::None | Signature::Host => None,
        });
        let keys: Vec<Option<KeyNumber>> = own.collect();
        Releases {
            by: Tally::of(recent.iter().map(|it| it.by)),
            signed: keys.len(),
            keys: keys.iter().flatten().collect::<BTreeSet<_>>().len(),
        }
    }
}

#[cfg(test)]
mod tests;
