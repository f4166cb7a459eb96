//! `bartizan verify --source`, `--checkout` and `--against` as a user runs them, on artifacts made by hand.

use std::{
    io::{Cursor, Write},
    process::Command,
};

use insta::assert_snapshot;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::workspace::Workspace;

const WHEEL: &str = "lab-1.0-py3-none-any.whl";
const SOURCE: &str = "lab-1.0.zip";
const QUIET: [&str; 2] = ["--no-content", "--as-of=2026-11-26"];

fn pack(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = SimpleFileOptions::default().unix_permissions(0o644);
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const METADATA: &str = "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\n";

/// A wheel with a module of this text, and the source distribution of `x = 1`.
fn workspace(module: &str) -> Workspace {
    let workspace = Workspace::new();
    let wheel = pack(&[
        ("lab.py", module),
        ("lab-1.0.dist-info/METADATA", METADATA),
        ("lab-1.0.dist-info/RECORD", ""),
    ]);
    let source = pack(&[
        ("lab-1.0/lab.py", "x = 1\n"),
        ("lab-1.0/PKG-INFO", METADATA),
    ]);
    workspace.file(&format!("project/{WHEEL}"), wheel);
    workspace.file(&format!("project/{SOURCE}"), source);
    workspace
}

fn check(workspace: &Workspace, arguments: &[&str]) -> String {
    let arguments = [&["verify"], arguments, &QUIET].concat();
    let ran = workspace.run(&arguments);
    let kept = |line: &&str| {
        line.contains("against") || line.contains("unexplained") || line.contains("differing")
    };
    let lines: Vec<&str> = ran.stdout.lines().filter(kept).map(str::trim).collect();
    format!("{}\nexit {}", lines.join("\n"), ran.code)
}

#[test]
fn a_wheel_is_held_against_its_source() {
    let same = workspace("x = 1\n");
    assert_snapshot!(check(&same, &[WHEEL, "--source", SOURCE]), @"");
    let changed = workspace("x = 1\nimport os\n");
    assert_snapshot!(check(&changed, &[WHEEL, "--source", SOURCE]), @"");
}

#[test]
fn two_builds_are_compared() {
    let workspace = workspace("x = 1\n");
    let other = |module: &str| {
        pack(&[
            ("lab-1.0.dist-info/RECORD", ""),
            ("lab-1.0.dist-info/METADATA", METADATA),
            ("lab.py", module),
        ])
    };
    workspace.file("project/other.whl", other("x = 1\n"));
    assert_snapshot!(check(&workspace, &[WHEEL, "--against", "other.whl", "--fail-on=medium"]), @"");
    workspace.file("project/other.whl", other("x = 2\n"));
    assert_snapshot!(check(&workspace, &[WHEEL, "--against", "other.whl", "--fail-on=medium"]), @"");
    assert_snapshot!(check(&workspace, &[WHEEL, "--against", WHEEL, "--fail-on=high"]), @"");
}

#[test]
fn a_source_is_held_against_the_commit_of_its_tag() {
    let workspace = workspace("x = 1\n");
    workspace.file("clone/lab.py", "x = 1\n");
    let clone = workspace.path("clone");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&clone);
        command.args(["-c", "user.name=x", "-c", "user.email=x@example.org"]);
        command
            .args(arguments)
            .output()
            .is_ok_and(|it| it.status.success())
    };
    if !(git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-qm", "x"])) {
        println!("skipped: git is not here");
        return;
    }
    assert_snapshot!(check(&workspace, &[SOURCE, "--checkout", "../clone"]), @"");
    assert!(git(&["tag", "v1.0.0"]));
    let told = check(&workspace, &[SOURCE, "--checkout", "../clone"]);
    assert!(
        told.contains("tag `v1.0.0`") && told.ends_with("exit 3"),
        "{told}"
    );
    workspace.file("clone/lab.py", "x = 2\n");
    assert!(git(&["commit", "-qam", "y"]));
    let told = check(
        &workspace,
        &[SOURCE, "--checkout", "../clone", "--commit", "HEAD"],
    );
    assert!(
        told.contains("unexplained-code") && told.ends_with("exit 1"),
        "{told}"
    );
}
