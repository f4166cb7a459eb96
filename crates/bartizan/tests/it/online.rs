//! `bartizan check --online` against a host on loopback.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
};

use serde_json::Value;

use super::workspace::{Run, Workspace};

const TODAY: &str = "--as-of=2026-11-25";

const TOKEN: &str = "ghp_0123456789abcdef";

const RELEASE: &str = "\
on: {push: {tags: ['v*']}}
permissions: {contents: read}
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: release
    permissions: {id-token: write}
    steps:
      - uses: pypa/gh-action-pypi-publish@1111111111111111111111111111111111111111 # v1.13.0
";

/// A host that answers these paths and refuses all others, and says where it listens.
fn host(answers: &'static [(&'static str, &'static str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let path = head.split(' ').nth(1).unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default();
            let answer = answers.iter().find(|(own, _)| *own == path);
            let (status, body) = match answer {
                Some((_, body)) => ("200 OK", *body),
                None => (
                    "403 Forbidden\r\nX-Accepted-GitHub-Permissions: administration=read",
                    r#"{"message": "Resource not accessible by personal access token"}"#,
                ),
            };
            let length = body.len();
            let reply = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            reader.get_mut().write_all(reply.as_bytes()).unwrap();
        }
    });
    base
}

fn run(workspace: &Workspace, host: &str, arguments: &[&str]) -> Run {
    let mut command = workspace.command(&[&["check", TODAY], arguments].concat());
    command
        .env("GITHUB_API_URL", host)
        .env("GITHUB_TOKEN", TOKEN)
        .env("PIP_NO_INDEX", "1");
    let ended = workspace.ended(&command.output().unwrap());
    assert!(!ended.shown().contains(TOKEN), "{}", ended.shown());
    ended
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .file("project/.github/workflows/release.yml", RELEASE)
        .file(
            "project/.git/config",
            "[core]\nrepositoryformatversion = 0\n[remote \"origin\"]\nurl = git@host.example:lab/lab.git\n",
        )
        .file("project/.git/HEAD", "ref: refs/heads/main\n")
        .file("project/.git/refs/heads/.keep", "")
        .file("project/.git/objects/.keep", "")
        .file("project/pyproject.toml", "[project]\nname = 'lab'\n");
    workspace
}

#[test]
fn what_the_host_says_decides_and_what_it_hides_is_named() {
    const ANSWERS: &[(&str, &str)] = &[
        (
            "/repos/lab/lab",
            r#"{"default_branch": "main", "owner": {"login": "lab", "type": "User"}}"#,
        ),
        (
            "/repos/lab/lab/environments",
            r#"{"environments": [{"name": "release", "protection_rules": [], "deployment_branch_policy": null}]}"#,
        ),
        (
            "/repos/lab/lab/private-vulnerability-reporting",
            r#"{"enabled": false}"#,
        ),
        (
            "/repos/pypa/gh-action-pypi-publish/git/ref/tags%2Fv1.13.0",
            r#"{"ref": "refs/tags/v1.13.0", "object": {"type": "commit", "sha": "2222222222222222222222222222222222222222"}}"#,
        ),
    ];
    let workspace = workspace();
    let host = host(ANSWERS);
    let ended = run(&workspace, &host, &["--online", "--format=json"]);
    assert_eq!(ended.code, 1, "{}", ended.shown());
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let told = |id: &str| {
        let all = report["results"].as_array().unwrap().iter();
        let of_check = all.filter(|it| it["check"] == id);
        let lines = of_check.map(|it| {
            let needs = it["needs"].as_str().unwrap_or("-");
            format!(
                "{}: {} ({needs})",
                it["outcome"].as_str().unwrap(),
                it["message"].as_str().unwrap()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told("spec-8-single-approval-release"), @"fail: nobody must approve what runs in the environment `release` (-)");
    insta::assert_snapshot!(told("spec-8-unintentional-release"), @"fail: whoever pushes a tag publishes a release: nobody must approve what runs in its environment (-)");
    insta::assert_snapshot!(told("disabled-private-reporting"), @"fail: private reporting is switched off (-)");
    insta::assert_snapshot!(told("spec-8-mislabelled-pin"), @"fail: `pypa/gh-action-pypi-publish@1111111111111111111111111111111111111111` says v1.13.0, whose commit is `2222222222222222222222222222222222222222` (-)");
    insta::assert_snapshot!(told("unenforced-pin"), @"unknown: whether actions must be pinned cannot be seen: the host answered 403: Resource not accessible by personal access token (a token with the permission `administration=read`)");
    let online = &report["online"];
    assert_eq!(online["repository"], "lab/lab");
    assert_eq!(online["has_token"], true);
    assert!(online["unseen"].as_array().unwrap().len() > 5);
}

#[test]
fn a_host_out_of_reach_is_never_clean_and_offline_asks_nobody() {
    let workspace = workspace();
    let nobody = "http://127.0.0.1:1";
    let ended = run(
        &workspace,
        nobody,
        &["--online", "--fail-on=critical", "--exit-zero"],
    );
    assert_eq!(ended.code, 4, "{}", ended.shown());
    let offline = run(&workspace, nobody, &["--online", "--offline"]);
    insta::assert_snapshot!(offline.shown(), @"

    --- stderr
    error: `--online` asks the code host and the package index, and `--offline` forbids it
    hint: leave out one of the two
    --- exit 2
    ");
    assert_eq!(
        run(&workspace, nobody, &["--offline", "--exit-zero"]).code,
        0
    );
    assert_eq!(
        run(&workspace, nobody, &["--online", "--hosted-at=../lab"]).code,
        2
    );
    assert_eq!(run(&workspace, "ftp://x", &["--online"]).code, 2);
    let plain = run(&workspace, "http://host.example", &["--online"]);
    insta::assert_snapshot!(plain.shown(), @"

    --- stderr
    error: a token is not sent to `http://host.example` without TLS
    hint: name an address with `https://`
    --- exit 2
    ");
}
