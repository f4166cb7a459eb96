//! Both ends of a pull request, out of a repository that keeps the heads of pull requests.

use std::path::PathBuf;

use bartizan_sources::git::{CommitId, Repository, RepositoryError};
use thiserror::Error;

/// How far back on the main line it is looked for where a pull request came in.
const MOST_COMMITS: usize = 100_000;

/// Where the main line may be, the likeliest first: what the remote's own `HEAD` names, then what is checked out.
const MAIN_LINES: [&str; 6] = [
    "refs/remotes/upstream/HEAD",
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// Why a pull request is no change.
#[derive(Debug, Error)]
pub enum PullError {
    /// The repository does not keep it.
    #[error("`{}` does not keep pull request {number}", path.display())]
    None {
        /// The repository.
        path: PathBuf,
        /// The number.
        number: u32,
    },
    /// It has nothing to do with the main line.
    #[error("pull request {number} and the main line have nothing in common")]
    Apart {
        /// The number.
        number: u32,
    },
    /// It is in, and nobody knows since when.
    #[error("pull request {number} is in the main line, and no merge says since when")]
    In {
        /// The number.
        number: u32,
    },
    /// There is no main line.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl PullError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::None { .. } => "fetch `refs/pull/NUMBER/head`",
            Self::Apart { .. } | Self::In { .. } => "name both ends, `BASE..HEAD`",
            Self::Repository(_) => {
                "name a git repository with `--repository`, and commits that it has"
            }
        }
    }
}

/// Both ends of a pull request: where it parted from what it is to come into, and its head.
pub fn ends(repository: &Repository, number: u32) -> Result<(CommitId, CommitId), PullError> {
    let none = || PullError::None {
        path: repository.path().to_owned(),
        number,
    };
    let head = head(repository, number).ok_or_else(none)?;
    Ok((base(repository, number, &head)?, head))
}

/// The head of a pull request, where the repository has it.
fn head(repository: &Repository, number: u32) -> Option<CommitId> {
    let places = [
        "refs/pull",
        "refs/remotes/origin/pull",
        "refs/remotes/upstream/pull",
    ];
    let mut names = places.iter().map(|it| format!("{it}/{number}/head"));
    names.find_map(|it| repository.commit_of(&it).ok())
}

/// Where a pull request parted from what it is to come into.
pub fn base(repository: &Repository, number: u32, head: &CommitId) -> Result<CommitId, PullError> {
    // What the host would merge names the branch that it goes to, whichever that is.
    let merged = repository.commit_of(&format!("refs/pull/{number}/merge"));
    let merged = merged.ok().and_then(|it| repository.commit(&it));
    if let Some([onto, of]) = merged.as_ref().map(|it| it.parents.as_slice())
        && of == head
        && let Some(base) = repository.merge_base(onto, head)
    {
        return Ok(base);
    }
    let main = main_line(repository)?;
    let apart = PullError::Apart { number };
    let parted = repository.merge_base(&main, head).ok_or(apart)?;
    if parted != *head {
        return Ok(parted);
    }
    before_merge(repository, main, head).ok_or(PullError::In { number })
}

fn main_line(repository: &Repository) -> Result<CommitId, RepositoryError> {
    let mut found = MAIN_LINES
        .iter()
        .filter_map(|it| repository.commit_of(it).ok());
    match found.next() {
        Some(commit) => Ok(commit),
        None => repository.head(),
    }
}

/// Where a head parted from the main line that was merged into it since.
fn before_merge(repository: &Repository, main: CommitId, head: &CommitId) -> Option<CommitId> {
    let mut at = main;
    for _ in 0..MOST_COMMITS {
        let parents = repository.commit(&at)?.parents;
        let (first, others) = parents.split_first()?;
        if others.contains(head) {
            return repository.merge_base(first, head);
        }
        at = first.clone();
    }
    None
}
