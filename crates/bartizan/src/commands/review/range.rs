//! Two commits of a repository as a change.

use bartizan_assessment::review::range::{self, Asked};
use bartizan_model::problem::Problem;
use bartizan_review::Review;
use bartizan_sources::git::RepositoryError;

use crate::error::{Failure, chain};

pub(super) fn feed(asked: &Asked<'_>, review: &mut Review<'_>) -> Result<Vec<Problem>, Failure> {
    let fed = range::feed(asked, review).map_err(failed)?;
    Ok(fed.problems)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where errors are mapped"
)]
pub(super) fn failed(error: RepositoryError) -> Failure {
    Failure::usage(chain(&error))
        .hint("name a git repository with `--repository`, and commits that it has")
}
