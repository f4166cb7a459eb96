//! `bartizan init release` as a maintainer runs it: what it writes passes `bartizan check`, and nothing is written over.

use insta::assert_snapshot;
use serde_json::Value;

use super::workspace::{Run, Workspace};

fn workspace(backend: &str) -> Workspace {
    let workspace = Workspace::new();
    let text = format!(
        "[project]\nname = 'lab'\n[build-system]\nrequires = ['x>=1']\nbuild-backend = '{backend}'\n"
    );
    workspace.file("project/pyproject.toml", text);
    workspace
}

/// The checks of SPEC 8 that fail, by what `check` says.
fn failing(workspace: &Workspace) -> Vec<String> {
    let run = workspace.run(&["check", "--format=json", "--exit-zero"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let checks = value["results"].as_array().unwrap().iter();
    let failing = checks.filter(|it| it["outcome"] == "fail");
    let ids = failing.map(|it| it["check"].as_str().unwrap().to_owned());
    ids.filter(|id| id.starts_with("spec-8")).collect()
}

fn written(workspace: &Workspace) -> String {
    let path = workspace.path("project/.github/workflows/release.yml");
    std::fs::read_to_string(path).unwrap_or_default()
}

fn init(workspace: &Workspace, arguments: &[&str]) -> Run {
    workspace.run(&[&["init", "release"], arguments].concat())
}

#[test]
fn what_is_written_is_told_and_passes() {
    for backend in ["hatchling.build", "mesonpy", "maturin"] {
        let workspace = workspace(backend);
        let run = init(&workspace, &[]);
        assert_eq!(run.code, 0, "{}", run.shown());
        if backend == "hatchling.build" {
            assert_snapshot!(run.shown(), @r#"
            Written, because `hatchling.build` builds packages of Python alone:
              .github/dependabot.yml
              .github/release-requirements.in
              .github/workflows/release.yml
              RELEASING.md

            By hand, in this order:
              1. Environment `pypi` of the repository: at least two required reviewers,
              "prevent self-review", no bypass for administrators, and deployments from tags
              `v*` only.
              2. Trusted publisher of `lab` on the package index: owner and name of this
              repository, workflow `release.yml`, environment `pypi`. Then revoke every
              token of the index, and remove the secrets that held them.
              3. Rule for tags `v*`: made by the release team alone, never updated, never
              deleted; signed.
              4. Rule for the default branch: changes only by reviewed pull requests, no
              force push, no deletion.
              5. Actions of the repository: only chosen actions may run, pinned to full
              commits; the default token can only read, and workflows approve no pull
              requests.
              6. `.github/release-requirements.txt`: make it from
              `.github/release-requirements.in` by the command in that file, and commit
              both.
              7. Releases of this repository: make them immutable, where the host offers it.

            `bartizan check` says what of SPEC 8 holds; `bartizan check --online` asks the
            host for its settings too.

            --- stderr
            --- exit 0
            "#);
        }
        assert_eq!(failing(&workspace), Vec::<String>::new(), "{backend}");
        assert!(written(&workspace).contains("environment: pypi"));
    }
}

#[test]
fn nothing_is_written_over() {
    let workspace = workspace("flit_core.buildapi");
    workspace.file("project/.github/workflows/release.yml", "mine\n");
    assert_snapshot!(init(&workspace, &[]).shown(), @r"

    --- stderr
    error: `.github/workflows/release.yml` is there already
    hint: `--dry-run` shows what would change; `--force` writes over it
    --- exit 2
    ");
    assert_eq!(written(&workspace), "mine\n");
    assert!(!workspace.path("project/RELEASING.md").exists());
    let run = init(&workspace, &["--dry-run"]);
    assert_eq!((run.code, written(&workspace).as_str()), (0, "mine\n"));
    assert!(
        run.stdout
            .contains("\n-mine\n+# Publishes what a pushed tag names"),
        "{}",
        run.shown()
    );
    assert_eq!(init(&workspace, &["--force"]).code, 0);
    assert!(written(&workspace).contains("gh attestation verify"));
}

#[test]
fn what_is_in_the_way_is_told() {
    let other = workspace("flit_core.buildapi");
    let text =
        "on: release\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: twine upload dist/*\n";
    other.file("project/.github/workflows/old.yml", text);
    assert_snapshot!(init(&other, &[]).shown(), @r"

    --- stderr
    error: `.github/workflows/old.yml` publishes already
    hint: `bartizan check --fix` mends it; `--force` writes another workflow beside it
    --- exit 2
    ");
    assert_snapshot!(init(&Workspace::new(), &[]).shown(), @r"

    --- stderr
    error: no workflow of releases can be written: there is no Python package to publish
    hint: name the directory of a package with a `pyproject.toml` that names its `build-backend`
    --- exit 2
    ");
    assert_snapshot!(init(&Workspace::new(), &["none"]).shown(), @r"

    --- stderr
    error: cannot look into `none`: no such file or directory
    hint: name the directory of a checkout
    --- exit 2
    ");
    #[cfg(unix)]
    {
        let linked = workspace("flit_core.buildapi");
        linked.file("elsewhere/x", "");
        std::os::unix::fs::symlink(linked.path("elsewhere"), linked.path("project/.github"))
            .unwrap();
        assert_snapshot!(init(&linked, &["--force"]).shown(), @r"

        --- stderr
        error: `ROOT/project/.github` is a link
        hint: put a folder or a file of the repository in its place
        --- exit 2
        ");
        assert!(!linked.path("elsewhere/workflows").exists());
    }
}
