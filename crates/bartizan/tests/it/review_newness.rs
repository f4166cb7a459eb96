//! What a project never did, as `bartizan review` tells it once it has learnt the history.

use serde_json::Value;

use super::{
    host::{HostStandIn, TOKEN, hosted},
    review::{commit, git},
    review_inputs::answers_of,
    schema::check_schema,
    workspace::{Run, Workspace},
};

/// A repository with twenty usual commits behind `HEAD`, and a branch `side` with what none of them did; none where git is not here.
fn learnt() -> Option<Workspace> {
    let workspace = Workspace::new();
    workspace.file("lab/lib/a.py", "x = 0\n");
    if !git(&workspace, &["init", "-q"]) {
        println!("skipped: git is not here");
        return None;
    }
    commit(&workspace, "first");
    for number in 0..20 {
        workspace.file(
            "lab/lib/a.py",
            format!("import os\nx = os.getcwd({number})\n"),
        );
        commit(&workspace, "usual");
    }
    assert!(git(&workspace, &["checkout", "-qb", "side"]));
    workspace.file("lab/setup.py", "import subprocess\nsubprocess.run(['x'])\n");
    commit(&workspace, "new");
    assert!(git(&workspace, &["update-ref", "refs/pull/7/head", "side"]));
    assert!(git(&workspace, &["checkout", "-q", "main"]));
    Some(workspace)
}

fn review(workspace: &Workspace, arguments: &[&str]) -> (i32, String) {
    let usual = ["review", "--repository=../lab", "--as-of=2026-11-26"];
    let run = workspace.run(&[&usual[..], &["--exit-zero"], arguments].concat());
    if arguments.contains(&"--format=json") {
        check_schema(workspace, "review", &run);
    }
    (run.code, run.stdout)
}

#[test]
fn what_was_never_done_is_told_in_every_format() {
    let Some(workspace) = learnt() else {
        return;
    };
    let json = |arguments: &[&str]| -> Value {
        let (_, text) = review(&workspace, &[arguments, &["--format=json"]].concat());
        serde_json::from_str::<Value>(&text).unwrap()["novelty"].clone()
    };
    assert_eq!(json(&["main..side"]), Value::Null);
    assert_eq!(review(&workspace, &["main..side", "--explain-order"]).0, 2);
    let (code, told) = review(&workspace, &["--learn"]);
    assert_eq!(code, 0);
    assert!(
        told.starts_with("Learnt 21 new changes, 21 in all; "),
        "{told}"
    );

    let novelty = json(&["main..side"]);
    assert_eq!(
        (&novelty["learnt"], &novelty["is_learnt"]),
        (&21.into(), &false.into())
    );
    let seldom = novelty["seldom"].as_array().unwrap();
    let first = seldom
        .iter()
        .find(|it| it["what"] == "subprocess")
        .expect("the import is told");
    assert_eq!(
        (&first["kind"], &first["line"]),
        (&"import".into(), &1.into())
    );
    assert_eq!(first["changes_in_project"], 0);
    assert_eq!(novelty["order"], Value::Null);
    // The head of a pull request that the clone keeps is the same change.
    assert_eq!(json(&["--pr=7"]), novelty);

    let (_, human) = review(&workspace, &["main..side", "--explain-order"]);
    for wanted in [
        "Seldom or never done in this project\n",
        "setup.py:1 imports subprocess: never before",
        "Order: 0.",
        "it is off",
    ] {
        assert!(human.contains(wanted), "{wanted}: {human}");
    }
    let (_, markdown) = review(&workspace, &["main..side", "--format=markdown"]);
    assert!(
        markdown.contains("<details><summary>Seldom or never done in this project: "),
        "{markdown}"
    );
    // What was learnt is not new, and that is said.
    let own = json(&["HEAD~1..HEAD"]);
    assert_eq!(own["is_learnt"], true);

    // A model of another version is refused, aloud where the order was asked for.
    let folder = std::fs::read_dir(workspace.path("home/novelty")).unwrap();
    for model in folder.map(|it| it.unwrap().path()) {
        let mut bytes = std::fs::read(&model).unwrap();
        bytes[8] += 1;
        std::fs::write(&model, bytes).unwrap();
    }
    assert_eq!(json(&["main..side"]), Value::Null);
    let (code, _) = review(&workspace, &["main..side", "--explain-order"]);
    assert_eq!(code, 2);
}

/// Reviews pull request 7 of the host's `lab/lab`.
fn from_host(workspace: &Workspace, host: &HostStandIn, arguments: &[&str]) -> Run {
    let common = ["review", "--pr=7", "--as-of=2026-11-26", "--exit-zero"];
    let mut command = workspace.command(&[&common[..], arguments].concat());
    command.env("GITHUB_API_URL", &host.base);
    command.env("GITHUB_TOKEN", TOKEN);
    let run = workspace.ended(&command.output().unwrap());
    assert!(!run.shown().contains(TOKEN), "{}", run.shown());
    run
}

#[test]
fn a_pull_request_of_the_code_host_is_told_like_one_of_the_clone() {
    let Some(workspace) = learnt() else {
        return;
    };
    let large = format!("import ctypes\n{}", "x = 1\n".repeat(400_000));
    assert!(git(&workspace, &["checkout", "-q", "side"]));
    workspace.file("lab/lib/large.py", large);
    commit(&workspace, "more than anybody reads");
    assert!(git(&workspace, &["update-ref", "refs/pull/7/head", "side"]));
    assert!(git(&workspace, &["checkout", "-q", "main"]));
    assert_eq!(review(&workspace, &["--learn"]).0, 0);
    let novelty = |text: &str| serde_json::from_str::<Value>(text).unwrap()["novelty"].clone();
    let (_, text) = review(&workspace, &["--pr=7", "--format=json"]);
    let expected = novelty(&text);
    // What is too large to be learnt from is not looked at either.
    assert!(
        text.contains("subprocess") && !expected.to_string().contains("ctypes"),
        "{text}"
    );

    let (mut answers, ends) = answers_of(&workspace, ("main", "side"), "nothing is lost");
    answers.push(("pulls/7".to_owned(), ends));
    let host = hosted(answers);
    assert!(git(&workspace, &["update-ref", "-d", "refs/pull/7/head"]));
    let ours = ["--repository=../lab", "--hosted-at=lab/lab"];
    let run = from_host(&workspace, &host, &[&ours[..], &["--format=json"]].concat());
    assert_eq!(novelty(&run.stdout), expected, "{}", run.shown());
    check_schema(&workspace, "review", &run);
    let run = from_host(
        &workspace,
        &host,
        &[&ours[..], &["--explain-order"]].concat(),
    );
    for wanted in ["setup.py:1 imports subprocess: never before", "Order: 0."] {
        assert!(run.stdout.contains(wanted), "{wanted}: {}", run.shown());
    }

    // What is usual in another project says nothing of it.
    std::fs::rename(workspace.path("lab"), workspace.path("theirs")).unwrap();
    workspace.file("lab/other.py", "y = 2\n");
    assert!(git(&workspace, &["init", "-q"]));
    commit(&workspace, "another project");
    assert_eq!(review(&workspace, &["--learn"]).0, 0);
    let run = from_host(&workspace, &host, &[&ours[..], &["--format=json"]].concat());
    assert_eq!(novelty(&run.stdout), Value::Null, "{}", run.shown());
    let why =
        "is not told: `../lab` was learnt, and has not the commit where the pull request parted";
    assert!(run.stderr.contains(why), "{}", run.shown());
    let run = from_host(
        &workspace,
        &host,
        &[&ours[..], &["--explain-order"]].concat(),
    );
    assert_eq!(run.code, 2, "{}", run.shown());
}

/// Learns, and says so.
fn learns(workspace: &Workspace, wanted: &[&str]) {
    let (_, told) = review(workspace, &["--learn"]);
    for it in wanted {
        assert!(told.contains(it), "{it}: {told}");
    }
}

/// Whoever reads is told of pull request 7 in a review of 8.
fn says_who_proposed(workspace: &Workspace) {
    for format in ["human", "markdown"] {
        let (_, text) = review(workspace, &["--pr=8", &format!("--format={format}")]);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("pull request 7 of "), "{text}");
        assert!(text.contains("proposed it in the same folder"), "{text}");
    }
}

/// What is told of the import of `subprocess` that a pull request brings.
fn of_import(workspace: &Workspace, pull: &str) -> Value {
    let (_, text) = review(workspace, &[pull, "--format=json"]);
    let novelty = serde_json::from_str::<Value>(&text).unwrap()["novelty"].take();
    let seldom = novelty["seldom"].as_array().unwrap();
    let import = seldom.iter().find(|it| it["what"] == "subprocess");
    import.cloned().unwrap_or_default()
}

#[test]
fn what_was_proposed_and_did_not_come_in_is_told() {
    let Some(workspace) = learnt() else {
        return;
    };
    assert!(git(&workspace, &["checkout", "-qb", "again"]));
    workspace.file("lab/setup.py", "import subprocess\nsubprocess.run(['y'])\n");
    commit(&workspace, "the same again");
    assert!(git(
        &workspace,
        &["update-ref", "refs/pull/8/head", "again"]
    ));
    assert!(git(&workspace, &["checkout", "-q", "main"]));
    learns(
        &workspace,
        &[
            "Learnt 21 new changes, 21 in all; ",
            "Of 2 heads of pull requests, 0 came in (",
            "Learnt 2 new ones that did not come in, 2 in all, ",
        ],
    );

    // Each is told of the other, and neither of itself; neither makes usual what it does.
    let told = of_import(&workspace, "--pr=8");
    let proposed = &told["proposed"];
    assert_eq!(
        (&told["changes_in_project"], &told["precedent"]),
        (&0.into(), &Value::Null)
    );
    assert_eq!(
        (
            &proposed["pull_request"],
            &proposed["times"],
            &proposed["file"]
        ),
        (&7.into(), &1.into(), &"setup.py".into())
    );
    assert_eq!(
        of_import(&workspace, "--pr=7")["proposed"]["pull_request"],
        8
    );
    assert_eq!(
        of_import(&workspace, "main..again")["proposed"]["pull_request"],
        7
    );
    says_who_proposed(&workspace);

    // One comes in, squashed: it is a change like others now, and the other no news.
    workspace.file("lab/setup.py", "import subprocess\nsubprocess.run(['x'])\n");
    commit(&workspace, "new (#7)");
    learns(
        &workspace,
        &[
            "Learnt 1 new change, 22 in all; ",
            "Of 2 heads of pull requests, 1 came in (told by history 0, by subject 1, ",
            "Learnt 0 new ones that did not come in, 1 in all, ",
        ],
    );
    let told = of_import(&workspace, "--pr=8");
    assert_eq!(
        (&told["changes_in_project"], &told["proposed"]),
        (&1.into(), &Value::Null)
    );
}
