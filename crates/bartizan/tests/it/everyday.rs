//! What brings the program into everyday CI, tried by the scripts of the project: the wheel, the action, the hooks, the plugin.
//!
//! Each script says what it needs and is not here; such a test is counted as skipped.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use super::workspace::Workspace;

/// A repository that fails a check of high severity, and pins a release with known vulnerabilities.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .file(
            "project/.github/workflows/release.yml",
            "on: push\njobs:\n  a:\n    steps:\n      - run: echo ${{ github.event.head_commit.message }}\n",
        )
        .file("project/requirements.txt", "pillow==10.0.0\n")
        .file("project/README.md", "a project\n");
    workspace
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a script printed; `None` where it needs something that is not here.
fn script(workspace: &Workspace, name: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("python3");
    command
        .arg(root().join("scripts").join(name))
        .args(arguments)
        .env("BARTIZAN_HOME", workspace.path("home"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(root())
        .stdin(Stdio::null());
    let Ok(output) = command.output() else {
        println!("skipped: there is no python3");
        return None;
    };
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    let skipped = stdout.lines().find(|line| line.starts_with("skipped:"));
    if let Some(line) = skipped {
        println!("{line}");
        return None;
    }
    Some(stdout)
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_bartizan")
}

#[test]
fn the_steps_of_the_action_run_and_a_fork_sees_no_secret() {
    let workspace = workspace();
    let project = workspace.path("project");
    let of_project = [
        "--program",
        program(),
        "--repository",
        project.to_str().unwrap(),
    ];
    let Some(told) = script(&workspace, "run_action.py", &of_project) else {
        return;
    };
    assert!(
        told.contains("scan   exit 4") && told.contains("check  exit 1"),
        "{told}"
    );
    let of_fork = ["--program", program(), "--fork"];
    let told = script(&workspace, "run_action.py", &of_fork).unwrap();
    assert!(told.contains("9 of 9 strange inputs are refused"), "{told}");
    assert!(
        told.contains("wheels and conda packages: 10 cases, 0 wrong"),
        "{told}"
    );
    assert!(told.contains("review: 8 cases, 0 wrong"), "{told}");
    assert_eq!(
        told.matches("of a fork uploads no, of our own yes, secrets seen: 0")
            .count(),
        2
    );
}

#[test]
fn pre_commit_runs_the_hooks() {
    let workspace = workspace();
    let project = workspace.path("project");
    let arguments = [
        "--program",
        program(),
        "--repository",
        project.to_str().unwrap(),
    ];
    let Some(told) = script(&workspace, "run_hooks.py", &arguments) else {
        return;
    };
    assert!(told.contains("bartizan-check  Failed (1)"), "{told}");
    assert!(
        told.contains("bartizan-review Passed") && told.contains("between: 1"),
        "{told}"
    );
    // Nothing is known of vulnerabilities before advisories are fetched, and that is no pass.
    assert!(told.contains("bartizan-scan   Failed (4)"), "{told}");
}

#[test]
fn repo_review_shows_every_check() {
    let workspace = workspace();
    let project = workspace.path("project");
    let arguments = [
        "--program",
        program(),
        "--repository",
        project.to_str().unwrap(),
    ];
    let Some(told) = script(&workspace, "run_review.py", &arguments) else {
        return;
    };
    assert!(told.contains(" checks of ours: "), "{told}");
}

#[test]
fn the_wheel_holds_the_program_and_installs() {
    let workspace = Workspace::new();
    let target = Path::new(program()).ancestors().nth(2).unwrap();
    let Some(told) = script(
        &workspace,
        "wheel.py",
        &["--target", target.to_str().unwrap()],
    ) else {
        return;
    };
    assert!(told.contains("  installed: bartizan "), "{told}");
}

#[test]
fn zizmor_has_nothing_to_say_of_our_own_workflows() {
    let ended = Command::new("zizmor")
        .args(["--offline", "--quiet", "--format=plain", "."])
        .current_dir(root())
        .output();
    let Ok(output) = ended else {
        return println!("skipped: zizmor is not installed");
    };
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
}

/// Ids of checks of the hardening of CI: those of no SPEC, and those of SPEC 8.
fn is_of_hardening(result: &Value) -> bool {
    let spec = result["spec"].as_str();
    spec.is_none_or(|spec| spec.starts_with("8."))
}

// There is no exception; what a checkout cannot show is unknown, and for a maintainer to attest.
#[test]
fn our_own_ci_is_as_hard_as_we_ask_of_others() {
    let workspace = Workspace::new();
    let root = root();
    let arguments = [
        "check",
        "--format=json",
        "--exit-zero",
        root.to_str().unwrap(),
    ];
    let report: Value = serde_json::from_str(&workspace.run(&arguments).stdout).unwrap();
    let of_hardening: Vec<&Value> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| is_of_hardening(it))
        .collect();
    let failing: Vec<&&Value> = of_hardening
        .iter()
        .filter(|it| it["outcome"] == "fail")
        .collect();
    assert!(failing.is_empty(), "{failing:#?}");
}
