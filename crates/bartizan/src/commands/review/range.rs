//! Two commits of a repository as a change.

use std::path::Path;

use bartizan_review::Review;
use bartizan_sources::{
    git::{CommitId, Repository, RepositoryError},
    past::two_states,
};
use jiff::civil::Date;

use super::{
    feed::Fed,
    sides::{Sides, workflows_of},
};
use crate::{
    commands::check::is_of_workflows,
    error::{Failure, chain},
};

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) repository: &'a Path,
    pub(super) range: &'a str,
    pub(super) is_all: bool,
    pub(super) today: Date,
}

pub(super) fn feed(asked: &Asked<'_>, review: &mut Review<'_>) -> Result<Fed, Failure> {
    let repository = Repository::open(asked.repository).map_err(failed)?;
    let (base, head) = ends(&repository, asked.range, asked.is_all).map_err(failed)?;
    between(&repository, (base.as_ref(), &head), asked.today, review)
}

/// Hands over what differs between two commits, or between nothing and one.
pub(super) fn between(
    repository: &Repository,
    (base, head): (Option<&CommitId>, &CommitId),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Fed, Failure> {
    let found = two_states(repository.path(), base, head).map_err(failed)?;
    let workflows = if found.files.iter().any(|it| is_of_workflows(&it.path)) {
        (
            workflows_of(repository, base),
            workflows_of(repository, Some(head)),
        )
    } else {
        Default::default()
    };
    let sides = Sides {
        name: repository.path().display().to_string(),
        found,
        blobs: repository,
        workflows,
    };
    Ok(Fed {
        problems: sides.feed(today, review),
        ends: base.cloned().map(|base| (base, head.clone())),
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where errors are mapped"
)]
pub(super) fn failed(error: RepositoryError) -> Failure {
    Failure::usage(chain(&error))
        .hint("name a git repository with `--repository`, and commits that it has")
}

/// What was there before, if anything was, and what is there now.
fn ends(
    repository: &Repository,
    range: &str,
    is_all: bool,
) -> Result<(Option<CommitId>, CommitId), RepositoryError> {
    let commit = |text: &str| repository.commit_of(if text.is_empty() { "HEAD" } else { text });
    if let Some((base, head)) = range.split_once("...") {
        let (base, head) = (commit(base)?, commit(head)?);
        let parted = repository.merge_base(&base, &head);
        return Ok((Some(parted.unwrap_or(base)).filter(|_| !is_all), head));
    }
    if let Some((base, head)) = range.split_once("..") {
        return Ok((Some(commit(base)?).filter(|_| !is_all), commit(head)?));
    }
    let head = commit(range)?;
    let parents = repository
        .commit(&head)
        .map(|it| it.parents)
        .unwrap_or_default();
    Ok((parents.into_iter().next().filter(|_| !is_all), head))
}
