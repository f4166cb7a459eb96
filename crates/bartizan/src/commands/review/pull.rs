//! A pull request as a change.

use std::path::Path;

use bartizan_assessment::review::{pull, range};
use bartizan_model::problem::Problem;
use bartizan_review::Review;
use bartizan_sources::git::Repository;
use jiff::civil::Date;

use super::range::failed;
use crate::error::{Failure, chain};

pub(super) fn feed(
    (path, number): (&Path, u32),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    let repository = Repository::open(path).map_err(failed)?;
    let ends = pull::ends(&repository, number);
    let (base, head) = ends.map_err(|error| Failure::usage(chain(&error)).hint(error.hint()))?;
    let fed = range::between(&repository, (Some(&base), &head), today, review);
    Ok(fed.map_err(failed)?.problems)
}
