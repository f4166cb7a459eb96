//! Two commits of a repository as a change.

use std::path::Path;

use bartizan_review::Review;
use bartizan_sources::{
    git::{CommitId, Repository, RepositoryError},
    past::two_states,
};
use jiff::civil::Date;

use super::sides::{Fed, Sides, is_of_workflows, workflows_of};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The repository.
    pub repository: &'a Path,
    /// Two commits, `BASE..HEAD` or `BASE...HEAD`, or one.
    pub range: &'a str,
    /// Whether all that the commit holds counts as new.
    pub is_all: bool,
    /// The day that counts as now.
    pub today: Date,
}

/// Hands what is asked for over to a review.
pub fn feed(asked: &Asked<'_>, review: &mut Review<'_>) -> Result<Fed, RepositoryError> {
    let repository = Repository::open(asked.repository)?;
    let (base, head) = ends(&repository, asked.range, asked.is_all)?;
    between(&repository, (base.as_ref(), &head), asked.today, review)
}

/// Hands over what differs between two commits, or between nothing and one.
pub fn between(
    repository: &Repository,
    (base, head): (Option<&CommitId>, &CommitId),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Fed, RepositoryError> {
    let found = two_states(repository.path(), base, head)?;
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
    Ok(sides.feed(today, review))
}

/// What was there before, if anything was, and what is there now.
pub fn ends(
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
