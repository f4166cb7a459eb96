//! Looking for targets in the files of an image.

use bartizan_model::{inventory::Inventory, problem::Problem};

use super::{FileSystem, ImageTree, platform, system};
use crate::{
    python::PlatformChoice,
    target::{Discovery, TargetContext, discover},
};

/// What is found in the files of an image, after the inventory of the image itself. `runs_on` is its platform, `linux/amd64`.
pub(crate) fn inside(
    mut own: Inventory,
    files: FileSystem,
    runs_on: &str,
    ctx: &TargetContext<'_>,
) -> Discovery {
    own.problems.extend(unread(&own.path, &files));
    let tree = ImageTree::new(files, &own.path);
    own.problems.extend(system::notes(&tree));
    let platform = match (&ctx.platform, platform::platform(runs_on)) {
        (PlatformChoice::Host(_), Some(platform)) => PlatformChoice::Named(platform),
        (other, _) => other.clone(),
    };
    let inner = TargetContext {
        tree: &tree,
        python: ctx.python.clone(),
        platform,
        active_python: None,
    };
    let mut found = discover(&inner, tree.root()).unwrap_or_else(|error| {
        let problem = Problem::new(own.path.clone(), error.describe());
        own.problems.push(problem);
        Discovery::default()
    });
    found.inventories.insert(0, own);
    found
}

/// What was in the image and is not in its files.
fn unread(path: &str, files: &FileSystem) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |message: String| problems.push(Problem::new(path, message));
    if files.lost > 0 {
        problem(format!(
            "entries ({}) have no place in it: over links to nowhere, or out of it",
            files.lost
        ));
    }
    if files.left > 0 {
        problem(format!(
            "files that may say what is installed ({}) are too large to be kept",
            files.left
        ));
    }
    for link in files.unfollowed() {
        let link = link.trim_start_matches('/');
        problem(format!(
            "the link `{link}` leads to a file that was not kept, or to none"
        ));
    }
    problems
}
