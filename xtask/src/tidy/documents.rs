//! Paths that the documents name exist: a recipe that names a moved file is worse than none.

use super::{Checkout, Rule};

pub(crate) const RULE: Rule = Rule {
    title: "paths that the documents name exist",
    check,
};

/// Top folders and files that a path can start with.
const TOPS: &[&str] = &[
    ".ci/",
    "action/",
    "crates/",
    "docs/",
    "examples/",
    "fuzz/",
    "python/",
    "scripts/",
    "xtask/",
];

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in checkout.ending_with("md") {
        for (number, line) in text.lines().enumerate() {
            let named = paths_in(line);
            let missing = named.filter(|named| !exists(checkout, named));
            complaints.extend(
                missing.map(|named| format!("{path}:{}: `{named}` does not exist", number + 1)),
            );
        }
    }
    complaints
}

/// What stands in backticks and looks like a path of the project.
fn paths_in(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| TOPS.iter().any(|top| word.starts_with(top)) && !word.contains(' '))
}

/// `NAME` in a path stands for the name of something new; its folder must exist.
fn exists(checkout: &Checkout<'_>, path: &str) -> bool {
    match path.split_once("NAME") {
        Some((before, _)) => before
            .rsplit_once('/')
            .is_some_and(|(folder, _)| checkout.has(folder)),
        None => checkout.has(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_project_count() {
        let line = "See `crates/bartizan/src/main.rs`, `serde/json`, and `docs/NAME.md` or `cargo run crates/`.";
        assert_eq!(
            paths_in(line).collect::<Vec<_>>(),
            ["crates/bartizan/src/main.rs", "docs/NAME.md"]
        );
    }
}
