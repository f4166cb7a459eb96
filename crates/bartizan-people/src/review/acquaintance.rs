//! How well a project knows somebody, at one time: by the work of theirs that was taken in, here and elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bartizan_model::Timestamp;

use super::place::Place;
use crate::corpus::{Corpus, PersonNumber, Project};

/// What of somebody's work was taken in here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Works.
    pub works: usize,
    /// When the last one came in, in seconds.
    pub last: Option<i64>,
    /// Who brought them in, where the history says so and it was somebody else.
    pub backers: BTreeSet<PersonNumber>,
    /// Changes of files.
    pub changes: usize,
    /// Of these, changes of files of a kind.
    pub places: BTreeMap<Place, usize>,
}

/// What of somebody's work was taken in by other projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// Works.
    pub works: usize,
    /// Projects that took in some.
    pub projects: usize,
    /// People who brought some in.
    pub backers: usize,
}

/// Work that came in: when, where, by whom.
type Taken = (i64, usize, Option<PersonNumber>);

/// Who is known, read forward in time.
pub struct Acquaintance<'a> {
    project: &'a Project,
    order: Vec<(i64, usize)>,
    read: usize,
    people: HashMap<PersonNumber, Record>,
    /// Of everybody, what other projects took in, in the order of time.
    elsewhere: HashMap<PersonNumber, Vec<Taken>>,
    /// How often files of each kind were changed, and by somebody who was new here.
    places: BTreeMap<Place, (usize, usize)>,
}

impl<'a> Acquaintance<'a> {
    /// From the begin of a project of the corpus.
    pub fn new(corpus: &'a Corpus, project: &'a Project) -> Self {
        let works = project.works.iter().enumerate();
        let mut order: Vec<(i64, usize)> = works
            .filter_map(|(place, it)| Some((it.integrated?.as_second(), place)))
            .collect();
        order.sort_by_key(|(at, place)| (*at, std::cmp::Reverse(*place)));
        let mut elsewhere: HashMap<PersonNumber, Vec<Taken>> = HashMap::new();
        let others = corpus.projects.iter().enumerate();
        for (number, other) in others.filter(|(_, it)| it.name != project.name) {
            for work in &other.works {
                if let Some(at) = work.integrated {
                    let taken = (at.as_second(), number, work.by_another());
                    elsewhere.entry(work.author).or_default().push(taken);
                }
            }
        }
        let sorted = elsewhere.into_iter().map(|(person, mut taken)| {
            taken.sort_unstable();
            (person, taken)
        });
        Self {
            project,
            order,
            read: 0,
            people: HashMap::new(),
            elsewhere: sorted.collect(),
            places: BTreeMap::new(),
        }
    }

    /// Goes on to a time: what came in before it is known. Times must not go back.
    pub fn read_before(&mut self, time: Timestamp) {
        while let Some((at, place)) = self.order.get(self.read).copied() {
            if at >= time.as_second() {
                return;
            }
            self.read += 1;
            if let Some(work) = self.project.works.get(place) {
                self.take(work, at);
            }
        }
    }

    fn take(&mut self, work: &crate::corpus::Work, at: i64) {
        let record = self.people.entry(work.author).or_default();
        let is_new = record.works == 0;
        record.works += 1;
        record.last = Some(at);
        record.backers.extend(work.by_another());
        for change in self.project.changes(work) {
            record.changes += 1;
            if let Some(place) = Place::of(self.project.path(change.path)) {
                *record.places.entry(place).or_default() += 1;
                let (all, by_new) = self.places.entry(place).or_default();
                *all += 1;
                *by_new += usize::from(is_new);
            }
        }
    }

    /// What of somebody's work was taken in here.
    pub fn here(&self, person: PersonNumber) -> Record {
        self.people.get(&person).cloned().unwrap_or_default()
    }

    /// What other projects had taken in before a time.
    pub fn elsewhere(&self, person: PersonNumber, time: Timestamp) -> Elsewhere {
        let all = self.elsewhere.get(&person).map_or(&[][..], Vec::as_slice);
        let until = all.partition_point(|(at, _, _)| *at < time.as_second());
        let taken = all.get(..until).unwrap_or_default();
        Elsewhere {
            works: taken.len(),
            projects: taken.iter().map(|it| it.1).collect::<BTreeSet<_>>().len(),
            backers: taken
                .iter()
                .filter_map(|it| it.2)
                .collect::<BTreeSet<_>>()
                .len(),
        }
    }

    /// How often files of a kind were changed here, and how often by somebody whose first work here that was.
    pub fn usual(&self, place: Place) -> (usize, usize) {
        self.places.get(&place).copied().unwrap_or_default()
    }
}
