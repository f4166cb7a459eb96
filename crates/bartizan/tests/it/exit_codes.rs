//! The exit code of every way a run can end, alone and together, under every format.

use super::{
    laboratory::{NOON, UV_LOCK, laboratory},
    workspace::Workspace,
};

const LATER: &str = "--as-of=2026-12-24T12:00:00Z";

fn check(workspace: &Workspace, arguments: &[&str], expect: i32) {
    let ended = workspace.run(arguments);
    assert_eq!(ended.code, expect, "{arguments:?}\n{}", ended.shown());
}

#[test]
fn findings_thresholds_and_freshness() {
    let workspace = laboratory();
    let scan = |more: &[&str], expect: i32| {
        check(&workspace, &[&["scan", "uv.lock"], more].concat(), expect);
    };
    for format in ["human", "json", "sarif", "markdown", "github"] {
        let format = format!("--format={format}");
        scan(&[NOON, &format], 1);
        scan(&[NOON, &format, "--exit-zero"], 0);
        scan(&[LATER, &format], 4);
        scan(&[LATER, &format, "--exit-zero"], 4);
        scan(&[LATER, &format, "--max-age", "31"], 1);
    }
}

#[test]
fn a_severity_that_nobody_states_counts_as_at_the_threshold() {
    let workspace = laboratory();
    let scan = |pin: &str, level: &str, expect: i32| {
        workspace.file("project/requirements.txt", pin);
        check(
            &workspace,
            &[
                "scan",
                "requirements.txt",
                NOON,
                "--no-hygiene",
                "--fail-on",
                level,
            ],
            expect,
        );
    };
    scan("solver==3.4\n", "critical", 1);
    scan("solver==1.0\n", "low", 0);
    scan("plotter==3.1\n", "low", 1);
    scan("plotter==3.1\n", "medium", 0);
    scan("imager==1.1\n", "critical", 1);
}

#[test]
fn without_a_snapshot_the_sample_answers_and_does_not_count() {
    let workspace = Workspace::new();
    workspace.file("project/requirements.txt", "numpy==2.3.0\n");
    check(&workspace, &["scan", "requirements.txt"], 4);
    check(
        &workspace,
        &["scan", "requirements.txt", "--allow-starter"],
        0,
    );
    check(&workspace, &["scan", "requirements.txt", "--exit-zero"], 4);
    check(&workspace, &["db", "status"], 4);
    check(&workspace, &["db", "match", "numpy==1.0"], 4);
    workspace.file("project/bartizan.toml", "allow-starter = true\n");
    check(&workspace, &["scan", "requirements.txt"], 0);
}

#[test]
fn nothing_to_look_at_is_not_clean() {
    let workspace = laboratory();
    workspace
        .file("empty/readme.txt", "nothing here")
        .file("project/ok.txt", "numpy==2.3.0\n");
    check(&workspace, &["scan", "../empty", NOON], 3);
    check(&workspace, &["scan", "../empty", "ok.txt", NOON], 3);
    check(&workspace, &["scan", "../empty", "uv.lock", NOON], 1);
    check(&workspace, &["scan", "../empty", LATER], 4);
    check(&workspace, &["db", "show", "CVE-1999-0001", NOON], 3);
}

#[test]
fn wrong_use_comes_before_everything_else() {
    let workspace = laboratory();
    check(&workspace, &["scan", "no-such-file", NOON], 2);
    check(&workspace, &["scan", "no-such-file", "uv.lock", LATER], 2);
    check(&workspace, &["scan", "--fail-on", "none"], 2);
    check(&workspace, &["scan", "--format", "pdf"], 2);
    check(&workspace, &["scan", "--as-of", "yesterday"], 2);
    check(&workspace, &["scan", "--python", "three"], 2);
    check(&workspace, &["scan", "--platform", "amiga"], 2);
    check(
        &workspace,
        &["scan", "uv.lock", "--output", "no/such/directory/file"],
        2,
    );
    check(&workspace, &["frobnicate"], 2);
    check(&workspace, &[], 2);
    check(&workspace, &["explain", "no-such-check"], 2);
    check(&workspace, &["schema", "explain"], 2);
    check(&workspace, &["--version"], 0);
    check(&workspace, &["scan", "--help"], 0);
    workspace.file("project/bartizan.toml", "max-agee = 3\n");
    check(&workspace, &["scan", "uv.lock", NOON], 2);
    check(&workspace, &["explain"], 0);
}

#[test]
fn a_damaged_snapshot_is_refused_and_never_replaced_by_the_sample() {
    let workspace = Workspace::new();
    workspace.file("home/advisories/snapshot.bdb", "this is no snapshot");
    workspace.file("project/uv.lock", UV_LOCK);
    check(&workspace, &["scan", "uv.lock", "--allow-starter"], 4);
    check(&workspace, &["db", "status"], 4);
    check(&workspace, &["db", "match", "numpy==1.0"], 4);
}

#[test]
fn a_feed_that_cannot_be_had_is_told() {
    let workspace = Workspace::new();
    workspace.file(
        "config/bartizan/bartizan.toml",
        "[sync]\nbase = 'http://127.0.0.1:1'\nepss = 'off'\nknown-exploited = 'off'\n",
    );
    check(&workspace, &["db", "sync", "--offline"], 2);
    check(&workspace, &["db", "sync"], 4);
    check(&workspace, &["db", "sync", "--from", "nowhere"], 2);
    workspace.file("project/none.json", "{}");
    check(&workspace, &["db", "sync", "--from", "none.json"], 4);
}

/// Bytes change on disks. What can no longer be looked up is told and counted, and the rest is not "clean".
#[test]
fn a_block_that_cannot_be_read_is_a_missing_source() {
    let workspace = laboratory();
    let path = workspace.path("home/advisories/snapshot.bdb");
    let whole = std::fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    let last = damaged.len() * 2 / 3;
    damaged
        .iter_mut()
        .take(last)
        .skip(64)
        .for_each(|byte| *byte ^= 0x55);
    std::fs::write(&path, &damaged).unwrap();
    let ended = workspace.run(&["scan", "uv.lock", NOON]);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    let answer = ended.stdout + &ended.stderr;
    assert!(
        !answer.contains("No known vulnerability affects the 5 components."),
        "{answer}"
    );
    check(
        &workspace,
        &["db", "match", "imager==1.1", "solver==3.4", NOON],
        4,
    );
    check(&workspace, &["db", "status", "--verify", NOON], 4);
    std::fs::write(&path, &whole[..whole.len() - 7]).unwrap();
    check(&workspace, &["scan", "uv.lock", NOON, "--allow-starter"], 4);
}
