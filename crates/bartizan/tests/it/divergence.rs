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
    assert_snapshot!(check(&same, &[WHEEL, "--source", SOURCE]), @r"
    against `lab-1.0.zip`: 1 files the same, 2 explained, 0 unexplained, 1 of the
    exit 3
    ");
    let changed = workspace("x = 1\nimport os\n");
    assert_snapshot!(check(&changed, &[WHEEL, "--source", SOURCE]), @r"
    against `lab-1.0.zip`: 0 files the same, 2 explained, 1 unexplained, 1 of the
    high unexplained-code: lab.py: differs from `lab.py` of the source from line 2
    exit 1
    ");
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
    assert_snapshot!(check(&workspace, &[WHEEL, "--against", "other.whl", "--fail-on=medium"]), @r"
    against `other.whl`: equal after normalisation (3 files; taken away: times,
    exit 1
    ");
    workspace.file("project/other.whl", other("x = 2\n"));
    assert_snapshot!(check(&workspace, &[WHEEL, "--against", "other.whl", "--fail-on=medium"]), @r"
    against `other.whl`: 1 differences after normalisation, 2 files the same
    medium differing-build: lab.py (code): has 1 lines that the other lacks, and
    exit 1
    ");
    assert_snapshot!(check(&workspace, &[WHEEL, "--against", WHEEL, "--fail-on=high"]), @r"
    against `lab-1.0-py3-none-any.whl`: the same file
    exit 3
    ");
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
    assert_snapshot!(check(&workspace, &[SOURCE, "--checkout", "../clone"]), @r"
    against `../clone`: no tag of its version is in this clone
    exit 4
    ");
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
