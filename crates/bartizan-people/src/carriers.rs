//! Who carries a project: whom one would expect in its team, from what the history says they do.
//!
//! Three things that anybody can look up, each as a logarithm, so that more of the same counts less and less: in how many
//! months somebody did something; the work of how many different people they put in lately; how often others' work credits
//! them, which is all that is left of helping in projects that squash. It is held against published teams in `docs/people.md`,
//! and it is a sign of work done, not of its worth: nobody is to be paid, chosen or left out by it.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::{
    corpus::{Corpus, PersonNumber, Project},
    decay,
};

/// Over how many days it counts whose work somebody put in.
const LATELY_DAYS: f64 = 730.0;

/// The seconds of a month.
const MONTH: i64 = 2_629_800;

/// Somebody, by what they do in a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrier {
    /// Who.
    pub person: PersonNumber,
    /// What they are sorted by.
    pub weight: f64,
    /// In how many months they wrote or put in something.
    pub months: usize,
    /// The work of how many others they put in, in the last two years.
    pub people: usize,
    /// How often work of others credits them as its co-author, faded.
    pub credits: f64,
    /// When they last did something.
    pub last: Option<Timestamp>,
}

#[derive(Default)]
struct Deeds {
    months: BTreeSet<i64>,
    people: BTreeSet<PersonNumber>,
    credits: f64,
    last: Option<Timestamp>,
}

/// Everybody who did something, whoever carries the most first; programs are left out.
pub fn carriers(corpus: &Corpus, project: &Project, now: Timestamp) -> Vec<Carrier> {
    let mut deeds: BTreeMap<PersonNumber, Deeds> = BTreeMap::new();
    for work in &project.works {
        deeds.entry(work.author).or_default().at(work.written);
        for writer in work.co_authors() {
            let deeds = deeds.entry(writer).or_default();
            deeds.credits += decay::weight(work.written, now);
            deeds.last = deeds.last.max(work.written);
        }
        if let Some(handler) = work.by_another() {
            let deeds = deeds.entry(handler).or_default();
            deeds.at(work.integrated);
            let is_late = |it: &Timestamp| decay::days(*it, now) <= LATELY_DAYS;
            if work.integrated.as_ref().is_some_and(is_late) && !corpus.is_program(work.author) {
                deeds.people.insert(work.author);
            }
        }
    }
    let carriers = deeds.into_iter().map(|(person, deeds)| Carrier {
        weight: (deeds.months.len() as f64).ln_1p()
            + (deeds.people.len() as f64).ln_1p()
            + deeds.credits.ln_1p(),
        months: deeds.months.len(),
        people: deeds.people.len(),
        credits: deeds.credits,
        last: deeds.last,
        person,
    });
    let mut carriers: Vec<Carrier> = carriers
        .filter(|it| !corpus.is_program(it.person))
        .collect();
    carriers.sort_by(|one, other| {
        let by_weight = other.weight.total_cmp(&one.weight);
        by_weight.then(one.person.cmp(&other.person))
    });
    carriers
}

impl Deeds {
    fn at(&mut self, time: Option<Timestamp>) {
        self.months.extend(time.map(|it| it.as_second() / MONTH));
        self.last = self.last.max(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::sample::{self, day};

    #[test]
    fn months_people_and_credits() {
        let corpus = sample::corpus(&[(
            "p",
            "a ann 2019-01-15
             b ben>ann 2022-03-15
             c cy>ann 2022-03-20 co:dan
             d ben>ann 2022-04-15
             e ben 2022-05-15
             f dependabot[bot]>ben 2022-06-15",
        )]);
        let now = day("2022-07-01");
        let told = carriers(&corpus, &corpus.projects[0], now)
            .into_iter()
            .map(|it| {
                let name = &corpus.person(it.person).unwrap().name;
                format!("{name} {} {} {:.1}", it.months, it.people, it.credits)
            });
        let told: Vec<String> = told.collect();
        assert_eq!(
            told,
            ["ann 3 2 0.0", "ben 4 0 0.0", "cy 1 0 0.0", "dan 0 0 0.9"]
        );
        let later = carriers(&corpus, &corpus.projects[0], day("2025-07-01"));
        assert!(later.iter().all(|it| it.people == 0));
    }
}
