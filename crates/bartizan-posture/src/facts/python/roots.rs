//! Which files of a repository are what users import.

use std::path::Path;

/// Folders of a repository that are no part of what users import.
const BESIDE: [&str; 16] = [
    "tests",
    "test",
    "testing",
    "benchmarks",
    "examples",
    "doc",
    "docs",
    "tools",
    "scripts",
    "_vendor",
    "vendored",
    "externals",
    "extern",
    "_build_utils",
    "conftest",
    "_external",
];

/// The folders of the packages of a repository: at its top, or in `src`, `lib` or `python`; where one has the project's
/// name, that one only.
pub(super) fn of(files: &[String], name: Option<&str>) -> Vec<String> {
    let folder = |path: &String| {
        let folder = path.strip_suffix("/__init__.py")?;
        let name = last_of(folder);
        let is_top =
            !name.contains('/') && !BESIDE.contains(&name) && !name.starts_with(['.', '_']);
        is_top.then(|| folder.to_owned())
    };
    let all: Vec<String> = files.iter().filter_map(folder).collect();
    let name = name
        .unwrap_or_default()
        .to_lowercase()
        .replace(['-', '.'], "_");
    let is_own = |root: &&String| last_of(root).to_lowercase() == name;
    let own: Vec<String> = all.iter().filter(is_own).cloned().collect();
    if own.is_empty() { all } else { own }
}

fn last_of(folder: &str) -> &str {
    let tops = ["src/", "lib/", "python/"];
    let mut found = tops.iter().filter_map(|top| folder.strip_prefix(top));
    found.next().unwrap_or(folder)
}

/// Whether a file is part of what users import of these packages.
pub(super) fn is_public(path: &str, roots: &[String]) -> bool {
    let rest = roots
        .iter()
        .find_map(|root| path.strip_prefix(root.as_str())?.strip_prefix('/'));
    rest.is_some_and(|rest| is_python(rest) && !rest.split('/').any(is_beside))
}

fn is_python(path: &str) -> bool {
    let ending = Path::new(path).extension();
    ending.is_some_and(|ending| ending == "py")
}

/// Tests, what is of others, and folders that are marked as private.
fn is_beside(part: &str) -> bool {
    let is_private = part.starts_with('_') && !part.contains('.');
    is_private || BESIDE.contains(&part) || part.starts_with("test_") || part == "conftest.py"
}
