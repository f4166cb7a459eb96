//! What is staged for the next commit, as a change.

use std::path::Path;

use bartizan_assessment::review::sides::{Sides, Workflows, is_of_workflows, workflows_of};
use bartizan_model::problem::Problem;
use bartizan_review::Review;
use bartizan_sources::{
    git::Repository,
    past::{self, Kinds, TwoStates},
};
use jiff::civil::Date;

use super::range::failed;
use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The variable that names the file of what is staged, as hooks of partial commits have it.
const INDEX: &str = "GIT_INDEX_FILE";

pub(super) fn feed(
    ctx: &Context,
    path: &Path,
    today: Date,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    let repository = Repository::open(path).map_err(failed)?;
    // It is told relative to where the hook runs.
    let index = ctx.environment.path(INDEX).map(|it| ctx.directory.join(it));
    let found = past::staged(path, index.as_deref()).map_err(|error| {
        Failure::usage(chain(&error)).hint("`--staged` asks the program `git` what is staged")
    })?;
    let before = workflows_of(&repository, repository.head().ok().as_ref());
    let after = laid_over(&before, &found);
    let sides = Sides {
        name: path.display().to_string(),
        found,
        blobs: &repository,
        workflows: (before, after),
    };
    Ok(sides.feed(today, review).problems)
}

/// Workflows with what differs laid over them.
fn laid_over(before: &Workflows, found: &TwoStates) -> Workflows {
    let differs = |path: &str| found.files.iter().any(|it| it.path == path);
    let mut after: Workflows = before
        .iter()
        .filter(|(path, _)| !differs(path))
        .cloned()
        .collect();
    let of_workflows = found.files.iter().filter(|it| is_of_workflows(&it.path));
    after.extend(of_workflows.filter_map(|it| {
        let standing = it.after.as_ref()?;
        let is_file = matches!(standing.kind, Kinds::File | Kinds::Program);
        is_file.then(|| (it.path.clone(), standing.blob.clone()))
    }));
    after
}
