//! A pull request as a change, out of a repository that keeps the heads of pull requests.

use std::path::Path;

use bartizan_model::problem::Problem;
use bartizan_review::Review;
use bartizan_sources::git::{CommitId, Repository};
use jiff::civil::Date;

use super::range::{between, failed};
use crate::error::Failure;

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

pub(super) fn feed(
    (path, number): (&Path, u32),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    let repository = Repository::open(path).map_err(failed)?;
    let Some(head) = head(&repository, number) else {
        let what = format!("`{}` does not keep pull request {number}", path.display());
        return Err(Failure::usage(what).hint("fetch `refs/pull/NUMBER/head`"));
    };
    let base = base(&repository, number, &head)?;
    between(&repository, (Some(&base), &head), today, review)
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
fn base(repository: &Repository, number: u32, head: &CommitId) -> Result<CommitId, Failure> {
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
    let none = || {
        Failure::usage(format!(
            "pull request {number} and the main line have nothing in common"
        ))
        .hint("name both ends, `BASE..HEAD`")
    };
    let parted = repository.merge_base(&main, head).ok_or_else(none)?;
    if parted != *head {
        return Ok(parted);
    }
    let before = before_merge(repository, main, head);
    before.ok_or_else(|| {
        Failure::usage(format!(
            "pull request {number} is in the main line, and no merge says since when"
        ))
        .hint("name both ends, `BASE..HEAD`")
    })
}

fn main_line(repository: &Repository) -> Result<CommitId, Failure> {
    let mut found = MAIN_LINES
        .iter()
        .filter_map(|it| repository.commit_of(it).ok());
    match found.next() {
        Some(commit) => Ok(commit),
        None => repository.head().map_err(failed),
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
