//! The change that is asked for, handed over file by file.

use std::path::Path;

use bartizan_assessment::review::range::Asked;
use bartizan_model::{Timestamp, problem::Problem};
use bartizan_review::{Review, diff};
use bartizan_sources::disk;
use jiff::tz::TimeZone;

use super::{arguments::ChangeArguments, artifacts, pull, range, staged};
use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The largest patch.
const LARGEST_PATCH: usize = 256 << 20;

/// Hands the change over; gives what of it could not be read.
pub(super) fn feed(
    ctx: &Context,
    change: &ChangeArguments,
    now: Timestamp,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    let today = now.to_zoned(TimeZone::UTC).date();
    if let Some(patch) = &change.diff {
        return of_patch(patch, review);
    }
    if let Some([old, new]) = change.artifacts.as_deref() {
        return artifacts::feed(old, new, review);
    }
    if change.staged {
        return staged::feed(ctx, &change.repository, today, review);
    }
    if let Some(number) = change.pull {
        return pull::feed((&change.repository, number), today, review);
    }
    let asked = Asked {
        repository: &change.repository,
        range: &change.range,
        is_all: change.all,
        today,
    };
    range::feed(&asked, review)
}

fn of_patch(file: &Path, review: &mut Review<'_>) -> Result<Vec<Problem>, Failure> {
    let name = file.display().to_string();
    let patch = diff::read(&small(file, LARGEST_PATCH)?);
    if patch.files.is_empty() && patch.problems.is_empty() {
        return Err(Failure::usage(format!("`{name}` is no patch"))
            .hint("write one with `git diff BASE HEAD`"));
    }
    patch.files.iter().for_each(|change| review.look(change));
    let told = patch.problems.into_iter().map(|it| Problem {
        subject: format!("{name}, {}", it.subject),
        ..it
    });
    Ok(told.collect())
}

/// A file that the user names, as a whole.
pub(super) fn small(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    disk::read_small(path, limit).map_err(|error| {
        Failure::usage(format!(
            "cannot read `{}`: {}",
            path.display(),
            chain(&error)
        ))
    })
}
