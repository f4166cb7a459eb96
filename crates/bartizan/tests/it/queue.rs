//! `bartizan review --queue` and `bartizan verdict` as a user runs them.

use std::process::Command;

use serde_json::{Value, json};

use super::{
    host::{HostStandIn, TOKEN, hosted},
    review_inputs::answers_of,
    schema::check_schema,
    workspace::{Run, Workspace},
};

/// Who wrote what waits, and who is to be asked.
const AUTHOR: &str = "Cy Dee";
const KEEPER: &str = "Ann Bee";

fn git(workspace: &Workspace, who: &str, arguments: &[&str]) -> bool {
    let status = Command::new("git")
        .arg("-C")
        .arg(workspace.path("lab"))
        .args(["-c", &format!("user.name={who}")])
        .args([
            "-c",
            &format!("user.email={}@example.org", who.replace(' ', ".")),
        ])
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

fn commit(workspace: &Workspace, who: &str, file: &str, text: &str) {
    workspace.file(&format!("lab/{file}"), text);
    assert!(git(workspace, who, &["add", "-A"]));
    assert!(git(workspace, who, &["commit", "-qm", "work"]));
}

/// A repository with three pull requests that wait and one that is in; none where git is not here.
fn laboratory() -> Option<Workspace> {
    let workspace = Workspace::new();
    workspace.file("lab/lab.py", "def f(x):\n    return x\n");
    if !git(&workspace, KEEPER, &["init", "-q"]) {
        println!("skipped: git is not here");
        return None;
    }
    commit(
        &workspace,
        KEEPER,
        "setup.py",
        "from setuptools import setup\n\nsetup()\n",
    );
    let pull = |number: &str, file: &str, text: &str| {
        assert!(git(
            &workspace,
            AUTHOR,
            &["checkout", "-q", "-b", "topic", "main"]
        ));
        commit(&workspace, AUTHOR, file, text);
        let name = format!("refs/pull/{number}/head");
        assert!(git(&workspace, AUTHOR, &["update-ref", &name, "HEAD"]));
        assert!(git(&workspace, AUTHOR, &["checkout", "-q", "main"]));
    };
    let drop_topic = || assert!(git(&workspace, AUTHOR, &["branch", "-qD", "topic"]));
    pull("5", "lab.py", "def f(x):\n    return x + 1\n");
    drop_topic();
    pull("6", "lab.py", "def f(x):\n    return eval(x)\n");
    drop_topic();
    pull(
        "7",
        "setup.py",
        "import subprocess\nfrom setuptools import setup\n\nsubprocess.run('make', shell=True)\nsetup()\n",
    );
    drop_topic();
    pull("8", "readme.md", "# Lab\n");
    assert!(git(
        &workspace,
        KEEPER,
        &["merge", "-q", "--no-ff", "-m", "merge", "topic"]
    ));
    Some(workspace)
}

const NOW: &str = "--as-of=2100-01-01";

fn json_of(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn what_waits_is_ordered_and_what_is_in_is_left_out() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let queue = ["review", "--queue", "--repository=../lab", "--format=json"];
    let shown = workspace.run(&queue);
    check_schema(&workspace, "review-queue", &shown);
    let value = json_of(&shown);
    let numbers = value["pulls"].as_array().unwrap().iter();
    let numbers: Vec<u64> = numbers.map(|it| it["pull"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), 3, "{}", shown.shown());
    assert_eq!(
        numbers.last(),
        Some(&5),
        "nothing is told of it: {}",
        shown.shown()
    );
    assert!(value["pulls"][0]["score"].as_f64() > Some(0.0));
    assert_eq!(value["waiting"], 3);
    assert!(value["lines_to_read"].as_u64() <= value["changed_lines"].as_u64().map(|it| it + 20));
    // A pipe gets no names, and neither does a table that may end up in public.
    for run in [
        &shown,
        &workspace.run(&[
            "review",
            "--queue",
            "--repository=../lab",
            "--format=markdown",
        ]),
    ] {
        for name in [AUTHOR, KEEPER, "example.org"] {
            assert!(!run.stdout.contains(name), "{}", run.shown());
        }
    }
    let one = workspace.run(&[&queue[..], &["--pulls=6"]].concat());
    assert_eq!(json_of(&one)["pulls"].as_array().unwrap().len(), 1);
    let newest = workspace.run(&[&queue[..], &["--newest=1"]].concat());
    assert_eq!(json_of(&newest)["pulls"][0]["pull"], 7);
}

#[test]
fn a_file_says_whom_to_ask() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let run = workspace.run(&[
        "review",
        "--queue",
        "--repository=../lab",
        "--output=queue.txt",
    ]);
    let text = std::fs::read_to_string(workspace.path("project/queue.txt")).unwrap();
    assert!(
        text.contains(&format!("ask {KEEPER}")),
        "{text}\n{}",
        run.shown()
    );
    assert!(
        !text.contains(AUTHOR),
        "nobody reviews their own work: {text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn queues_that_are_not_there() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let sarif = workspace.run(&["review", "--queue", "--repository=../lab", "--format=sarif"]);
    assert_eq!(sarif.code, 2, "{}", sarif.shown());
    let both = workspace.run(&["review", "--queue", "--pr=5", "--repository=../lab"]);
    assert_eq!(both.code, 2, "{}", both.shown());
    let none = workspace.run(&["review", "--queue", "--pulls=4", "--repository=../lab"]);
    assert_eq!(none.code, 3, "{}", none.shown());
}

/// The laboratory as it is on a code host, where three pull requests are open; the clone keeps none of them any more.
fn on_a_host(workspace: &Workspace) -> HostStandIn {
    let (mut answers, mut open) = (Vec::new(), Vec::new());
    for number in [7, 6, 5] {
        let head = format!("refs/pull/{number}/head");
        let (own, ends) = answers_of(workspace, ("main", &head), "nothing is lost");
        answers.extend(own);
        answers.push((format!("pulls/{number}"), ends.clone()));
        let mut of_list = ends;
        of_list["number"] = json!(number);
        open.push(of_list);
        assert!(git(workspace, KEEPER, &["update-ref", "-d", &head]));
    }
    assert!(git(
        workspace,
        KEEPER,
        &["update-ref", "-d", "refs/pull/8/head"]
    ));
    let address = ["remote", "add", "origin", "git@host.example:lab/lab.git"];
    assert!(git(workspace, KEEPER, &address));
    answers.push(("pulls".to_owned(), Value::Array(open)));
    hosted(answers)
}

fn from_host(workspace: &Workspace, host: &HostStandIn, arguments: &[&str]) -> Run {
    let queue = ["review", "--queue", "--repository=../lab", "--format=json"];
    let mut command = workspace.command(&[&queue[..], arguments].concat());
    command
        .env("GITHUB_API_URL", &host.base)
        .env("GITHUB_TOKEN", TOKEN);
    let ended = workspace.ended(&command.output().unwrap());
    assert!(!ended.shown().contains(TOKEN), "{}", ended.shown());
    ended
}

#[test]
fn a_code_host_says_what_is_open() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let of_clone = ["review", "--queue", "--repository=../lab", "--format=json"];
    let expected = json_of(&workspace.run(&of_clone));
    let host = on_a_host(&workspace);
    let shown = from_host(&workspace, &host, &[]);
    check_schema(&workspace, "review-queue", &shown);
    let value = json_of(&shown);
    assert_eq!(
        value["pulls"].as_array().unwrap().len(),
        3,
        "{}",
        shown.shown()
    );
    for key in ["pulls", "waiting", "changed_lines", "lines_to_read"] {
        assert_eq!(value[key], expected[key], "{key}");
    }
    assert_eq!(value["has_more"], false);
    let newest = json_of(&from_host(&workspace, &host, &["--newest=1"]));
    assert_eq!(newest["pulls"][0]["pull"], 7);
    assert_eq!(newest["has_more"], true);
    let named = json_of(&from_host(
        &workspace,
        &host,
        &["--pulls=6", "--hosted-at=lab/lab"],
    ));
    assert_eq!(named["pulls"][0]["pull"], 6);
    let none = from_host(&workspace, &host, &["--pulls=4"]);
    assert_eq!(
        none.code,
        4,
        "what was not looked at is not clean: {}",
        none.shown()
    );
    let other = from_host(&workspace, &host, &["--hosted-at=lab/other"]);
    assert_eq!(other.code, 4, "{}", other.shown());
}

#[test]
fn a_host_is_asked_no_more_than_it_wants() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let host = on_a_host(&workspace);
    let offline = from_host(&workspace, &host, &["--offline"]);
    insta::assert_snapshot!(offline.shown(), @"

    --- stderr
    error: the repository keeps no pull request, so that the code host is asked, and `--offline` forbids it
    hint: leave out one of the two
    --- exit 2
    ");
    assert!(host.requests.lock().unwrap().is_empty());
    // The list, the first pull request (where it parted and two trees; the clone has all contents) and a part of the second.
    host.left.store(5, std::sync::atomic::Ordering::Relaxed);
    let ended = from_host(&workspace, &host, &[]);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    let value = json_of(&ended);
    assert_eq!(value["pulls"][0]["pull"], 7, "{}", ended.shown());
    assert_eq!(
        value["problems"].as_array().unwrap().len(),
        2,
        "{}",
        ended.shown()
    );
    let asked = host.requests.lock().unwrap().len();
    assert_eq!(asked, 6, "after the limit nothing is asked");
    assert!(
        host.requests
            .lock()
            .unwrap()
            .iter()
            .all(|it| it.starts_with("GET "))
    );
}

#[test]
fn verdicts_are_kept_and_counted() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let shown = workspace.run(&["review", "--queue", "--repository=../lab", "--format=json"]);
    let value = json_of(&shown);
    let id = value["pulls"][0]["entries"][0]["id"].as_str().unwrap();
    let none = workspace.run(&["verdict", "precision"]);
    assert_eq!(none.code, 3, "{}", none.shown());
    for (verdict, code) in [("wrong", 0), ("right", 0), ("fine", 2)] {
        let ended = workspace.run(&[
            "verdict",
            "add",
            id,
            verdict,
            "--project=lab",
            "--reason=seen",
            NOW,
        ]);
        assert_eq!(ended.code, code, "{}", ended.shown());
    }
    let nameless = workspace.run(&["verdict", "add", "0123456789abcdef", "right"]);
    assert_eq!(nameless.code, 2, "{}", nameless.shown());
    let precision = workspace.run(&["verdict", "precision", "--format=json"]);
    check_schema(&workspace, "verdict-precision", &precision);
    let told = &json_of(&precision)["precision"][0];
    assert_eq!(json_of(&precision)["lines_to_read"], json!([]));
    assert_eq!(
        (&told["n"], &told["right"]),
        (&Value::from(1), &Value::from(1))
    );
    let list = workspace.run(&["verdict", "list", "--format=json", "--all"]);
    check_schema(&workspace, "verdict-list", &list);
    assert_eq!(json_of(&list)["verdicts"].as_array().unwrap().len(), 2);
    assert_eq!(json_of(&list)["verdicts"][1]["reason"], "seen");
    // The store of `serve` is where they are, and one that is named is another.
    assert!(workspace.path("home/ecosystem.sqlite").exists());
    let elsewhere = ["verdict", "list", "--database=sqlite:../other.sqlite"];
    assert_eq!(workspace.run(&elsewhere).code, 3);
    assert!(
        !workspace.path("other.sqlite").exists(),
        "whoever asks makes no store"
    );
    let human = workspace.run(&["verdict", "precision"]);
    assert!(
        human.stdout.contains("1.00 (0.21 to 1.00)"),
        "{}",
        human.shown()
    );
}
