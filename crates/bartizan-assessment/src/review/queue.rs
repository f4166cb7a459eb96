//! The pull requests of a repository that wait, each reviewed, the heaviest first.
//!
//! They are read from the heads that a mirror keeps. Git does not say which of them were refused, so that the queue is an
//! upper bound of what is open unless the caller names those that are. What one costs, no other pays: each is looked at by
//! itself, on all cores, within a time.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use bartizan_model::{fingerprint::hexadecimal, problem::Problem, severity::SeverityLevel};
use bartizan_people::{corpus::Project, history::waiting};
use bartizan_review::{
    Entry, Report, Review,
    capability::Gained,
    queue::{lines_to_read, weight},
    rule::{Capability, Rules},
    score::Score,
    suppression::Terms,
    verdict::EntryName,
};
use bartizan_sources::git::{Repository, RepositoryError};
use jiff::civil::Date;

use super::{pull, range, sides::Fed};

/// How many pull requests are looked at, unless more are asked for.
pub const MOST: usize = 100;

/// How many entries of one are told.
pub const MOST_ENTRIES: usize = 10;

/// How many functions that may newly do something are told of one.
pub const MOST_GAINED: usize = 10;

/// The longest message and path that are kept.
const LONGEST: usize = 300;

/// How long a queue is looked at. Those of which none came up until then are told as not read.
const LONGEST_LOOK: Duration = Duration::from_mins(15);

/// More threads than this only wait for each other.
const MOST_THREADS: usize = 16;

/// A pull request whose head the repository keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u32,
    /// Its last commit, as hexadecimal digits.
    pub head: String,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The repository.
    pub repository: &'a Path,
    /// By which rules.
    pub rules: &'a Rules,
    /// The day that counts as now.
    pub today: Date,
}

/// A pull request, reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Its number.
    pub number: u32,
    /// Its last commit, as hexadecimal digits.
    pub head: String,
    /// What it is ordered by.
    pub weight: Score,
    /// The entries that are told, the heaviest first.
    pub entries: Vec<Told>,
    /// How many entries it has in all.
    pub of_entries: usize,
    /// The severest of them.
    pub severity: Option<SeverityLevel>,
    /// What functions may newly do: the first of them, by what they may do.
    pub gained: Vec<Gained>,
    /// All that any of them may newly do.
    pub capabilities: BTreeSet<Capability>,
    /// How many files differ.
    pub files: usize,
    /// How many lines of texts are taken away and put in.
    pub changed_lines: usize,
    /// How many lines somebody reads who looks at every entry.
    pub lines_to_read: usize,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// An entry that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is called.
    pub name: EntryName,
    /// What its rule looks for.
    pub title: String,
    /// How bad it is.
    pub severity: SeverityLevel,
    /// Its weight.
    pub score: Score,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// What is said of it.
    pub message: String,
}

/// The queue of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// The heaviest first.
    pub looked: Vec<Looked>,
    /// Those that could not be looked at, with why.
    pub problems: Vec<Problem>,
}

/// The pull requests of a project that are not known to be in, the newest first, and how many there are in all.
pub fn pulls(project: &Project, most: usize) -> (Vec<Pull>, usize) {
    let all = waiting(&project.history.pulls);
    let pulls = all.iter().take(most).map(|it| Pull {
        number: it.number,
        head: hexadecimal(&it.head),
    });
    (pulls.collect(), all.len())
}

/// Looks at pull requests. `is_told` says of the id of a rule whether its entries count; `done` hears of each that is done.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a queue is looked at is measured where it is looked at"
)]
pub fn look(
    asked: &Asked<'_>,
    pulls: &[Pull],
    is_told: impl Fn(&str) -> bool + Sync,
    done: impl Fn(usize) + Sync,
) -> Result<Queue, RepositoryError> {
    Repository::open(asked.repository)?;
    let until = Instant::now() + LONGEST_LOOK;
    let (next, ready) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let queue = Mutex::new(Queue::default());
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
        .min(pulls.len().max(1));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let Ok(repository) = Repository::open(asked.repository) else {
                    return;
                };
                while let Some(pull) = pulls.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let looked = if Instant::now() < until {
                        of_pull(&repository, asked, pull, &is_told)
                    } else {
                        Err("there was no time left for it".to_owned())
                    };
                    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
                    match looked {
                        Ok(looked) => queue.looked.push(looked),
                        Err(why) => queue
                            .problems
                            .push(Problem::new(format!("pull request {}", pull.number), why)),
                    }
                    drop(queue);
                    done(ready.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let mut queue = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    queue.order();
    Ok(queue)
}

fn of_pull(
    repository: &Repository,
    asked: &Asked<'_>,
    asked_pull: &Pull,
    is_told: &impl Fn(&str) -> bool,
) -> Result<Looked, String> {
    let head = repository
        .commit_of(&asked_pull.head)
        .map_err(|error| error.to_string())?;
    let base =
        pull::base(repository, asked_pull.number, &head).map_err(|error| error.to_string())?;
    let terms = Terms {
        today: Some(asked.today),
        is_whole: false,
    };
    let mut review = Review::new(asked.rules).under(terms);
    let fed = range::between(repository, (Some(&base), &head), asked.today, &mut review)
        .map_err(|error| error.to_string())?;
    Ok(Looked::of(asked_pull, &review.finish(), fed, is_told))
}

impl Queue {
    /// Puts the heaviest first.
    pub fn order(&mut self) {
        self.looked.sort_by_key(|it| {
            let first = std::cmp::Reverse((it.weight.value, it.severity));
            (first, std::cmp::Reverse(it.number))
        });
        self.problems.sort();
    }
}

impl Looked {
    /// Of a pull request whose review is finished.
    pub fn of(pull: &Pull, report: &Report<'_>, fed: Fed, is_told: impl Fn(&str) -> bool) -> Self {
        let entries: Vec<&Entry<'_>> = report
            .entries
            .iter()
            .filter(|it| it.mark.is_none() && is_told(&it.rule.id))
            .collect();
        let mut problems = fed.problems;
        problems.extend(report.problems.iter().cloned());
        // What stands in a function several times over has one name, and is told once.
        let mut names = BTreeSet::new();
        let told = entries.iter().map(|it| told(it));
        let told = told.filter(|it| names.insert(it.name.clone()));
        Self {
            number: pull.number,
            head: pull.head.clone(),
            weight: weight(entries.iter().map(|it| &it.score)),
            of_entries: entries.len(),
            severity: entries.iter().map(|it| it.severity).max(),
            capabilities: report.capabilities.iter().map(|it| it.capability).collect(),
            gained: report
                .capabilities
                .iter()
                .take(MOST_GAINED)
                .map(cut_short)
                .collect(),
            files: report.files,
            changed_lines: fed.changed_lines,
            lines_to_read: lines_to_read(entries.iter().copied()),
            entries: told.take(MOST_ENTRIES).collect(),
            problems,
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn cut_short(it: &Gained) -> Gained {
    Gained {
        file: cut(&it.file),
        function: cut(&it.function),
        what: cut(&it.what),
        path: Vec::new(),
        ..it.clone()
    }
}

fn told(entry: &Entry<'_>) -> Told {
    Told {
        name: entry.name(),
        title: entry.rule.title.clone(),
        severity: entry.severity,
        score: entry.score.clone(),
        file: cut(&entry.file),
        line: entry.line,
        message: cut(&entry.message),
    }
}
