//! `bartizan review` as a user runs it.

use std::{io::Write, process::Command};

use serde_json::Value;

use super::{schema::check_schema, workspace::Workspace};

/// Runs git in a repository of the workspace; says whether it is there and succeeded.
pub(super) fn git(workspace: &Workspace, arguments: &[&str]) -> bool {
    let status = Command::new("git")
        .arg("-C")
        .arg(workspace.path("lab"))
        .args(["-c", "user.name=Lab", "-c", "user.email=lab@example.org"])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output();
    status.is_ok_and(|output| output.status.success())
}

pub(super) fn commit(workspace: &Workspace, message: &str) {
    assert!(git(workspace, &["add", "-A"]) && git(workspace, &["commit", "-qm", message]));
}

const PROBE: &str = "check_c_source_compiles(\"\n#include <linux/landlock.h>\nint main(void) { return 0; }\n\" HAVE_LANDLOCK)\n";

const WORKFLOW: &str = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n";

/// A repository with a harmless commit, one that plants four things, and one that only moves; none where git is not here.
pub(super) fn laboratory() -> Option<Workspace> {
    let workspace = Workspace::new();
    workspace
        .file("lab/CMakeLists.txt", PROBE)
        .file(
            "lab/src/lab.py",
            "import os\n\ndef f(x):\n    os.system(x)\n",
        )
        .file("lab/.github/workflows/a.yml", WORKFLOW);
    if !git(&workspace, &["init", "-q"]) {
        println!("skipped: git is not here");
        return None;
    }
    commit(&workspace, "first");
    workspace
        .file(
            "lab/CMakeLists.txt",
            PROBE.replace("int main", ".\nint main"),
        )
        .file(
            "lab/tests/files/good.lzma",
            [&b"\x5d\0\0"[..], &[7; 5_000]].concat(),
        )
        .file(
            "lab/src/lab.py",
            "import os\n\ndef f(x):\n    os.system(x)\n\ndef g(x):\n    os.system(x)\n",
        )
        .file(
            "lab/.github/workflows/a.yml",
            WORKFLOW.replace("permissions: {}", "permissions: {contents: write}"),
        );
    commit(&workspace, "second");
    std::fs::rename(workspace.path("lab/src"), workspace.path("lab/lib")).unwrap();
    workspace.file("lab/lib/lab.py", "import os\n\ndef h(x):\n    os.system(\n        x,\n    )\n\ndef f(x):\n    os.system(x)\n");
    commit(&workspace, "third");
    Some(workspace)
}

/// Rule and file of each entry of a report in JSON.
pub(super) fn entries(text: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(text).unwrap();
    let entries = report["entries"].as_array().unwrap();
    let shown = entries.iter().map(|it| {
        let word = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {} {}:{}",
            word("severity"),
            word("rule"),
            word("file"),
            it["line"]
        )
    });
    shown.collect()
}

const REVIEW: [&str; 5] = [
    "review",
    "--format=json",
    "--repository=../lab",
    "--as-of=2026-11-26",
    "--exit-zero",
];

#[test]
fn what_commits_introduce() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let review = |range: &str| workspace.run(&[&REVIEW[..], &[range]].concat());
    let planted = review("HEAD~2..HEAD~1");
    assert_eq!(planted.code, 0, "{}", planted.shown());
    check_schema(&workspace, "review", &planted);
    let told = entries(&planted.stdout);
    for wanted in [
        "high broken-probe CMakeLists.txt:3",
        "high opaque-content tests/files/good.lzma:null",
        "medium run-through-shell src/lab.py:7",
        "high workflow-gain .github/workflows/a.yml:",
    ] {
        assert!(
            told.iter().any(|it| it.starts_with(wanted)),
            "{wanted}: {told:?}"
        );
    }
    assert_eq!(review("HEAD~1").stdout, planted.stdout);
    assert_eq!(
        entries(&review("HEAD~1..HEAD").stdout),
        Vec::<String>::new()
    );
    assert_eq!(entries(&review("HEAD").stdout), Vec::<String>::new());
    let all = workspace.run(&[&REVIEW[..], &["--all"]].concat());
    assert!(
        entries(&all.stdout)
            .iter()
            .filter(|it| it.contains("run-through-shell lib/lab.py"))
            .count()
            == 2
    );
}

#[test]
fn formats_and_exit_codes_are_those_of_all_commands() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let run = |arguments: &[&str]| {
        workspace.run(
            &[
                &["review", "--repository=../lab", "--as-of=2026-11-26"],
                arguments,
            ]
            .concat(),
        )
    };
    let found = run(&["HEAD~1"]);
    assert_eq!(found.code, 1, "{}", found.shown());
    assert!(
        found.stdout.contains("1. high ") && found.stdout.contains(">     3 .\n"),
        "{}",
        found.stdout
    );
    assert_eq!(run(&["HEAD~1", "--fail-on=critical"]).code, 0);
    assert_eq!(run(&["HEAD"]).code, 0);
    assert_eq!(run(&["nowhere"]).code, 2);
    assert_eq!(run(&["HEAD..HEAD"]).code, 3);
    let sarif: Value = serde_json::from_str(&run(&["HEAD~1", "--format=sarif"]).stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(
        results
            .iter()
            .any(|it| it["ruleId"] == "broken-probe" && it["level"] == "error")
    );
    let github = run(&["HEAD~1", "--format=github"]).stdout;
    assert!(
        github.contains("::error file=CMakeLists.txt,line=3,title=broken-probe (high)::"),
        "{github}"
    );
    let settings = "[[ignore]]\nid = 'broken-probe'\nreason = 'known'\n";
    workspace.file("project/bartizan.toml", settings);
    let ignored = run(&["HEAD~1"]);
    assert!(
        !ignored.stdout.contains("high broken-probe") && ignored.stdout.contains("1 set aside"),
        "{}",
        ignored.shown()
    );
}

#[test]
fn patches_and_rules_of_users() {
    let workspace = Workspace::new();
    let patch = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -9,2 +9,3 @@ def f():\n import os\n+os.system(x)\n y = 1\n";
    workspace
        .file("project/change.patch", patch)
        .file("project/none", "hello");
    let ended = workspace.run(&["review", "--diff=change.patch", "--format=json"]);
    assert_eq!(
        entries(&ended.stdout),
        ["medium run-through-shell a.py:10"],
        "{}",
        ended.shown()
    );
    assert_eq!(workspace.run(&["review", "--diff=none"]).code, 2);
    let rule = "[[rule]]\nid = 'lab-word'\ntitle = 't'\nseverity = 'low'\nconfidence = 'high'\ncwe = [1]\nwhat = 'w'\nwhy = 'y'\nremedy = 'r'\n[rule.lines]\nwords = ['system']\npattern = 'os\\.system'\nmessage = 'm'\n[rule.example]\nfile = 'a.py'\nfailing = 'os.system'\npassing = ''\n";
    workspace.file("project/own.toml", rule);
    let own = workspace.run(&[
        "review",
        "--diff=change.patch",
        "--rules=own.toml",
        "--format=json",
    ]);
    assert!(
        entries(&own.stdout).contains(&"low lab-word a.py:10".to_owned()),
        "{}",
        own.shown()
    );
    workspace.file("project/own.toml", "[[rule]]\nid = 'x'\n");
    assert_eq!(
        workspace
            .run(&["review", "--diff=change.patch", "--rules=own.toml"])
            .code,
        2
    );
}

/// A zip archive.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn artifacts_are_two_sides_too() {
    let workspace = Workspace::new();
    let m4 = "lab_make=`grep -aErls \"#{4}[[:alnum:]]{5}#{4}$\" $srcdir/`\nlab='sed \"r\\n\" $lab_make | eval $lab_map | $lab_prefix -d'\n";
    let old = [
        (
            "lab-1.0/setup.py",
            "from setuptools import setup\nsetup()\n",
        ),
        ("lab-1.0/configure.ac", "AC_INIT\n"),
    ];
    let new = [
        ("lab-1.1/setup.py", old[0].1),
        ("lab-1.1/configure.ac", old[1].1),
        ("lab-1.1/m4/lab.m4", m4),
    ];
    workspace
        .file("project/lab-1.0.zip", archive(&old))
        .file("project/lab-1.1.zip", archive(&new));
    let ended = workspace.run(&[
        "review",
        "--artifacts",
        "lab-1.0.zip",
        "lab-1.1.zip",
        "--format=json",
    ]);
    let told = entries(&ended.stdout);
    assert!(
        told.iter().take(3).all(|it| it.contains(" m4/lab.m4:")) && !told.is_empty(),
        "{}",
        ended.shown()
    );
    assert_eq!(ended.code, 1);
    let wheel = |version: &str| {
        let folder = format!("lab-{version}.dist-info/METADATA");
        archive(&[("lab.py", "x = 1\n"), (folder.as_str(), "Name: lab\n")])
    };
    workspace
        .file("project/lab-1.0-py3-none-any.whl", wheel("1.0"))
        .file("project/lab-1.1-py3-none-any.whl", wheel("1.1"));
    let same = workspace.run(&[
        "review",
        "--artifacts",
        "lab-1.0-py3-none-any.whl",
        "lab-1.1-py3-none-any.whl",
    ]);
    assert_eq!(same.code, 3, "{}", same.shown());
}
