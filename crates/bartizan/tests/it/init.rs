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
    let checks = value["checks"].as_array().unwrap().iter();
    let failing = checks.filter(|it| it["outcome"] == "fail");
    let ids = failing.map(|it| {
        it["check"]
            .as_str()
            .or(it["id"].as_str())
            .unwrap()
            .to_owned()
    });
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
            assert_snapshot!(run.shown(), @"");
        }
        assert_eq!(failing(&workspace), Vec::<String>::new(), "{backend}");
        assert!(written(&workspace).contains("environment: pypi"));
    }
}

#[test]
fn nothing_is_written_over() {
    let workspace = workspace("flit_core.buildapi");
    workspace.file("project/.github/workflows/release.yml", "mine\n");
    assert_snapshot!(init(&workspace, &[]).shown(), @"");
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
    assert_snapshot!(init(&other, &[]).shown(), @"");
    assert_snapshot!(init(&Workspace::new(), &[]).shown(), @"");
    assert_snapshot!(init(&Workspace::new(), &["none"]).shown(), @"");
    #[cfg(unix)]
    {
        let linked = workspace("flit_core.buildapi");
        linked.file("elsewhere/x", "");
        std::os::unix::fs::symlink(linked.path("elsewhere"), linked.path("project/.github"))
            .unwrap();
        assert_snapshot!(init(&linked, &["--force"]).shown(), @"");
        assert!(!linked.path("elsewhere/workflows").exists());
    }
}
