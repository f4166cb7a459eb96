//! Two commits of a repository as a change.

use bartizan_assessment::review::range::{self, Asked};
use bartizan_review::Review;
use bartizan_sources::git::{CommitId, Repository, RepositoryError};
use jiff::civil::Date;

use super::feed::Handed;
use crate::error::{Failure, chain};

pub(super) fn feed(asked: &Asked<'_>, review: &mut Review<'_>) -> Result<Handed, Failure> {
    let repository = Repository::open(asked.repository).map_err(failed)?;
    let (base, head) = range::ends(&repository, asked.range, asked.is_all).map_err(failed)?;
    between(&repository, (base.as_ref(), &head), asked.today, review)
}

/// Hands over what differs between two commits, or between nothing and one.
pub(super) fn between(
    repository: &Repository,
    (base, head): (Option<&CommitId>, &CommitId),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Handed, Failure> {
    let fed = range::between(repository, (base, head), today, review).map_err(failed)?;
    Ok(Handed {
        ends: base.cloned().map(|base| (base, head.clone())),
        ..Handed::of(fed.problems)
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
