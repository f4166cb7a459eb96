//! Who knows a file, and how many people can go before most files have nobody left who does.
//!
//! The degree of authorship and the way of counting are those of Avelino, Passos, Hora and Valente (ICPC 2016,
//! arXiv 1604.06766): who created a file, how often each changed it, how often others did. They asked the developers of 67 projects; most agreed with
//! what it said.

use std::collections::{BTreeMap, HashMap};

use crate::{
    corpus::{PersonNumber, Work},
    expertise::{AUTHOR_FROM, DEGREE_OF_NOTHING, degree_of_authorship},
    history::Change,
};

/// So few files say nothing of how knowledge is spread.
const FEWEST_FILES: usize = 10;

/// More are not counted: whether forty or fifty could go is the same to everybody.
const MOST: usize = 50;

/// How many people can go before most files have nobody left who knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TruckFactor {
    /// How many; none where there are too few files to tell.
    pub factor: Option<usize>,
    /// The files that are there.
    pub files: usize,
    /// Who would have to go, in the order in which most would be lost.
    pub people: Vec<PersonNumber>,
}

/// What was done to a file.
#[derive(Debug, Clone, Default)]
struct File {
    /// Who made it.
    first: Option<PersonNumber>,
    /// How often each changed it, whoever made it included.
    by: Vec<(PersonNumber, u32)>,
    all: u32,
}

/// The files of a project as they are at one time.
#[derive(Debug, Clone, Default)]
pub(super) struct Authorship {
    /// By path.
    files: BTreeMap<u32, File>,
    /// Who wrote anything, in the order in which they came: who is taken first of two must not follow from names.
    order: HashMap<PersonNumber, usize>,
}

impl Authorship {
    /// Takes what somebody did to files into account.
    pub(super) fn take(&mut self, work: &Work, changes: &[Change]) {
        let next = self.order.len();
        self.order.entry(work.author).or_insert(next);
        // A file that moved is gone at its old place in the same work: what moves is taken along first.
        let moved: Vec<(u32, File)> = changes
            .iter()
            .filter_map(|it| Some((it.path, self.files.remove(&it.renamed_from?)?)))
            .collect();
        self.files.extend(moved);
        for change in changes {
            if change.new.is_none() {
                self.files.remove(&change.path);
                continue;
            }
            let file = self.files.entry(change.path).or_insert_with(|| File {
                first: change.old.is_none().then_some(work.author),
                ..File::default()
            });
            if change.renamed_from.is_none() {
                file.change(work.author);
            }
        }
    }

    /// Lets whoever knows the most files go, until more than half have nobody.
    pub(super) fn truck_factor(&self) -> TruckFactor {
        let mut knowing: BTreeMap<PersonNumber, usize> = BTreeMap::new();
        let mut authors: Vec<Vec<PersonNumber>> = Vec::with_capacity(self.files.len());
        for file in self.files.values() {
            let of_file = file.authors();
            for person in &of_file {
                *knowing.entry(*person).or_default() += 1;
            }
            authors.push(of_file);
        }
        let files = authors.len();
        let mut people = Vec::new();
        let mut orphans = authors.iter().filter(|it| it.is_empty()).count();
        while orphans * 2 <= files && people.len() < MOST {
            let most = knowing
                .iter()
                .max_by_key(|(person, count)| (**count, std::cmp::Reverse(self.order.get(person))));
            let Some((most, _)) = most.map(|(person, count)| (*person, *count)) else {
                break;
            };
            knowing.remove(&most);
            for of_file in authors.iter_mut().filter(|it| it.contains(&most)) {
                of_file.retain(|it| *it != most);
                orphans += usize::from(of_file.is_empty());
            }
            people.push(most);
        }
        TruckFactor {
            factor: (files >= FEWEST_FILES).then_some(people.len()),
            files,
            people,
        }
    }
}

impl File {
    fn change(&mut self, person: PersonNumber) {
        self.all = self.all.saturating_add(1);
        match self.by.iter_mut().find(|(it, _)| *it == person) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.by.push((person, 1)),
        }
    }

    /// Who knows it.
    fn authors(&self) -> Vec<PersonNumber> {
        let degrees: Vec<(PersonNumber, f64)> = self
            .by
            .iter()
            .map(|(person, own)| (*person, self.degree(*person, *own)))
            .collect();
        let greatest = degrees.iter().map(|(_, it)| *it).fold(0.0, f64::max);
        let knows = |(_, degree): &(PersonNumber, f64)| {
            *degree >= DEGREE_OF_NOTHING && *degree > AUTHOR_FROM * greatest
        };
        let mut authors: Vec<PersonNumber> = degrees
            .iter()
            .filter(|it| knows(it))
            .map(|(it, _)| *it)
            .collect();
        authors.sort_unstable();
        authors
    }

    fn degree(&self, person: PersonNumber, own: u32) -> f64 {
        degree_of_authorship(
            self.first == Some(person),
            own,
            self.all.saturating_sub(own),
        )
    }
}
