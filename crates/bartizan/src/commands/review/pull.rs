//! A pull request as a change: out of a repository that keeps the heads of pull requests, else from the code host.

use bartizan_review::Review;
use bartizan_sources::{
    git::{CommitId, Repository},
    http::Address,
};
use jiff::civil::Date;

use super::{
    arguments::ChangeArguments,
    feed::Fed,
    hosted,
    range::{between, failed},
};
use crate::{code_host, context::Context, error::Failure};

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
    ctx: &Context,
    (change, number): (&ChangeArguments, u32),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Fed, Failure> {
    // Who names a repository on the host wants to know of it what the host says.
    if change.hosted_at.is_none()
        && let Ok(repository) = Repository::open(&change.repository)
        && let Some(head) = head(&repository, number)
    {
        let base = base(&repository, number, &head)?;
        return between(&repository, (Some(&base), &head), today, review);
    }
    let asks =
        format!("pull request {number} is not in the repository, so that the code host is asked");
    let (client, address) = code_host::client(ctx, &asks)?;
    let name = hosted_at(change, &address)?;
    ctx.note(&format!("asking {address} about {name}#{number}"));
    let problems = hosted::feed(&client, (&name, number), today, review)?;
    Ok(Fed {
        problems,
        ends: None,
    })
}

/// What the repository is called on the host.
pub(super) fn hosted_at(change: &ChangeArguments, address: &Address) -> Result<String, Failure> {
    let named = change.hosted_at.clone();
    let is_default = address.to_string() == code_host::API;
    let found = named.or_else(|| {
        let repository = Repository::open(&change.repository).ok()?;
        code_host::of_history(&repository, is_default)
    });
    found.ok_or_else(|| {
        Failure::usage("it is not known which repository on the code host this is")
            .hint("name it by `--hosted-at OWNER/NAME`")
    })
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
