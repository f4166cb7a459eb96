//! Whole assessments without a network: a profile of two projects, a clone, a wheel, and a store that remembers.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{
    laboratory::{NOON, laboratory},
    workspace::{Run, Workspace},
};

const PROFILE: &str = r#"
[ecosystem]
title = "Laboratory"
standards = "https://example.org/lab/standards"

[[project]]
name = "imager"
title = "Imager"
repositories = ["https://example.org/lab/imager"]

[[project]]
name = "absent"
repositories = []

[[cohort]]
name = "core"
projects = ["imager"]
"#;

/// A wheel with its metadata and nothing else.
pub(crate) fn wheel(name: &str, version: &str, requires: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let folder = format!("{name}-{version}.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}\n");
    for (file, text) in [
        ("METADATA", metadata.as_str()),
        ("WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"),
        ("RECORD", ""),
    ] {
        archive
            .start_file(format!("{folder}/{file}"), options)
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Runs git with fixed names and times; says whether it is there and succeeded.
fn git(workspace: &Workspace, folder: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.arg("-C").arg(workspace.path(folder)).args([
        "-c",
        "user.name=Lab",
        "-c",
        "user.email=lab@example.org",
    ]);
    command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    for variable in ["GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"] {
        command.env(variable, "2026-01-02T03:04:05Z");
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE");
    command.status().is_ok_and(|status| status.success())
}

/// The laboratory with a profile, a wheel of an affected release, and clones where git is there.
pub(crate) fn ecosystem() -> (Workspace, bool) {
    let workspace = laboratory();
    workspace
        .file("project/lab.toml", PROFILE)
        .file(
            "wheels/imager-1.1-py3-none-any.whl",
            wheel("imager", "1.1", "Requires-Dist: solver"),
        )
        .file(
            "wheels/solver-3.4-py3-none-any.whl",
            wheel("solver", "3.4", ""),
        )
        .file("clones/imager/README.md", "imager\n")
        .file(
            "clones/standards/spec-0008/index.md",
            "---\ntitle: \"SPEC 8 — Releases\"\nnumber: 8\nendorsed-by:\n  - imager\n---\n",
        );
    let commit = |folder: &str| {
        git(&workspace, folder, &["init", "-q"])
            && git(&workspace, folder, &["add", "."])
            && git(&workspace, folder, &["commit", "-qm", "first"])
    };
    let has_git = commit("clones/standards")
        && commit("clones/imager")
        && git(&workspace, "clones/imager", &["tag", "v1.1"]);
    (workspace, has_git)
}

pub(crate) const ASSESS: [&str; 7] = [
    "assess",
    "lab.toml",
    "--offline",
    "--repositories=../clones",
    "--artifacts=../wheels",
    NOON,
    "--format=json",
];

/// Runs where an index is configured, which nobody asks, since every run is without a network.
fn run(workspace: &Workspace, arguments: &[&str]) -> Run {
    let mut command = workspace.command(arguments);
    command.env("PIP_INDEX_URL", "https://index.example/simple");
    workspace.ended(&command.output().unwrap())
}

fn figures(value: &Value) -> Vec<String> {
    let figures = value["figures"].as_array().unwrap().iter();
    figures
        .map(|figure| {
            format!(
                "{} {} of {}",
                figure["measure"], figure["value"], figure["of"]
            )
        })
        .collect()
}

#[test]
fn an_ecosystem_is_assessed_and_what_is_missing_is_told() {
    let (workspace, has_git) = ecosystem();
    if !has_git {
        println!("skipped: no git");
        return;
    }
    let ended = run(&workspace, &ASSESS);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    insta::assert_snapshot!(figures(&value).join("\n"), @r#"
    "advisory-ages" 2.0 of null
    "chain-risk" 0.041268 of null
    "components" 2.0 of null
    "file-attestations" 1.0 of null
    "old-advisories" 0.0 of 1.0
    "open-advisories" 2.0 of null
    "people-who-bring-work-in" 0.0 of null
    "release-attestations" 1.0 of null
    "release-sboms" 1.0 of null
    "releases-with-sbom" 0.0 of 1.0
    "signed-tags" 0.0 of 1.0
    "standard-declared:spec-0" 0.0 of 1.0
    "standard-declared:spec-1" 0.0 of 1.0
    "standard-declared:spec-4" 0.0 of 1.0
    "standard-declared:spec-6" 0.0 of 1.0
    "standard-declared:spec-7" 0.0 of 1.0
    "standard-declared:spec-8" 0.0 of 1.0
    "standard-endorsed:spec-8" 1.0 of 1.0
    "standard-requirements:spec-4" 0.0 of 1.0
    "standard-requirements:spec-6" 0.0 of 7.0
    "standard-requirements:spec-8" 0.0 of 5.0
    "structural-risk" 0.0 of 1.0
    "undecided" 0.0 of null
    "wheels-with-sbom" 0.0 of 1.0
    "work-by-one-hand" 1.0 of null
    "#);
    insta::assert_snapshot!(value["failed"].to_string(), @r#"[{"message":"no page of `absent` is kept, and `--offline` forbids asking for it","project":"absent","subject":"absent"}]"#);
    insta::assert_snapshot!(value["store"].to_string(), @r#""sqlite:ROOT/home/ecosystem.sqlite""#);
    assert_eq!(value["assessed"].as_array().unwrap().len(), 1);
    // The same again: a new assessment of the same, since the first was finished.
    let again = run(&workspace, &ASSESS);
    let second: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(second["assessment"], 2);
    assert_eq!(figures(&second), figures(&value));
}

#[test]
fn an_assessment_is_printed_as_its_schema_says() {
    let (workspace, _) = ecosystem();
    let schema = serde_json::from_str(&workspace.run(&["schema", "assess"]).stdout).unwrap();
    let ended = run(&workspace, &[&ASSESS[..], &["--site=../site"]].concat());
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let complaints = super::schema::validate::validate(&schema, &value);
    assert_eq!(complaints, Vec::<String>::new(), "{}", ended.shown());
    assert!(workspace.path("site/index.html").exists());
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (workspace, _) = ecosystem();
    let refused = |arguments: &[&str]| {
        let ended = run(
            &workspace,
            &[&["assess", "--offline", NOON], arguments].concat(),
        );
        format!("{}{}", ended.stderr, ended.code)
    };
    insta::assert_snapshot!(refused(&["none.toml"]), @r"
    error: cannot read the profile `none.toml`: no such file or directory
    hint: name a TOML file that begins with a table `[ecosystem]`, or `scientific-python`, which Bartizan carries
    2
    ");
    insta::assert_snapshot!(refused(&["lab.toml", "--project", "other"]), @r"
    error: the profile `lab` has no project `other`
    hint: `bartizan assess --help` says what a profile is
    2
    ");
    insta::assert_snapshot!(refused(&["lab.toml", "--cohort", "other"]), @r"
    error: the profile `lab` has no cohort `other`
    hint: it has: core
    2
    ");
    insta::assert_snapshot!(refused(&["lab.toml", "--artifacts", "none"]), @r"
    error: `none` is no directory
    hint: name a directory that is there, or leave the option out
    2
    ");
    insta::assert_snapshot!(refused(&["lab.toml", "--platform", "any"]), @r"
    error: an ecosystem is assessed for one platform, not for `any`
    hint: name one: `--platform linux`
    2
    ");
    workspace.file("project/bad.toml", "[risk]\n");
    insta::assert_snapshot!(refused(&["bad.toml"]), @r"
    error: cannot read the profile `bad.toml`: no table `[ecosystem]`, with which a profile of projects begins
    hint: name a TOML file that begins with a table `[ecosystem]`, or `scientific-python`, which Bartizan carries
    2
    ");
}
