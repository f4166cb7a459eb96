//! What is said beside the data: errors with hints, colour, a pipe that closes.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{
    laboratory::{NOON, laboratory},
    workspace::Workspace,
};

#[test]
fn an_error_is_one_line_and_a_hint() {
    let workspace = Workspace::new();
    assert_snapshot!(workspace.run(&["scan", "no-such-file"]).shown(), @r#"

    --- stderr
    error: cannot read `no-such-file`: no such file or directory
    hint: check the path
    --- exit 2
    "#);
    workspace.file(
        "project/pyproject.toml",
        "[tool.bartizan]\nfail_on = 'high'\n",
    );
    assert_snapshot!(workspace.run(&["scan"]).shown(), @r#"

    --- stderr
    error: ROOT/project/pyproject.toml:2: unknown key `fail_on`
    hint: did you mean `fail-on`?
    --- exit 2
    "#);
}

#[test]
fn explanations_are_listed_and_shown() {
    let workspace = Workspace::new();
    let ended = workspace.run(&["explain"]);
    let (checks, rest) = ended.stdout.split_once("\n\n").unwrap();
    let lines: Vec<&str> = checks.lines().collect();
    assert_eq!(lines[0], "Checks");
    let has = |id: &str| {
        lines
            .iter()
            .any(|line| line.starts_with(&format!("  {id} ")))
    };
    assert!(
        has("known-vulnerability") && has("spec-8-unpinned-action"),
        "{}",
        ended.shown()
    );
    assert_snapshot!(rest, @r"
    Topics
      backport                                    commits that mend a library of which no release is mended
      blast                                       who stands on a component
      exposure                                    whose requirements still admit an affected release
      fix                                         the smallest upgrade that removes what can be removed
      review-rules                                rules of `review`, and how to write more
      risk                                        the score between 0 and 1 of a target and its components
      sbom-profiles                               what authorities ask of a bill of materials
      sbom-upstream                               where to add what a bill of materials lacks
      signing                                     how artifacts are signed, and by whom
      verification                                how it is verified who built an artifact

    Exit codes
      0                                           nothing at or above the threshold
      1                                           findings at or above the threshold
      2                                           wrong use or configuration
      3                                           nothing to look at
      4                                           a data source is missing, unreachable or too old
      70                                          internal fault
    ");
    assert_snapshot!(workspace.run(&["explain", "4"]).shown(), @r#"
    exit code 4: a data source is missing, unreachable or too old

    Why
      Old or missing advisories cannot say that something is clean. Findings are
      still shown.

    Example
      A scan before the first `bartizan db sync`, or with a snapshot older than
      `--max-age` days.

    Remedy
      Run `bartizan db sync`; accept the embedded sample with `--allow-starter`, or
      an older snapshot with `--max-age`.

    --- stderr
    --- exit 0
    "#);
    assert_snapshot!(workspace.run(&["explain", "stale-databse"]).shown(), @r#"

    --- stderr
    error: no check, no topic and no exit code is called `stale-databse`
    hint: did you mean `stale-database`?
    --- exit 2
    "#);
}

#[test]
fn colour_is_asked_for_or_on_a_terminal() {
    let workspace = laboratory();
    let colored = |variable: (&str, &str), arguments: &[&str]| {
        let arguments = [&["scan", "uv.lock", NOON], arguments].concat();
        let output = workspace
            .command(&arguments)
            .env(variable.0, variable.1)
            .output()
            .unwrap();
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    assert!(!colored(("X", "1"), &[]));
    assert!(colored(("X", "1"), &["--color=always"]));
    assert!(colored(("CLICOLOR_FORCE", "1"), &[]));
    assert!(!colored(("NO_COLOR", "1"), &[]));
    assert!(colored(("BARTIZAN_COLOR", "always"), &[]));
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let workspace = laboratory();
    let arguments = ["scan", "uv.lock", "--format=json", NOON];
    let mut child = workspace
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn quiet_says_nothing_but_errors() {
    let workspace = Workspace::new();
    workspace.file("project/requirements.txt", "numpy==2.3.0\n");
    let ended = workspace.run(&["scan", "--quiet", "requirements.txt"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (4, ""));
    assert!(
        !workspace
            .run(&["scan", "--quiet", "none"])
            .stderr
            .is_empty()
    );
}

#[test]
fn shells_and_manuals_are_served() {
    let workspace = Workspace::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(
            workspace
                .run(&["completions", shell])
                .stdout
                .contains("fail-on"),
            "{shell}"
        );
    }
    assert!(workspace.run(&["man"]).stdout.starts_with(".ie"));
    assert_eq!(workspace.run(&["man", "--dir", "pages"]).code, 0);
    assert!(workspace.path("project/pages/bartizan-db-match.1").exists());
}
