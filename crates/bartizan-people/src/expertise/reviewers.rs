//! Whom to ask for a review of a change.
//!
//! Those who know its files or what lies around them, without its authors, without those who did nothing in the project for a
//! year, and with those further back who put in most of the others' work lately: to always ask the same few wears them
//! out, and leaves a project with few who know it.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use super::{Degree, Expertise};
use crate::{corpus::PersonNumber, decay};

/// Days without anything written or put in after which somebody is not asked.
const INACTIVE_AFTER_DAYS: f64 = 365.0;

/// Days over which it counts who put in how much.
const LOAD_DAYS: f64 = 90.0;

/// How far back somebody stands who put in everything: at half of what they know. They are still asked where nobody else knows.
const OF_LOAD: f64 = 0.5;

/// What knowing the folder of a file counts beside knowing the file.
const OF_FOLDER: f64 = 0.5;

/// How many folders of a change are looked at; a change of more is nobody's in particular.
const MOST_FOLDERS: usize = 200;

/// A change for which reviewers are wanted.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The files that it changes.
    pub paths: BTreeSet<String>,
    /// Who wrote it.
    pub authors: BTreeSet<PersonNumber>,
}

/// Somebody who may be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewer {
    /// Who.
    pub person: PersonNumber,
    /// What they are sorted by: how much of the change they know, less what they carry already.
    pub weight: f64,
    /// How much of the change they know, from 0 to about 2.
    pub knows: f64,
    /// The share of all works of others of the last 90 days that they put in.
    pub load: f64,
    /// The files of the change that they have written or put in changes of.
    pub files: Vec<String>,
    /// When they last did something in the project.
    pub last: Option<Timestamp>,
}

impl Expertise<'_> {
    /// Whom to ask about a change, whom to ask first before all others.
    pub fn reviewers(&self, change: &Change) -> Vec<Reviewer> {
        let active = self.active();
        let load = self.load();
        let mut sums: BTreeMap<PersonNumber, (f64, Vec<String>)> = BTreeMap::new();
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        for path in &change.paths {
            for degree in self.degrees(path) {
                let sum = sums.entry(degree.person).or_default();
                sum.0 += self.knows(degree);
                sum.1.push(path.clone());
            }
            *folders.entry(folder(path)).or_default() += 1;
        }
        for (folder, files) in folders.into_iter().take(MOST_FOLDERS) {
            for (person, share) in self.of_folder(folder) {
                sums.entry(person).or_default().0 += OF_FOLDER * share * files as f64;
            }
        }
        let files = change.paths.len().max(1) as f64;
        let reviewers = sums.into_iter().filter_map(|(person, (knows, paths))| {
            let last = active.get(&person).copied()?;
            let load = load.get(&person).copied().unwrap_or_default();
            let knows = knows / files;
            (!change.authors.contains(&person)).then_some(Reviewer {
                person,
                weight: knows * (1.0 - OF_LOAD * load),
                knows,
                load,
                files: paths,
                last: Some(last),
            })
        });
        let mut reviewers: Vec<Reviewer> = reviewers.filter(|it| it.weight > 0.0).collect();
        reviewers.sort_by(|one, other| {
            let by_weight = other.weight.total_cmp(&one.weight);
            by_weight.then(one.person.cmp(&other.person))
        });
        reviewers
    }

    /// How well somebody knows a file, from 0 to about 1. Unlike in the sum over a module, those count who are not among its
    /// authors but changed it.
    fn knows(&self, degree: &Degree) -> f64 {
        let handled = f64::from(degree.handled) / f64::from(degree.of_changes.max(1));
        (degree.share + super::OF_HANDLED * handled) * decay::weight(degree.last, self.now)
    }

    /// What everybody knows of a folder, as shares of who knows most; of one that knows nobody, of the folder above.
    fn of_folder(&self, folder: &str) -> Vec<(PersonNumber, f64)> {
        let mut folder = folder;
        loop {
            let experts = self.experts(|path| {
                let rest = path.strip_prefix(folder);
                folder.is_empty() || rest.is_some_and(|it| it.starts_with('/'))
            });
            let highest = experts.first().map_or(0.0, |it| it.weight);
            if highest > 0.0 {
                let shares = experts.iter().map(|it| (it.person, it.weight / highest));
                return shares.collect();
            }
            if folder.is_empty() {
                return Vec::new();
            }
            folder = self::folder(folder);
        }
    }

    /// Who did something lately, and when last.
    fn active(&self) -> BTreeMap<PersonNumber, Timestamp> {
        let mut active: BTreeMap<PersonNumber, Timestamp> = BTreeMap::new();
        let mut put = |person: Option<PersonNumber>, time: Option<Timestamp>| {
            let time = time.filter(|it| decay::days(*it, self.now) <= INACTIVE_AFTER_DAYS);
            if let (Some(person), Some(time)) = (person, time)
                && !self.corpus.is_program(person)
            {
                let last = active.entry(person).or_insert(time);
                *last = time.max(*last);
            }
        };
        for work in &self.project.works {
            put(Some(work.author), work.written);
            put(work.integrator, work.integrated);
            for writer in work.co_authors() {
                put(Some(writer), work.written);
            }
        }
        for merge in &self.project.merges {
            put(merge.by, merge.time);
        }
        active
    }

    /// Who put in which share of the work of others lately.
    fn load(&self) -> BTreeMap<PersonNumber, f64> {
        let mut handled: BTreeMap<PersonNumber, f64> = BTreeMap::new();
        for work in &self.project.works {
            let is_recent = work
                .integrated
                .is_some_and(|it| decay::days(it, self.now) <= LOAD_DAYS);
            if let Some(handler) = work.by_another().filter(|_| is_recent) {
                *handled.entry(handler).or_default() += 1.0;
            }
        }
        let all: f64 = handled.values().sum();
        for share in handled.values_mut() {
            *share /= all.max(1.0);
        }
        handled
    }
}

/// The folder of a path; empty for what lies in none.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
