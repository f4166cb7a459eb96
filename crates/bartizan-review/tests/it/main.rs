//! What rules look for is found wherever it is inserted, and moves, renames and another layout introduce nothing: over files made
//! of the rules' own examples, and over files of this repository.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    dead_code,
    reason = "tests"
)]

#[path = "../../examples/rule_insertions/insertion.rs"]
mod insertion;
#[path = "../../examples/rule_insertions/variation.rs"]
mod variation;

use std::path::Path;

use bartizan_review::{
    kind::Language,
    rule::{Confidence, Rules},
};
use proptest::prelude::*;

use crate::{
    insertion::{Real, file_of, fits, harmless, insertion, is_of_file, seen},
    variation::{Dice, renamed},
};

/// Names of files that are made, one for each language in which functions stand.
const MADE: [&str; 5] = [
    "src/made.c",
    "src/made.cu",
    "src/made.py",
    "src/made.pyx",
    "src/made.f90",
];

/// What only a look at all workflows shows.
const OF_WORKFLOWS: &str = "workflow-gain";

/// A file of functions that are examples of rules, those that are found and those that are not.
fn made(path: &str, dice: &mut Dice) -> Real {
    let language = Language::of(path, &[]);
    let of_language = |file: &str| {
        let other = Language::of(file, &[]);
        other == language || (other == Language::C && language == Language::Cpp)
    };
    let mut functions: Vec<String> = Vec::new();
    for rule in Rules::built_in()
        .all()
        .filter(|rule| of_language(&rule.example.file))
    {
        for text in [&rule.example.failing, &rule.example.passing] {
            // Characters that deceive are found by their form, wherever they stand.
            if text.is_ascii()
                && !text.contains('@')
                && rule.example.times == 1
                && !dice.is_one_of(3)
            {
                functions.push(function(
                    &renamed(text, language, dice),
                    language,
                    functions.len(),
                ));
            }
        }
    }
    dice.shuffle(&mut functions);
    Real::new(path, functions.join("\n\n") + "\n")
}

/// An example as a function that begins and ends in the first column.
fn function(text: &str, language: Language, number: usize) -> String {
    match language {
        Language::Python => format!(
            "def made_{number}():\n    {}",
            text.trim_end().replace('\n', "\n    ")
        ),
        Language::C | Language::Cpp => {
            let text = text.replacen("{ ", "{\n    ", 1);
            text.strip_suffix('}')
                .map_or(text.clone(), |it| format!("{it}\n}}"))
        }
        _ => text.to_owned(),
    }
}

/// What harmless changes of a file introduce.
fn introduced(real: &Real, dice: &mut Dice) -> Vec<(&'static str, Vec<String>)> {
    let changes = harmless(real, dice).into_iter();
    let seen = changes.map(|(what, changes)| (what, seen(Rules::built_in(), &changes)));
    seen.filter(|(_, seen)| !seen.is_empty()).collect()
}

/// Texts of this repository, sorted.
fn own(folder: &Path, files: &mut Vec<Real>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            own(&path, files);
        }
        let is_meant = ["py", "toml", "c", "pyx", "sh", "yml", "f90"]
            .iter()
            .any(|it| name.ends_with(&format!(".{it}")));
        let text = std::fs::read_to_string(&path)
            .ok()
            .filter(|it| is_meant && it.len() < 40_000);
        files.extend(text.map(|text| Real::new(&name, text)));
    }
}

#[test]
fn harmless_changes_of_our_own_files_introduce_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    own(&root.join("scripts"), &mut files);
    own(&root.join("crates/bartizan-review"), &mut files);
    own(&root.join(".github"), &mut files);
    assert!(files.len() > 10);
    for (number, real) in files.iter().enumerate() {
        assert_eq!(
            introduced(real, &mut Dice(number as u64)),
            [],
            "{}",
            real.path
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn harmless_changes_of_made_files_introduce_nothing(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        for path in MADE {
            let real = made(path, &mut dice);
            prop_assert_eq!(introduced(&real, &mut dice), vec![], "{}:\n{}", path, real.text);
        }
    }

    #[test]
    fn what_a_rule_looks_for_is_found_wherever_it_is_inserted(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let mut files: Vec<Real> = MADE.iter().map(|path| made(path, &mut dice)).collect();
        let others = ["meson.build", "build.sh", "m4/made.m4", "Makefile", "CMakeLists.txt", "pyproject.toml", "setup.py", "tools/run.sh", ".gitmodules", "src/made.pyf", ".github/workflows/made.yml", "requirements/made.txt", "src/made.js", "package.json"];
        files.extend(others.iter().map(|path| Real::new(path, String::new())));
        let rules = Rules::built_in();
        for rule in rules.all().filter(|rule| rule.confidence != Confidence::Hint && rule.id != OF_WORKFLOWS) {
            let real = files.iter().find(|real| if is_of_file(rule) { real.path == MADE[0] } else { fits(rule, real) });
            let Some(real) = real else {
                return Err(TestCaseError::fail(format!("there is no file for {}", rule.id)));
            };
            let change = if is_of_file(rule) { file_of(rule, real, &mut dice) } else { insertion(rule, real, &mut dice) };
            prop_assert!(seen(rules, std::slice::from_ref(&change)).contains(&rule.id), "{}: {:?}", rule.id, change.after.as_ref().and_then(|it| it.text()));
        }
    }
}
