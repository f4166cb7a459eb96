//! `bartizan people index` as a user runs it.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use super::{schema::validate::validate, workspace::Workspace};

/// Runs git in a repository of the workspace; says whether it is there and succeeded.
fn git(workspace: &Workspace, arguments: &[&str]) -> bool {
    let status = Command::new("git")
        .arg("-C")
        .arg(workspace.path("lab"))
        .args([
            "-c",
            "user.name=Ann Bee",
            "-c",
            "user.email=secret-address@example.org",
        ])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05+0500")
        .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05+0500")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output();
    status.is_ok_and(|output| output.status.success())
}

/// A repository with two commits; none where git is not here.
pub(super) fn laboratory() -> Option<Workspace> {
    let workspace = Workspace::new();
    workspace.file("lab/a.txt", "one\ntwo\n");
    let first = git(&workspace, &["init", "-q"])
        && git(&workspace, &["add", "."])
        && git(&workspace, &["commit", "-qm", "first"]);
    workspace
        .file("lab/a.txt", "one\n2\nthree\n")
        .file("lab/b.bin", "a\0b");
    let author = "--author=Cy Dee <17+cy@users.noreply.github.com>";
    let message = "second (#4)\n\nCo-authored-by: Ed Eff <other-secret@example.org>";
    let second =
        git(&workspace, &["add", "."]) && git(&workspace, &["commit", "-qm", message, author]);
    if !(first && second) {
        println!("skipped: git is not here");
        return None;
    }
    Some(workspace)
}

/// What is told, with times as one word.
fn told(text: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.contains(" s: recalling") {
            "  SECONDS"
        } else if line.contains(" at ") {
            "REPOSITORY"
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_history_in_numbers() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let lab = workspace.path("lab").display().to_string();
    let run = workspace.run(&["people", "index", &lab]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_snapshot!(told(&run.stdout), @r"
    REPOSITORY
      2 commits, of which 0 merges, 2026-01-01 to 2026-01-01
      2 authors, 1 who put in the work of others; 3 persons in all
      3 changes of files, 0 moved; 4 lines added, 1 removed, 1 change not text, 0 unknown
      commits with credits: co-authored 1
      signatures, none verified: 0 by the code host, 0 by keys of persons, 0 of 0 tags with a message
      pull requests: 0 by their heads and 0 by a subject in the history, 0 in neither way
      SECONDS
    ");
    let run = workspace.run(&["people", "index", &lab, "--no-lines", "--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let schema = serde_json::from_str(&workspace.run(&["schema", "people-index"]).stdout).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    let lab = &value["repositories"][0];
    assert_eq!(
        (&lab["recalled_commits"], &lab["lines"]),
        (&2.into(), &Value::Null)
    );
}

#[test]
fn addresses_are_in_no_output_and_in_no_file() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let lab = workspace.path("lab").display().to_string();
    let mut all = String::new();
    for arguments in [&["--format", "json"][..], &["--verbose"], &[]] {
        let run = workspace.run(&[&["people", "index", &lab], arguments].concat());
        all += &(run.stdout + &run.stderr);
    }
    let mut left = vec![workspace.path("home")];
    let mut files = 0;
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|it| it.unwrap().path()),
            );
        } else {
            files += 1;
            all += &String::from_utf8_lossy(&std::fs::read(path).unwrap());
        }
    }
    assert!(files >= 2, "the key and the history are kept");
    for word in ["secret", "example.org", "+0500"] {
        assert!(!all.contains(word), "{word}");
    }
}

#[test]
fn what_is_wrong_has_its_exit_code() {
    let Some(workspace) = laboratory() else {
        return;
    };
    workspace.file("none/x", "").file(
        "people.toml",
        "[[join]]\nwho = ['a@example.org']\nreason = 'x'\n",
    );
    let (lab, none) = (workspace.path("lab"), workspace.path("none"));
    let (lab, none) = (lab.display().to_string(), none.display().to_string());
    let file = workspace.path("people.toml").display().to_string();
    for (arguments, code) in [
        (&[none.as_str()][..], 2),
        (&[lab.as_str(), none.as_str()], 2),
        (&[lab.as_str(), "--people", &file], 2),
        (&[], 2),
    ] {
        let run = workspace.run(&[&["people", "index"], arguments].concat());
        assert_eq!(run.code, code, "{arguments:?} {}", run.stderr);
        assert!(!run.stderr.contains("panicked"));
    }
}

#[test]
fn an_ecosystem_in_figures_without_names() {
    let Some(workspace) = laboratory() else {
        return;
    };
    workspace.file(
        "profile.toml",
        "[ecosystem]\ntitle = 'Lab'\n\n[[project]]\nname = 'lab'\nrepositories = ['https://example.org/x/lab']\n\n[[project]]\nname = 'other'\nrepositories = ['https://example.org/x/other']\n",
    );
    assert!(git(
        &workspace,
        &["clone", "-q", "--bare", ".", "../other.git"]
    ));
    let profile = workspace.path("profile.toml").display().to_string();
    let clones = workspace.path("").display().to_string();
    let with = |more: &[&str]| {
        let arguments = ["people", "index", &profile, "--as-of", "2026-02-01"];
        workspace.run(&[&arguments, more].concat())
    };
    let run = with(&["--repositories", &clones]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_snapshot!(run.stdout, @r"
    Two years up to 2026-02-01
                          works    authors    keepers  elsewhere carry half    by whom
    lab                       2          2          1          1          1      100 %
    other                     2          2          1          1          1      100 %

    Keepers: the fewest who wrote half of the works, whoever put in at least 5 works
    of others, and whoever tagged a release; elsewhere: of these, those who keep
    another of the projects too. By whom: works of which it is known who put them
    in. Nobody is named.

    Persons in several projects
      in at least 1: 2 who ever wrote something (0 over 5 years or longer), 2 lately; 1 keep as many
      in at least 2: 2 who ever wrote something (0 over 5 years or longer), 2 lately; 1 keep as many

    Projects that the same persons keep
      lab and other: 1 person, who wrote 50 % and 50 % of the works

    Of 2, half of the works was written by: 1 person of 2 projects.
    ");
    let run = with(&["--repositories", &clones, "--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let schema = serde_json::from_str(&workspace.run(&["schema", "people-index"]).stdout).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    assert_eq!(value["ecosystem"]["shared"][0]["keepers"], 1);
    for name in ["Ann", "Bee", "Cy", "Dee"] {
        assert!(!run.stdout.contains(name), "{name}");
    }
    // Without a directory of clones nothing is there, and nothing is fetched.
    let run = with(&["--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (run.code, value["problems"].as_array().unwrap().len()),
        (4, 2)
    );
    let lab = workspace.path("lab").display().to_string();
    let run = workspace.run(&["people", "index", &lab, "--repositories", &clones]);
    assert_eq!(run.code, 2);
}
