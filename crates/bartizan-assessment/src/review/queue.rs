//! The pull requests of a repository that wait, each reviewed, the heaviest first.
//!
//! They are read from the heads that a mirror keeps. Git does not say which of them were refused, so that the queue is an
//! upper bound of what is open unless the caller names those that are. What one costs, no other pays: each is looked at by
//! itself, on all cores, within a time.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use bartizan_model::{problem::Problem, severity::SeverityLevel};
use bartizan_people::{
    corpus::Project,
    history::{Hash, waiting},
};
use bartizan_review::{
    Entry, Review,
    queue::{lines_to_read, weight},
    rule::{Capability, Rules},
    score::{Score, Thousandths},
    verdict::EntryName,
};
use bartizan_sources::git::{Repository, RepositoryError};
use jiff::civil::Date;

use super::{pull, range};

/// How many pull requests are looked at, unless more are asked for.
pub const MOST: usize = 100;

/// How many entries of one are told.
pub const MOST_ENTRIES: usize = 10;

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
    /// What it lets the package newly do, with how many entries say so.
    pub capabilities: BTreeMap<Capability, usize>,
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
        head: digits(&it.head),
    });
    (pulls.collect(), all.len())
}

/// A hash as hexadecimal digits.
pub fn digits(hash: &Hash) -> String {
    hash.iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
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
    queue.looked.sort_by_key(|it| {
        let first = std::cmp::Reverse((it.weight.value, it.severity));
        (first, std::cmp::Reverse(it.number))
    });
    queue.problems.sort();
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
    let mut review = Review::new(asked.rules);
    let fed = range::between(repository, (Some(&base), &head), asked.today, &mut review)
        .map_err(|error| error.to_string())?;
    let report = review.finish();
    let entries: Vec<&Entry<'_>> = report
        .entries
        .iter()
        .filter(|it| is_told(&it.rule.id))
        .collect();
    let mut problems = fed.problems;
    problems.extend(report.problems.iter().cloned());
    Ok(Looked {
        number: asked_pull.number,
        head: asked_pull.head.clone(),
        weight: weight(entries.iter().map(|it| &it.score)),
        of_entries: entries.len(),
        severity: entries.iter().map(|it| it.severity).max(),
        capabilities: capabilities(&entries),
        files: report.files,
        changed_lines: fed.changed_lines,
        lines_to_read: lines_to_read(entries.iter().copied()),
        entries: entries
            .iter()
            .take(MOST_ENTRIES)
            .map(|it| told(it))
            .collect(),
        problems,
    })
}

/// What a change lets the package newly do: capabilities that the score says are new where they stand.
fn capabilities(entries: &[&Entry<'_>]) -> BTreeMap<Capability, usize> {
    let mut capabilities = BTreeMap::new();
    for entry in entries {
        let is_new = |(name, share): &(&str, Thousandths)| *name == "capability" && share.0 > 0;
        if let Some(capability) = entry.rule.capability
            && entry.score.shares.iter().any(is_new)
        {
            *capabilities.entry(capability).or_default() += 1;
        }
    }
    capabilities
}

fn told(entry: &Entry<'_>) -> Told {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
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
