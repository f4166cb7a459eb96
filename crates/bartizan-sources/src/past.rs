//! The whole history of a repository as facts for `bartizan-people`: who wrote and who integrated what, which files changed,
//! by how many lines.
//!
//! Nothing is asked of a network and no program is run. What a partial or shallow clone does not have, and what is broken, is
//! counted and left out; nothing of it stops the reading. Every number has a bound. What is the same for ever (a commit, the
//! difference of two contents) is kept in the home, without a name or an address: the module `kept` says how.

mod abreast;
mod between;
mod changes;
mod corpus;
mod differing;
mod draft;
mod forgotten;
mod kept;
mod key;
mod line_counts;
mod mainline;
mod objects;
mod portion;
mod proposals;
mod references;
mod renames;
mod staged;
mod unmerged;
mod walk;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use bartizan_people::history::History;

use crate::git::{CommitId, Repository, RepositoryError};

pub use self::{
    abreast::abreast,
    between::{Between, between},
    corpus::{Loaded, NamedRepository, Reader, corpus, corpus_with},
    differing::{Differing, Kinds, Standing, TwoStates, two_states},
    forgotten::{ForgottenError, forget, forgotten},
    kept::Kept,
    key::{KeyError, key},
    mainline::{Sides, Step, commit_of, hash_of_digits, mainline},
    portion::Portion,
    references::keeps_pulls,
    staged::{pair_moves, staged},
    unmerged::{Heads, Unmerged, unmerged},
};

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Whether lines are counted; that takes most of the time.
    pub lines: bool,
    /// Where histories are kept between runs, and the name of this one there.
    pub kept: Option<Kept>,
    /// What is read besides the history. It is not kept.
    pub proposals: Proposals,
}

/// Commits that are proposed and not in the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Proposals {
    /// None is read.
    #[default]
    None,
    /// Those of every pull request whose head the repository keeps.
    Pulls,
    /// Those of so many pull requests that are not known to be in, the newest ones by their numbers.
    Waiting(usize),
    /// Those behind some commits, in their order.
    Commits(Vec<CommitId>),
}

/// What a reading is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Taking up what an earlier run kept.
    Recalling,
    /// Reading commits.
    Walking,
    /// Comparing trees, as far as that was not done beside the walk.
    Comparing,
    /// Counting lines.
    Counting,
    /// Keeping it for the next run.
    Keeping,
}

/// Somebody who looks at how far a reading is.
pub trait Watcher {
    /// A stage begins.
    fn begin(&mut self, stage: Stage);

    /// So much of it is done, of so much where that is known.
    fn advance(&mut self, done: usize, of: Option<usize>);
}

/// Nobody.
impl Watcher for () {
    fn begin(&mut self, _stage: Stage) {}

    fn advance(&mut self, _done: usize, _of: Option<usize>) {}
}

/// What was read.
#[derive(Debug)]
pub struct Reading {
    /// The history.
    pub history: History,
    /// The commit that it ends in, as hexadecimal digits.
    pub head: String,
    /// How many commits came from an earlier run.
    pub recalled: usize,
}

/// More threads than this only wait for each other.
const MOST_THREADS: usize = 16;

/// How long a history is read. The largest takes minutes; one that was made to take for ever is cut short, and the next run
/// goes on with what this one kept.
const LONGEST: Duration = Duration::from_mins(10);

/// Reads the history behind `HEAD`.
pub fn read(
    path: &Path,
    wanted: &Wanted,
    watcher: &mut dyn Watcher,
) -> Result<Reading, RepositoryError> {
    read_within(path, wanted, LONGEST, watcher)
}

fn read_within(
    path: &Path,
    wanted: &Wanted,
    longest: Duration,
    watcher: &mut dyn Watcher,
) -> Result<Reading, RepositoryError> {
    let until = Instant::now() + longest;
    let repository = Repository::open(path)?;
    let head = repository.head()?;
    watcher.begin(Stage::Recalling);
    let recalled = wanted.kept.as_ref().and_then(|kept| kept.read(&repository));
    let (mut draft, known) = recalled.unwrap_or_default();
    let is_new = known.is_empty();
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS);
    let place = Place {
        path,
        threads,
        until,
    };
    let walked = walk::walk(&repository, place, &head, (&mut draft, known), watcher);
    let recalled = walked.recalled;
    let mut counted = 0;
    if wanted.lines {
        watcher.begin(Stage::Counting);
        counted = line_counts::count(&repository, place, &mut draft, watcher);
    }
    references::read(&repository, place, &mut draft)?;
    proposals::read(place, &wanted.proposals, &mut draft);
    let history = draft.finish(&repository);
    if let Some(kept) = &wanted.kept
        && (is_new || recalled < history.commits.len() || counted > 0)
    {
        watcher.begin(Stage::Keeping);
        kept.write(&history);
    }
    Ok(Reading {
        history,
        head: head.to_string(),
        recalled,
    })
}

/// Where a repository is, and how many threads read it until when: each opens it for itself.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a Path,
    threads: usize,
    until: Instant,
}

impl Place<'_> {
    fn is_over(self) -> bool {
        Instant::now() >= self.until
    }
}

#[cfg(test)]
mod tests;
