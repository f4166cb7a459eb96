//! What `bartizan review` is fed with besides commits: staged changes, pull requests out of a clone and out of a code host.

use std::process::Command;

use serde_json::{Value, json};

use super::{
    host::{HostStandIn, TOKEN, hosted},
    review::{commit, entries, git, laboratory},
    workspace::{Run, Workspace},
};

/// Runs the program with the path of this machine, because it runs git.
fn run(workspace: &Workspace, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let common = ["review", "--repository=../lab", "--as-of=2026-11-26"];
    let mut command = workspace.command(&[&common[..], arguments].concat());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(variables.iter().copied());
    let ended = workspace.ended(&command.output().unwrap());
    assert!(!ended.shown().contains(TOKEN), "{}", ended.shown());
    ended
}

fn json_of(workspace: &Workspace, arguments: &[&str]) -> Run {
    run(workspace, &[&["--format=json"], arguments].concat(), &[])
}

fn asked(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(workspace.path("lab"))
        .args(arguments)
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[test]
fn what_is_staged_and_nothing_else() {
    let Some(workspace) = laboratory() else {
        return;
    };
    assert_eq!(json_of(&workspace, &["--staged"]).code, 0);
    let call = "import os\n\ndef k(y):\n    os.system(y)\n";
    workspace.file("lab/new.py", call);
    assert_eq!(json_of(&workspace, &["--staged"]).code, 0);
    assert!(git(&workspace, &["add", "-A"]));
    let workflow = "lab/.github/workflows/b.yml";
    workspace
        .file("lab/later.py", call)
        .file(workflow, "on: pull_request_target\njobs: {a: {runs-on: x, permissions: {id-token: write}, steps: [{run: make}]}}\n");
    assert!(git(&workspace, &["add", ".github"]));
    let ended = json_of(&workspace, &["--staged"]);
    let told = entries(&ended.stdout);
    assert!(
        told.contains(&"medium run-through-shell new.py:4".to_owned()),
        "{}",
        ended.shown()
    );
    assert!(
        told.iter().any(|it| it.contains("workflow-gain")),
        "{told:?}"
    );
    assert!(!told.iter().any(|it| it.contains("later.py")), "{told:?}");
    assert_eq!(ended.code, 1);
}

/// The laboratory with a pull request, whose head the repository keeps.
fn with_pull_request() -> Option<Workspace> {
    let workspace = laboratory()?;
    assert!(git(&workspace, &["checkout", "-qb", "side", "HEAD~2"]));
    workspace.file(
        "lab/src/more.py",
        "import os\n\ndef k(y):\n    os.system(y)\n",
    );
    let workflow = workspace.path("lab/.github/workflows/a.yml");
    let text = std::fs::read_to_string(&workflow).unwrap();
    std::fs::write(&workflow, text.replace("{}", "{contents: write}")).unwrap();
    commit(&workspace, "side");
    assert!(git(&workspace, &["update-ref", "refs/pull/7/head", "side"]));
    Some(workspace)
}

#[test]
fn a_clone_keeps_pull_requests() {
    let Some(workspace) = with_pull_request() else {
        return;
    };
    let expected = entries(&json_of(&workspace, &["main...side"]).stdout);
    assert!(expected.len() > 1, "{expected:?}");
    assert_eq!(entries(&json_of(&workspace, &["--pr=7"]).stdout), expected);
    // Where it came in by a merge, it is what the merge brought.
    assert!(git(&workspace, &["checkout", "-q", "main"]));
    assert!(git(
        &workspace,
        &["merge", "-q", "--no-ff", "-X", "ours", "-m", "in", "side"]
    ));
    assert_eq!(entries(&json_of(&workspace, &["--pr=7"]).stdout), expected);
    let offline = run(&workspace, &["--pr=8", "--offline"], &[]);
    insta::assert_snapshot!(offline.shown(), @"

    --- stderr
    error: pull request 8 is not in the repository, so that the code host is asked, and `--offline` forbids it
    hint: leave out one of the two
    --- exit 2
    ");
}

/// What the host says of the repository with its pull request, without contents that are `lost`.
fn answers(workspace: &Workspace, lost: &str) -> Vec<(String, Value)> {
    let (mut answers, ends) = answers_of(workspace, ("main", "side"), lost);
    answers.push(("pulls/7".to_owned(), ends));
    answers
}

/// What the host says of two branches: where they parted, both trees and contents without those that are `lost`; and both ends.
pub(crate) fn answers_of(
    workspace: &Workspace,
    (base, head): (&str, &str),
    lost: &str,
) -> (Vec<(String, Value)>, Value) {
    let hash = |revision: &str| asked(workspace, &["rev-parse", revision]).trim().to_owned();
    let parted = asked(workspace, &["merge-base", base, head]);
    let parted = parted.trim().to_owned();
    let (base, head) = (hash(base), hash(head));
    let mut answers = vec![(
        format!("compare/{base}...{head}"),
        json!({"merge_base_commit": {"sha": parted}}),
    )];
    for commit in [&parted, &head] {
        let listed = asked(workspace, &["ls-tree", "-r", "-l", commit]);
        let mut tree = Vec::new();
        for line in listed.lines() {
            let (facts, path) = line.split_once('\t').unwrap();
            let facts: Vec<&str> = facts.split_whitespace().collect();
            let bytes: u64 = facts[3].parse().unwrap();
            tree.push(json!({"path": path, "mode": facts[0], "type": facts[1], "sha": facts[2], "size": bytes}));
            if !path.ends_with("lzma") && !path.contains(lost) {
                let text = asked(workspace, &["cat-file", "blob", facts[2]]);
                answers.push((
                    format!("git/blobs/{}", facts[2]),
                    json!({"content": text, "encoding": "utf-8"}),
                ));
            }
        }
        answers.push((
            format!("git/trees/{commit}"),
            json!({"tree": tree, "truncated": false}),
        ));
    }
    (
        answers,
        json!({"base": {"sha": base}, "head": {"sha": head}}),
    )
}

#[test]
fn a_code_host_says_the_same_as_a_clone() {
    let Some(workspace) = with_pull_request() else {
        return;
    };
    let expected = entries(&json_of(&workspace, &["--pr=7"]).stdout);
    let from_host = |host: &HostStandIn, arguments: &[&str]| {
        let variables = [
            ("GITHUB_API_URL", host.base.as_str()),
            ("GITHUB_TOKEN", TOKEN),
        ];
        run(
            &workspace,
            &[&["--pr=7", "--format=json"], arguments].concat(),
            &variables,
        )
    };
    let good = hosted(answers(&workspace, "nothing is lost"));
    let ended = from_host(&good, &["--hosted-at=lab/lab"]);
    assert_eq!(entries(&ended.stdout), expected, "{}", ended.shown());
    // What cannot be had is never clean.
    let poor = hosted(answers(&workspace, "more.py"));
    let ended = from_host(&poor, &["--hosted-at=lab/lab"]);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    let ended = from_host(&good, &["--hosted-at=lab/other"]);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    let address = ["remote", "add", "origin", "git@host.example:lab/lab.git"];
    assert!(
        git(&workspace, &address) && git(&workspace, &["update-ref", "-d", "refs/pull/7/head"])
    );
    let ended = from_host(&good, &[]);
    assert_eq!(entries(&ended.stdout), expected, "{}", ended.shown());
}

#[test]
fn one_comment_is_put_and_then_changed() {
    let Some(workspace) = with_pull_request() else {
        return;
    };
    let of = |comments: Value| {
        hosted(vec![
            ("issues/7/comments".to_owned(), comments),
            ("issues/comments/5".to_owned(), json!({"id": 5})),
        ])
    };
    let post = |host: &HostStandIn, arguments: &[&str]| {
        let variables = [
            ("GITHUB_API_URL", host.base.as_str()),
            ("GITHUB_TOKEN", TOKEN),
        ];
        let address = ["remote", "add", "origin", "git@host.example:lab/lab.git"];
        git(&workspace, &address);
        let ended = run(
            &workspace,
            &[&["--pr=7", "--post", "--exit-zero"], arguments].concat(),
            &variables,
        );
        let requests = host.requests.lock().unwrap().clone();
        let written = requests.into_iter().filter(|it| !it.starts_with("GET"));
        (ended, written.collect::<Vec<_>>())
    };
    let (ended, written) = post(&of(json!([])), &["--dry-run"]);
    assert!(
        written.is_empty() && ended.stderr.contains("lab/lab#7 would get a comment"),
        "{}",
        ended.shown()
    );
    assert!(
        ended.stdout.starts_with("### Bartizan review\n"),
        "{}",
        ended.stdout
    );
    let (ended, written) = post(&of(json!([])), &[]);
    assert_eq!(written.len(), 1, "{}", ended.shown());
    assert!(written[0].starts_with("POST /repos/lab/lab/issues/7/comments {\"body\":\"<!-- bartizan review -->\\n### Bartizan review"), "{written:?}");
    let own = json!([
        {"id": 4, "user": {"login": "evil", "type": "User"}, "body": "<!-- bartizan review -->\nold"},
        {"id": 5, "user": {"login": "github-actions[bot]", "type": "Bot"}, "body": "<!-- bartizan review -->\nold"},
    ]);
    let (ended, written) = post(&of(own), &[]);
    assert_eq!(written.len(), 1, "{}", ended.shown());
    assert!(
        written[0].starts_with("PATCH /repos/lab/lab/issues/comments/5 "),
        "{written:?}"
    );
    let nobody = [("GITHUB_API_URL", "http://127.0.0.1:1")];
    let without = run(&workspace, &["--pr=7", "--post"], &nobody);
    assert!(
        without.code == 2 && without.stderr.contains("needs a token"),
        "{}",
        without.shown()
    );
}
