//! The change that is asked for, handed over file by file.

use std::path::Path;

use bartizan_assessment::review::range::Asked;
use bartizan_model::{Timestamp, problem::Problem};
use bartizan_review::{Review, change::FileChange, diff};
use bartizan_sources::{disk, git::CommitId};
use jiff::tz::TimeZone;

use super::{arguments::ChangeArguments, artifacts, pull, range, staged};
use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The largest patch.
const LARGEST_PATCH: usize = 256 << 20;

/// What became of handing a change over.
pub(super) struct Handed {
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
    /// Its two commits, where they are in the repository.
    pub(super) ends: Option<(CommitId, CommitId)>,
    /// What only the code host has of it.
    pub(super) hosted: Option<Hosted>,
}

/// A change of which only the code host has all.
pub(super) struct Hosted {
    /// The commit where it parted from what it is to come into.
    pub(super) parted: String,
    /// Its last commit.
    pub(super) head: String,
    /// As many of its files as what a change newly does is told by.
    pub(super) files: Vec<FileChange>,
}

impl Handed {
    pub(super) fn of(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            ends: None,
            hosted: None,
        }
    }
}

/// Hands the change over; gives what of it could not be read.
pub(super) fn feed(
    ctx: &Context,
    change: &ChangeArguments,
    now: Timestamp,
    review: &mut Review<'_>,
) -> Result<Handed, Failure> {
    let today = now.to_zoned(TimeZone::UTC).date();
    if let Some(patch) = &change.diff {
        return of_patch(patch, review).map(Handed::of);
    }
    if let Some([old, new]) = change.artifacts.as_deref() {
        return artifacts::feed(old, new, review).map(Handed::of);
    }
    if let Some(range) = pushed(ctx, change) {
        let asked = Asked {
            repository: &change.repository,
            range: &range,
            is_all: false,
            today,
        };
        return range::feed(&asked, review);
    }
    if change.staged {
        return staged::feed(ctx, &change.repository, today, review).map(Handed::of);
    }
    if let Some(number) = change.pull {
        return pull::feed(ctx, (change, number), today, review);
    }
    let asked = Asked {
        repository: &change.repository,
        range: &change.range,
        is_all: change.all,
        today,
    };
    range::feed(&asked, review)
}

/// What a hook is asked about in place of what is staged, as pre-commit says it.
fn pushed(ctx: &Context, change: &ChangeArguments) -> Option<String> {
    let end = |name: &str| ctx.environment.text(name).filter(|_| change.staged);
    let (from, to) = (end("PRE_COMMIT_FROM_REF")?, end("PRE_COMMIT_TO_REF")?);
    Some(format!("{from}..{to}"))
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
