//! What `bartizan check` writes beside its report, and what it tells of an ecosystem.

use serde_json::Value;

use super::{
    checks::{RELEASE, TODAY, workspace},
    schema::validate::validate,
    workspace::Workspace,
};

#[test]
fn a_report_of_its_own_asks_nobody() {
    let workspace = workspace();
    workspace.file(
        "project/.github/workflows/<b>.yml",
        "on: push\njobs: {a: {permissions: write-all, steps: [{run: ls}]}}\n",
    );
    let write = || {
        workspace.run(&[
            "check",
            TODAY,
            "--report=../report.html",
            "--exit-zero",
            "-q",
        ])
    };
    assert_eq!(write().code, 0);
    let read = || std::fs::read_to_string(workspace.path("report.html")).unwrap();
    let report = read();
    for needed in [
        "<!DOCTYPE html>",
        "Content-Security-Policy",
        "template-injection",
        "&lt;b&gt;.yml",
        "SPEC 8",
        "OSPS-BR-01.01",
        "<title>",
        "<desc",
    ] {
        assert!(report.contains(needed), "{needed}");
    }
    for absent in ["<script", "<b>", "href=\"/", "src="] {
        assert!(!report.contains(absent), "{absent}");
    }
    assert_eq!(write().code, 0);
    assert!(read() == report, "a second report differs");
}

#[test]
fn badges_are_for_what_is_met_and_go_with_it() {
    let workspace = workspace();
    let run = || workspace.run(&["check", TODAY, "--badges=badges", "--exit-zero", "-q"]);
    let markdown = || std::fs::read_to_string(workspace.path("project/badges/badges.md")).unwrap();
    assert_eq!(run().code, 0);
    insta::assert_snapshot!(markdown(), @"[![SPEC 0: met](spec-0.svg)](https://scientific-python.org/specs/spec-0000/)");
    let picture = std::fs::read_to_string(workspace.path("project/badges/spec-0.svg")).unwrap();
    assert!(picture.contains("SPEC 0: met"));
    // Somebody's own picture stays, and an older Python ends SPEC 0.
    workspace.file("project/badges/spec-1.svg", "mine");
    workspace.file(
        "project/pyproject.toml",
        "[project]\nname = 'lab'\nrequires-python = '>=3.8'\n",
    );
    assert_eq!(run().code, 0);
    assert!(!workspace.path("project/badges/spec-0.svg").exists());
    assert!(workspace.path("project/badges/spec-1.svg").exists());
    assert!(!markdown().contains("SPEC 0"), "{}", markdown());
}

#[test]
fn a_pack_of_evidence_is_the_same_each_time_and_replaces_nothing_of_others() {
    let workspace = workspace();
    let run = |directory: &str| {
        workspace.run(&["check", TODAY, "--evidence", directory, "--exit-zero", "-q"])
    };
    let folder = workspace.path("pack");
    let read = || {
        let mut names: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|it| it.unwrap().file_name())
            .collect();
        names.sort();
        names
            .iter()
            .map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(run("../pack").code, 0);
    let first = read();
    assert_eq!(first.len(), 7);
    assert_eq!(run("../pack").code, 0);
    assert!(read() == first, "a second pack differs");
    let files: Value =
        serde_json::from_slice(&std::fs::read(folder.join("files.json")).unwrap()).unwrap();
    let looked_at = files["files"]["looked_at"].as_array().unwrap();
    let readme = looked_at
        .iter()
        .find(|it| it["path"] == "README.md")
        .unwrap();
    assert_eq!(readme["bytes"], 53);
    // A stranger's file, a directory that is no pack, and a pack with something in it.
    workspace.file("project/other/thesis.txt", "mine");
    workspace.file("project/fake/manifest.json", "{}");
    workspace.file("pack/notes.txt", "mine");
    for directory in ["other", "fake", "../pack"] {
        let ended = run(directory);
        assert_eq!(ended.code, 2, "{}", ended.shown());
    }
    assert!(workspace.path("project/other/thesis.txt").exists());
    assert!(workspace.path("pack/notes.txt").exists());
}

/// A profile of two projects and the clones that are here.
fn ecosystem() -> Option<Workspace> {
    let workspace = workspace();
    workspace.file(
        "lab.toml",
        "[ecosystem]\ntitle = \"Lab\"\nstandards = \"https://example.org/lab/specs\"\n\
         [[project]]\nname = \"lab\"\nrepositories = [\"https://example.org/lab/lab\"]\n\
         [[project]]\nname = \"absent\"\nrepositories = [\"https://example.org/lab/absent\"]\n",
    );
    let page = |number: u32, draft: &str, names: &str| {
        format!(
            "---\ntitle: \"SPEC {number} — Of the lab\"\nnumber: {number}\n{draft}endorsed-by:\n{names}---\nText.\n"
        )
    };
    workspace.file("clones/specs/spec-0000/index.md", page(0, "", "  - lab\n"));
    workspace.file(
        "clones/specs/spec-0008/index.md",
        page(8, "", "  - absent\n"),
    );
    workspace.file(
        "clones/specs/spec-0009/index.md",
        page(9, "is-draft: true\n", ""),
    );
    workspace.file("clones/lab/.github/workflows/release.yml", RELEASE);
    workspace.file(
        "clones/lab/pyproject.toml",
        "[project]\nname = 'lab'\nrequires-python = '>=3.12'\n",
    );
    workspace.file(
        "clones/lab/README.md",
        "# Lab\n![SPEC](https://img.shields.io/badge/SPEC-0-green)\n",
    );
    for clone in ["specs", "lab"] {
        let git = |arguments: &[&str]| {
            let mut command = std::process::Command::new("git");
            command
                .arg("-C")
                .arg(workspace.path(&format!("clones/{clone}")));
            command.args([
                "-c",
                "user.name=Lab",
                "-c",
                "user.email=lab@example.org",
                "-c",
                "commit.gpgsign=false",
            ]);
            command
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_SYSTEM", "/dev/null");
            command
                .args(arguments)
                .status()
                .is_ok_and(|it| it.success())
        };
        if !git(&["init", "-q"]) || !git(&["add", "."]) || !git(&["commit", "-qm", "x"]) {
            return None;
        }
    }
    Some(workspace)
}

#[test]
fn an_ecosystem_is_a_table_of_three_facts() {
    let Some(workspace) = ecosystem() else {
        println!("skipped: git is not here");
        return;
    };
    let run = |more: &[&str]| {
        workspace.run(
            &[
                &[
                    "check",
                    TODAY,
                    "--profile=../lab.toml",
                    "--repositories=../clones",
                ],
                more,
            ]
            .concat(),
        )
    };
    let table = run(&[]);
    assert_eq!(table.code, 4, "{}", table.shown());
    // Which commit it is depends on the day.
    let stable: Vec<&str> = table
        .stdout
        .lines()
        .filter(|line| !line.contains("commit"))
        .collect();
    insta::assert_snapshot!(stable.join("\n"), @"
    Lab
                    SPEC 0    SPEC 1    SPEC 4    SPEC 6    SPEC 7    SPEC 8
    lab             ED met    ?- n/a    ?- 0/3    ?- 0/8    ?- n/a    -- 0/14
    absent          -? ?      ?? ?      ?? ?      ?? ?      ?? ?      E? ?

    E endorsed (front matter of the SPEC), D declared (badge in the README), - not
    stated, ? not known. Measured: met, or how many requirements hold of those that
    apply; with ? the rest is not known. These are three separate facts.
    Not looked at (--verbose says why): absent.
    ");
}

#[test]
fn an_ecosystem_is_told_to_programs_and_in_pages() {
    let Some(workspace) = ecosystem() else {
        println!("skipped: git is not here");
        return;
    };
    let run = |more: &[&str]| {
        let arguments = [
            "check",
            TODAY,
            "--profile=../lab.toml",
            "--repositories=../clones",
        ];
        workspace.run(&[&arguments, more].concat())
    };
    let markdown = run(&["--format=markdown"]);
    insta::assert_snapshot!(markdown.stdout.lines().nth(4).unwrap(), @"| lab | endorsed, declared, met | does not apply | 0/3 hold | 0/8 hold | does not apply | 0/14 hold |");
    let json = run(&["--format=json"]).stdout;
    let schema = serde_json::from_str(&workspace.run(&["schema", "check-profile"]).stdout).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(validate(&schema, &json), Vec::<String>::new());
    let of = |project: usize, standard: &str| {
        let all = json["projects"][project]["standards"]
            .as_array()
            .unwrap()
            .clone();
        all.into_iter()
            .find(|it| it["standard"] == standard)
            .unwrap()
    };
    let lab = of(0, "spec-0");
    assert_eq!(
        (&lab["is_endorsed"], &lab["is_declared"]),
        (&Value::Bool(true), &Value::Bool(true))
    );
    assert_eq!(lab["measured"]["declared_at"], "README.md:2");
    let absent = of(1, "spec-8");
    assert_eq!(
        (
            &absent["is_endorsed"],
            &absent["is_declared"],
            &absent["measured"]
        ),
        (&Value::Bool(true), &Value::Null, &Value::Null)
    );
    assert_eq!(run(&["--format=sarif"]).code, 2);
    assert_eq!(run(&["--cohort=none"]).code, 2);
    assert_eq!(workspace.run(&["check", "--cohort=core"]).code, 2);
}
