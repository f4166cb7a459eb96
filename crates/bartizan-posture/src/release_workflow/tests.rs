//! What is written passes our own checks, for each kind of package; what is not known is not taken for done.

use std::collections::BTreeMap;

use bartizan_formats::{ci::uses::Target, tree::MemoryTree};
use bartizan_model::assessment::Outcome;

use super::*;
use crate::{facts, laboratory::TODAY, report};

fn project(backend: &str, requires: &str) -> String {
    format!(
        "[project]\nname = 'lab'\n[build-system]\nrequires = ['{requires}']\nbuild-backend = '{backend}'\n"
    )
}

fn read(files: &BTreeMap<String, String>) -> Facts {
    facts::read(&MemoryTree::new(files.clone()), TODAY)
}

fn files(backend: &str, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([("pyproject.toml".to_owned(), project(backend, "x>=1"))]);
    let more = more.iter();
    files.extend(more.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    files
}

/// The outcomes of all checks of SPEC 8 that are no pass, after everything that is planned was written.
fn check(backend: &str, more: &[(&str, &str)], kind: Kind) -> String {
    let mut files = files(backend, more);
    let planned = plan(&read(&files)).unwrap();
    assert_eq!(planned.kind, kind, "{}", planned.because);
    for file in planned.files {
        files.insert(file.path, file.text);
    }
    let facts = read(&files);
    assert_eq!(facts.problems, []);
    // No placeholder is left, and every action is pinned to a commit with its release behind it.
    let text = &files[FILE];
    for word in ["NAME_OF", "NEEDED", "TOLD_", "BUILD_WHEELS", "FOLDER_OF"] {
        assert!(!text.contains(word), "{word}");
    }
    for (_, uses) in facts.uses() {
        assert!(
            matches!(uses.target(), Target::Repository { .. }) && uses.is_commit(),
            "{}",
            uses.text
        );
    }
    assert_eq!(facts.publications().len(), 1);
    let mut told = String::new();
    for answer in report::answers(&facts) {
        let statement = &answer.statement;
        let is_of_other_spec =
            answer.check.id.starts_with("spec-") && !answer.check.id.starts_with("spec-8");
        let is_open = match statement.outcome {
            Outcome::Fail => !is_of_other_spec,
            Outcome::Unknown => answer.check.id.starts_with("spec-8"),
            _ => false,
        };
        if is_open {
            told += &format!("{:?} {}\n", statement.outcome, answer.check.id);
        }
    }
    told
}

#[test]
fn what_is_written_passes_our_own_checks() {
    let pure = check("hatchling.build", &[], Kind::Pure);
    insta::assert_snapshot!(pure, @r"
    Unknown spec-8-mislabelled-pin
    Unknown spec-8-single-approval-release
    Unknown spec-8-unintentional-release
    Unknown spec-8-unprotected-release-branch
    Unknown spec-8-unrestricted-actions
    Unknown spec-8-unsigned-release
    ");
    for backend in ["flit_core.buildapi", "setuptools.build_meta"] {
        assert_eq!(check(backend, &[("docs/example.c", "")], Kind::Pure), pure);
    }
    let more = [("src/lab/_fast.c", "")];
    assert_eq!(check("setuptools.build_meta", &more, Kind::Compiled), pure);
    assert_eq!(
        check("mesonpy", &[("meson.build", "")], Kind::Compiled),
        pure
    );
    assert_eq!(
        check(
            "maturin",
            &[("Cargo.toml", ""), ("src/lib.rs", "")],
            Kind::Rust
        ),
        pure
    );
    assert_eq!(check("strange.backend", &[], Kind::Compiled), pure);
}

#[test]
fn what_cannot_be_built_is_told() {
    let told = |files: &[(&str, &str)]| {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        match plan(&read(&files.collect())) {
            Ok(plan) => format!("{:?}", plan.kind),
            Err(error) => error.to_string(),
        }
    };
    insta::assert_snapshot!(told(&[("a", "b")]), @"there is no Python package to publish");
    insta::assert_snapshot!(told(&[("pyproject.toml", "[project]\nname = 'a'\n")]), @"`pyproject.toml` does not say what builds the package");
}

#[test]
fn what_is_there_is_left_alone() {
    let paths = |more: &[(&str, &str)]| -> Vec<String> {
        let planned = plan(&read(&files("hatchling.build", more))).unwrap();
        planned.files.into_iter().map(|file| file.path).collect()
    };
    let all = [
        ".github/dependabot.yml",
        ".github/release-requirements.in",
        ".github/workflows/release.yml",
        "RELEASING.md",
    ];
    assert_eq!(paths(&[]), all);
    let updates = "version: 2\nupdates: []\n";
    let there = [
        (".github/dependabot.yml", updates),
        ("RELEASING.md", "how\n"),
    ];
    assert_eq!(paths(&there), all[1..3]);
}

/// Every pin that the program carries is one that the workflows use, and a newer one of the repository counts before.
#[test]
fn the_newest_release_that_is_known_is_taken() {
    let newer = "1".repeat(40);
    let table = format!("[tags]\n'actions/checkout' = {{ 'v99.0.0' = '{newer}' }}\n");
    let more = [(".github/bartizan-tags.toml", table.as_str())];
    let planned = plan(&read(&files("hatchling.build", &more))).unwrap();
    let workflow = planned.files.iter().find(|file| file.path == FILE).unwrap();
    assert!(
        workflow
            .text
            .contains(&format!("actions/checkout@{newer} # v99.0.0"))
    );
    let known = actions::known(&read(&files("hatchling.build", &[])));
    for kind in [Kind::Pure, Kind::Compiled, Kind::Rust] {
        for action in actions::of(kind) {
            assert!(known.newest(action).is_some(), "{action}");
        }
    }
}

#[test]
fn what_is_left_for_people_is_listed() {
    let other =
        "on: release\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: twine upload dist/*\n";
    let more = [
        (".github/workflows/old.yml", other),
        (".github/dependabot.yml", "version: 2\nupdates: []\n"),
    ];
    let planned = plan(&read(&files("maturin", &more))).unwrap();
    insta::assert_snapshot!(planned.by_hand.join("\n"), @r#"
    Environment `pypi` of the repository: at least two required reviewers, "prevent self-review", no bypass for administrators, and deployments from tags `v*` only.
    Trusted publisher of `lab` on the package index: owner and name of this repository, workflow `release.yml`, environment `pypi`. Then revoke every token of the index, and remove the secrets that held them.
    Rule for tags `v*`: made by the release team alone, never updated, never deleted; signed.
    Rule for the default branch: changes only by reviewed pull requests, no force push, no deletion.
    Actions of the repository: only chosen actions may run, pinned to full commits; the default token can only read, and workflows approve no pull requests.
    `.github/release-requirements.txt`: make it from `.github/release-requirements.in` by the command in that file, and commit both.
    Releases of this repository: make them immutable, where the host offers it.
    `Cargo.lock`: it must be committed, as the wheels are built with `--locked`.
    Dependabot: `.github/dependabot.yml` is there already; it must update `github-actions` in one group (`bartizan check --fix`).
    `.github/workflows/old.yml:6` publishes too: remove it, so that there is one way to release.
    "#);
}
