//! The files of a checkout, listed within bounds.

use std::path::{Path, PathBuf};

use bartizan_formats::tree::{EntryKind, Tree, TreeError};
use bartizan_model::problem::Problem;

/// How many files are listed; the largest core project has about 10,000.
const MAX_FILES: usize = 60_000;

/// How many folders are looked into.
const MAX_FOLDERS: usize = 20_000;

/// How deep folders are followed.
const MAX_DEPTH: usize = 16;

/// Hidden folders that matter.
const HIDDEN: [&str; 6] = [
    ".azure-pipelines",
    ".buildkite",
    ".circleci",
    ".github",
    ".gitlab",
    ".semaphore",
];

/// Folders of others.
const FOREIGN: [&str; 5] = [
    "node_modules",
    "__pycache__",
    "site-packages",
    "target",
    "venv",
];

/// The files from the top of the repository, sorted.
pub(super) fn files(tree: &dyn Tree, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![(PathBuf::new(), 0_usize)];
    let mut looked_into = 0_usize;
    while let Some((folder, depth)) = folders.pop() {
        looked_into = looked_into.saturating_add(1);
        if looked_into > MAX_FOLDERS || files.len() > MAX_FILES {
            let message = format!(
                "more than {MAX_FILES} files or {MAX_FOLDERS} folders; the rest was not looked at"
            );
            problems.push(Problem::new(".", message));
            break;
        }
        let entries = match tree.list(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let shown = if depth == 0 {
                    ".".to_owned()
                } else {
                    spelled(&folder)
                };
                problems.push(Problem::new(shown, told(&error)));
                continue;
            }
        };
        for entry in entries {
            match entry.kind {
                EntryKind::File => files.push(spelled(&entry.path)),
                EntryKind::Directory if depth < MAX_DEPTH && is_wanted(&entry.path) => {
                    folders.push((entry.path, depth.saturating_add(1)));
                }
                EntryKind::Other if matters(&entry.path) => {
                    let message = "is a link to a directory, a broken link or no regular file; it was not followed";
                    problems.push(Problem::new(spelled(&entry.path), message));
                }
                EntryKind::Directory | EntryKind::Other => {}
            }
        }
    }
    files.sort();
    files
}

/// Why something could not be had, with its cause.
pub(super) fn told(error: &TreeError) -> String {
    match error {
        TreeError::Io(cause) => format!("{error}: {cause}"),
        _ => error.to_string(),
    }
}

/// Whether something lies where continuous integration is set up, or is such a place itself.
fn matters(path: &Path) -> bool {
    let first = path.components().next();
    let first = first.and_then(|part| part.as_os_str().to_str());
    first.is_some_and(|name| HIDDEN.contains(&name))
}

fn is_wanted(folder: &Path) -> bool {
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    HIDDEN.contains(&name) || !(name.starts_with('.') || FOREIGN.contains(&name))
}

fn spelled(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
