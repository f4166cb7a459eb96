//! A repository without fault, made up here; the tests break one line of it at a time.

mod online;

use std::collections::BTreeMap;

use bartizan_formats::tree::MemoryTree;
use bartizan_model::assessment::Outcome;
use jiff::civil::{Date, date};

use crate::{
    checks,
    facts::{self, Facts},
    judgement::Judgement,
};

/// The day that counts as today in tests.
pub(crate) const TODAY: Date = date(2026, 11, 25);

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("laboratory/", $path)))),*]
    };
}

/// Its files.
const FILES: &[(&str, &str)] = files![
    ".circleci/config.yml",
    ".cirrus.star",
    ".github/CODEOWNERS",
    ".github/actions/prepare/action.yml",
    ".github/bartizan-tags.toml",
    ".github/bartizan.toml",
    ".github/dependabot.yml",
    ".github/workflows/label.yml",
    ".github/workflows/nightly.yml",
    ".github/workflows/pages.yml",
    ".github/workflows/release.yml",
    ".github/workflows/tests.yml",
    "CODE_OF_CONDUCT.md",
    "GOVERNANCE.md",
    "README.md",
    "RELEASING.md",
    "RESOURCES.toml",
    "SECURITY.md",
    "lab/__init__.py",
    "lab/__init__.pyi",
    "lab/numbers/__init__.py",
    "pyproject.toml",
];

/// Its files with others in their place, or besides.
pub(crate) fn with(changed: &[(&str, &str)]) -> Facts {
    let files = FILES.iter().chain(changed).copied();
    let files: BTreeMap<&str, &str> = files.collect();
    facts::read(&MemoryTree::new(files), TODAY)
}

/// Only these files.
pub(crate) fn only(files: &[(&str, &str)]) -> Facts {
    facts::read(&MemoryTree::new(files.iter().copied()), TODAY)
}

/// What a check says of facts, a line for each statement.
pub(crate) fn told(id: &str, facts: &Facts) -> String {
    let check = checks::find(id).unwrap();
    let judgement = (check.judge)(facts);
    let lines = judgement.statements().iter().map(|it| {
        let places: Vec<String> = it
            .places
            .iter()
            .map(|place| match place.line {
                Some(line) => format!(
                    "{}:{line}",
                    place.file.trim_start_matches(".github/workflows/")
                ),
                None => place.file.clone(),
            })
            .collect();
        let severity = it
            .severity
            .map(|level| format!(" ({level})"))
            .unwrap_or_default();
        format!(
            "{}{severity}: {} [{}]",
            it.outcome,
            it.message,
            places.join(" ")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a check says of one workflow and nothing else.
pub(crate) fn of_workflow(id: &str, text: &str) -> String {
    told(id, &only(&[(".github/workflows/w.yml", text)]))
}

/// The answers of every check.
fn outcomes(facts: &Facts) -> BTreeMap<&'static str, Judgement> {
    checks::ALL
        .iter()
        .map(|check| (check.id, (check.judge)(facts)))
        .collect()
}

/// The repository with one text in place of another.
fn mutated(file: &str, passing: &str, failing: &str) -> Facts {
    let (_, text) = FILES
        .iter()
        .find(|(path, _)| *path == file)
        .unwrap_or_else(|| panic!("no file {file}"));
    let found = text.matches(passing).count();
    assert_eq!(found, 1, "`{passing}` stands {found} times in {file}");
    let text = text.replace(passing, failing);
    let files = FILES.iter().copied().filter(|(path, _)| *path != file);
    // Where nothing is left, the file is gone.
    let changed = (!text.trim().is_empty()).then_some((file, text.as_str()));
    facts::read(&MemoryTree::new(files.chain(changed)), TODAY)
}

#[test]
fn every_check_passes_here() {
    let facts = with(&[]);
    assert_eq!(facts.problems, []);
    for (id, judgement) in outcomes(&facts) {
        assert!(
            matches!(judgement.outcome(), Outcome::Pass | Outcome::NotApplicable),
            "{id}: {}",
            told(id, &facts)
        );
    }
}

/// The ids of the checks that fail.
fn failing(facts: &Facts) -> Vec<&'static str> {
    let all = outcomes(facts).into_iter();
    let failing = all.filter(|(_, judgement)| judgement.outcome() == Outcome::Fail);
    failing.map(|(id, _)| id).collect()
}

/// An example fails what it should either by the files alone or with the answers of host and index; the other way it fails
/// nothing else.
#[test]
fn each_example_fails_its_check_and_its_overlaps_only() {
    let mut faults = Vec::new();
    for check in checks::ALL {
        let example = check.example;
        let (passing, failing_text) = (example.passing, example.failing);
        let (alone, looked_up) = if example.file.starts_with("online/") {
            (
                with(&[]),
                online::mutated(example.file, passing, failing_text),
            )
        } else {
            let facts = mutated(example.file, passing, failing_text);
            (facts.clone(), online::looked_up(facts, None))
        };
        let mut wanted: Vec<&str> = example.overlaps.to_vec();
        wanted.push(check.id);
        wanted.sort_unstable();
        let (alone, looked_up) = (failing(&alone), failing(&looked_up));
        let is_part = |failing: &[&str]| failing.iter().all(|id| wanted.contains(id));
        let is_told = alone == wanted || looked_up == wanted;
        if !is_told || !is_part(&alone) || !is_part(&looked_up) {
            faults.push(format!(
                "{}: {alone:?} and {looked_up:?}, not {wanted:?}",
                check.id
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_nobody_attests_is_unknown() {
    let policy = FILES
        .iter()
        .find(|(path, _)| *path == ".github/bartizan.toml")
        .unwrap()
        .1;
    let attested: Vec<&str> = policy
        .lines()
        .filter(|line| line.contains("{ check = "))
        .collect();
    assert!(attested.len() > 5);
    for line in attested {
        let id = line.split('"').nth(1).unwrap();
        let facts = mutated(".github/bartizan.toml", line, "");
        assert_eq!(outcomes(&facts)[id].outcome(), Outcome::Unknown, "{id}");
    }
}

#[test]
fn nothing_at_all_panics_nowhere_and_passes_little() {
    let facts = only(&[]);
    for (id, judgement) in outcomes(&facts) {
        assert!(!judgement.statements().is_empty(), "{id}");
    }
}
