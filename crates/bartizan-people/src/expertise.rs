//! Who knows which part of a project, from what they wrote and how long ago.
//!
//! By file: the degree of authorship (Avelino and others, `PeerJ` 1233), as a share of the highest of the file, halved every
//! two years. A module has what its files have together. It tells about work that somebody did, not about how good it is,
//! and who has none here may know it all from elsewhere.

mod files;
mod reviewers;

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use crate::{
    corpus::{Corpus, PersonNumber, Project},
    decay,
};

use self::files::{FileRecord, Part};
pub use self::reviewers::{Change, Reviewer};

/// The degree of whoever did nothing to a file that nobody touched (the same paper): less makes nobody an author.
pub(crate) const DEGREE_OF_NOTHING: f64 = 3.293;

/// From which share of the highest degree somebody counts as an author of a file (the same paper).
pub const AUTHOR_FROM: f64 = 0.75;

/// What putting in the work of others on a file adds, beside what writing adds: it was read, but not written.
const OF_HANDLED: f64 = 0.5;

/// Who knows which file of a project.
#[derive(Debug, Clone)]
pub struct Expertise<'a> {
    corpus: &'a Corpus,
    project: &'a Project,
    now: Timestamp,
    /// Those that are there now, by path.
    files: BTreeMap<&'a str, Vec<Degree>>,
}

/// What somebody has to do with a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degree {
    /// Who.
    pub person: PersonNumber,
    /// Their degree of authorship as a share of the highest.
    pub share: f64,
    /// Changes that they wrote, alone or with others.
    pub changes: u32,
    /// Changes of others that they put in.
    pub handled: u32,
    /// Changes that anybody wrote.
    pub of_changes: u32,
    /// Whether the file is theirs from the begin.
    pub is_first: bool,
    /// When they last wrote or put in a change.
    pub last: Option<Timestamp>,
}

/// What somebody has to do with part of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Expert<'a> {
    /// Who.
    pub person: PersonNumber,
    /// The sum over files, faded: what they are sorted by.
    pub weight: f64,
    /// That as a share of everybody's.
    pub share: f64,
    /// The files that they are authors of, those that weigh most first.
    pub files: Vec<(&'a str, Degree)>,
    /// When they last wrote or put in a change of any of the files.
    pub last: Option<Timestamp>,
}

impl<'a> Expertise<'a> {
    /// Reads the history of a project as it is now.
    pub fn of(corpus: &'a Corpus, project: &'a Project, now: Timestamp) -> Self {
        let records = files::records(project, |it| corpus.is_program(it));
        let files = records.into_iter().enumerate();
        let files = files.filter_map(|(path, record)| {
            let path = project.path(u32::try_from(path).ok()?);
            Some((path, degrees(&record?)))
        });
        Self {
            files: files.collect(),
            corpus,
            project,
            now,
        }
    }

    /// The files of the project.
    pub fn paths(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.files.keys().copied()
    }

    /// What everybody has to do with a file, the closest first.
    pub fn degrees(&self, path: &str) -> &[Degree] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }

    /// Who knows the files that a question is about, the one that knows them best first.
    pub fn experts(&self, is_asked: impl Fn(&str) -> bool) -> Vec<Expert<'a>> {
        let mut experts: BTreeMap<PersonNumber, Expert<'a>> = BTreeMap::new();
        for (path, degrees) in &self.files {
            if !is_asked(path) {
                continue;
            }
            for degree in degrees {
                let expert = experts.entry(degree.person).or_insert_with(|| Expert {
                    person: degree.person,
                    weight: 0.0,
                    share: 0.0,
                    files: Vec::new(),
                    last: None,
                });
                expert.weight += self.weight(degree);
                expert.last = expert.last.max(degree.last);
                if degree.share > AUTHOR_FROM {
                    expert.files.push((path, *degree));
                }
            }
        }
        let all: f64 = experts.values().map(|it| it.weight).sum();
        let mut experts: Vec<Expert<'a>> = experts.into_values().collect();
        for expert in &mut experts {
            expert.share = if all > 0.0 { expert.weight / all } else { 0.0 };
            let weight = |degree: &Degree| self.weight(degree);
            expert
                .files
                .sort_by(|one, other| weight(&other.1).total_cmp(&weight(&one.1)));
        }
        experts.retain(|it| it.weight > 0.0);
        experts.sort_by(|one, other| {
            let by_weight = other.weight.total_cmp(&one.weight);
            by_weight.then(one.person.cmp(&other.person))
        });
        experts
    }

    /// What a degree counts now.
    fn weight(&self, degree: &Degree) -> f64 {
        let written = if degree.share > AUTHOR_FROM {
            degree.share
        } else {
            0.0
        };
        let handled = f64::from(degree.handled) / f64::from(degree.of_changes.max(1));
        (written + OF_HANDLED * handled) * decay::weight(degree.last, self.now)
    }
}

/// The degree of authorship of a file: whether somebody made it, how often they changed it, and how often others did.
pub(crate) fn degree_of_authorship(is_first: bool, own: u32, others: u32) -> f64 {
    DEGREE_OF_NOTHING + 1.098 * f64::from(u8::from(is_first)) + 0.164 * f64::from(own)
        - 0.321 * f64::from(others).ln_1p()
}

/// What everybody has to do with a file, the closest first.
fn degrees(record: &FileRecord) -> Vec<Degree> {
    let degree = |part: &Part| {
        let others = record.changes.saturating_sub(part.changes);
        degree_of_authorship(part.is_first, part.changes, others)
    };
    // Whoever only puts in what others write is the author of nothing.
    let wrote = record.parts.values().filter(|it| it.changes > 0);
    let highest = wrote.map(degree).fold(f64::MIN_POSITIVE, f64::max);
    let degrees = record.parts.iter().map(|(person, part)| Degree {
        person: *person,
        share: match part.changes {
            0 => 0.0,
            _ => (degree(part) / highest).max(0.0),
        },
        changes: part.changes,
        handled: part.handled,
        of_changes: record.changes,
        is_first: part.is_first,
        last: part.last,
    });
    let mut degrees: Vec<Degree> = degrees.collect();
    degrees.sort_by(|one, other| other.share.total_cmp(&one.share));
    degrees
}

#[cfg(test)]
mod tests;
