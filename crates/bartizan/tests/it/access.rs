//! `bartizan access` against a host on loopback.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bartizan_access::laboratory::{Laboratory, Size, large};
use serde_json::Value;

use super::{
    schema::check_schema,
    workspace::{Run, Workspace},
};

pub(crate) const TOKEN: &str = "ghp_0123456789abcdef";

const SIZE: Size = Size {
    people: 130,
    teams: 6,
    repositories: 25,
};

/// A host on loopback that answers as the laboratory does, and after so many answers only that its limit is met.
pub(crate) struct Hosted {
    pub(crate) address: String,
    pub(crate) left: Arc<AtomicUsize>,
}

fn hosted(hidden: &[&str]) -> Hosted {
    hosted_of(SIZE, hidden)
}

/// The same of another size.
pub(crate) fn hosted_of(size: Size, hidden: &[&str]) -> Hosted {
    let mut laboratory = Laboratory::new(large(size).unwrap());
    laboratory.hidden = hidden.iter().map(|it| (*it).to_owned()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let own = Arc::clone(&left);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that hangs up early has seen enough.
            drop(answer(&stream, &laboratory, &own));
        }
    });
    Hosted { address, left }
}

fn answer(
    mut stream: &TcpStream,
    laboratory: &Laboratory,
    left: &AtomicUsize,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let head = head.to_lowercase();
    assert!(head.contains(&format!("authorization: bearer {TOKEN}")));
    let target = head.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let length = head
        .split("content-length: ")
        .nth(1)
        .map_or(0, |it| it.lines().next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let budget = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| it.checked_sub(1));
    let (status, extra, body) = if budget.is_err() {
        let extra = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 4102444800\r\n".to_owned();
        (
            403,
            extra,
            r#"{"message": "API rate limit exceeded"}"#.to_owned(),
        )
    } else if parts == ["graphql"] {
        let asked: Value = serde_json::from_slice(&body).unwrap();
        let told = laboratory.graph(asked["query"].as_str().unwrap(), &asked["variables"]);
        (200, String::new(), told.to_string())
    } else {
        let told = laboratory.answer(&parts, query);
        let host = head.split("host: ").nth(1).unwrap().lines().next().unwrap();
        let link = told
            .next
            .map(|next| format!("Link: <http://{host}{path}?{next}>; rel=\"next\"\r\n"));
        (told.status, link.unwrap_or_default(), told.body.to_string())
    };
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status} Told\r\nConnection: close\r\n{extra}Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(reply.as_bytes())
}

fn run(workspace: &Workspace, hosted: &Hosted, arguments: &[&str]) -> Run {
    let mut command = workspace.command(&[&["access"], arguments].concat());
    command
        .env("GITHUB_API_URL", &hosted.address)
        .env("GITHUB_TOKEN", TOKEN)
        .env("PIP_NO_INDEX", "1");
    let ended = workspace.ended(&command.output().unwrap());
    assert!(!ended.shown().contains(TOKEN), "{}", ended.shown());
    ended
}

const SNAPSHOT: [&str; 5] = [
    "snapshot",
    "lab",
    "--format=json",
    "--as-of=2026-11-26",
    "--patience=0",
];

#[test]
fn an_organisation_is_read_and_kept() {
    let workspace = Workspace::new();
    let hosted = hosted(&[]);
    let ended = run(&workspace, &hosted, &SNAPSHOT);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    check_schema(&workspace, "access-snapshot", &ended);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let numbers = [&told["people"], &told["teams"], &told["repositories"]];
    assert_eq!(numbers, [130, 6, 25]);
    assert!(told["grants"].as_u64().unwrap() > 130);
    assert_eq!(told["unread"], serde_json::json!([]));
    // Numbers are printed, and no names.
    assert!(!ended.shown().contains("person-0"), "{}", ended.shown());
    let digest = told["snapshot"].as_str().unwrap();
    let kept = workspace.path(&format!("home/access/snapshots/{digest}.json"));
    let again = workspace.run(&[
        "access",
        "snapshot",
        "--from",
        kept.to_str().unwrap(),
        "--offline",
        "--format=json",
    ]);
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["snapshot"], told["snapshot"]);
    assert_eq!(again["calls"], Value::Null);
    let human = run(
        &workspace,
        &hosted,
        &["snapshot", "lab", "--as-of=2026-11-26"],
    );
    assert!(
        human.stdout.contains("     130 people\n"),
        "{}",
        human.shown()
    );
}

#[test]
fn a_run_that_meets_the_limit_is_gone_on_with() {
    let workspace = Workspace::new();
    let hosted = hosted(&[]);
    hosted.left.store(40, Ordering::Relaxed);
    let ended = run(&workspace, &hosted, &SNAPSHOT);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    assert!(
        ended.stderr.contains("run it again later"),
        "{}",
        ended.shown()
    );
    hosted.left.store(usize::MAX, Ordering::Relaxed);
    let ended = run(&workspace, &hosted, &SNAPSHOT);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert!(
        told["calls"]["recalled"].as_u64().unwrap() > 20,
        "{}",
        ended.shown()
    );
    let other = Workspace::new();
    let whole = run(&other, &hosted, &SNAPSHOT);
    let whole: Value = serde_json::from_str(&whole.stdout).unwrap();
    assert!(told["people"] == whole["people"] && told["grants"] == whole["grants"]);
    assert!(!workspace.path("home/access/unfinished.jsonl").exists());
}

#[test]
fn what_is_hidden_is_told_with_what_would_show_it() {
    let workspace = Workspace::new();
    let hosted = hosted(&["/keys", "/members"]);
    let ended = run(&workspace, &hosted, &["snapshot", "lab"]);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    for line in [
        "not read: deploy-keys of lab/repository-0000 and 24 more: the host answered 403: Resource not accessible by personal access token (needs `administration=read`)",
        "not read: members, second-factors of lab: ",
        "second factors: 1 unknown",
    ] {
        let line = line.trim_end_matches("1 unknown");
        assert!(ended.stdout.contains(line), "{line}: {}", ended.shown());
    }
}

#[test]
fn counts_are_signed_and_name_nobody() {
    let workspace = Workspace::new();
    let hosted = hosted(&[]);
    let ended = run(&workspace, &hosted, &["snapshot", "lab", "--counts-only"]);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let members = &told["organisations"][0]["members"];
    assert!(
        members["all"] == 130 && members["missing"].as_u64() > Some(0),
        "{members}"
    );
    assert!(!ended.stdout.contains("person"), "{}", ended.stdout);
    assert!(!workspace.path("home/access/snapshots").exists());
}

#[test]
fn files_of_others_are_imported_and_compared() {
    let workspace = Workspace::new();
    workspace
        .file("project/teams.yaml", "- name: core\n  members: [ann, ben]\n  permissions:\n    - {repo: array, role: write}\n")
        .file("project/lab.toml", "organisation = 'lab'\nowners = ['ann', 'ben']\n[[team]]\nname = 'core'\nrole = 'integrator'\npeople = ['ann', 'cy']\nrepositories = ['array']\n");
    let import = [
        "access",
        "import",
        "teams.yaml",
        "--organisation=lab",
        "--as-of=2026-11-26",
    ];
    let ended = workspace.run(&[&import[..], &["--format=json"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.shown());
    check_schema(&workspace, "access-snapshot", &ended);
    let ended = workspace.run(&[
        "access",
        "diff",
        "lab.toml",
        "--format=json",
        "--output=drift.json",
        "--as-of=2026-11-26",
    ]);
    assert_eq!(ended.code, 1, "{}", ended.shown());
    let text = std::fs::read_to_string(workspace.path("project/drift.json")).unwrap();
    let drift: Value = serde_json::from_str(&text).unwrap();
    let told = drift["differences"].as_array().unwrap().iter();
    let told: Vec<String> = told
        .map(|it| format!("{} {}", it["kind"], it["subject"]))
        .collect();
    // Who belongs to the organisation the form does not say; so nobody is missing from it.
    insta::assert_snapshot!(told.join("\n"), @r#"
    "missing" "team lab/core: @cy"
    "surplus" "team lab/core: @ben"
    "#);
    let ended = workspace.run(&["access", "diff", "lab.toml", "--code-owners=array"]);
    assert_eq!(ended.stdout, "* @lab/core\n", "{}", ended.shown());
    // Who has drifted is private.
    let ended = workspace.run(&["access", "diff", "lab.toml"]);
    assert_eq!(ended.code, 2, "{}", ended.shown());
    let ended = workspace.run(&[&import[..], &["--into=desired", "--output=draft.toml"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.shown());
    let ended = workspace.run(&[
        "access",
        "diff",
        "draft.toml",
        "--output=none.txt",
        "--as-of=2026-11-26",
    ]);
    assert_eq!(
        ended.code,
        0,
        "{}",
        std::fs::read_to_string(workspace.path("project/none.txt")).unwrap_or_default()
    );
}

#[test]
fn what_cannot_be_asked_is_said() {
    let workspace = Workspace::new();
    let offline = workspace.run(&["access", "snapshot", "lab", "--offline"]);
    assert_eq!(offline.code, 2);
    assert!(
        offline
            .stderr
            .contains("`access snapshot` asks the code host, and `--offline` forbids it"),
        "{}",
        offline.shown()
    );
    let none = workspace.run(&["access", "diff", "absent.toml"]);
    assert_eq!(none.code, 2, "{}", none.shown());
}

#[test]
fn an_organisation_that_is_not_there_is_not_kept() {
    let workspace = Workspace::new();
    let hosted = hosted(&[]);
    let ended = run(&workspace, &hosted, &["snapshot", "nolab", "--patience=0"]);
    assert_eq!(ended.code, 4, "{}", ended.shown());
    assert!(
        ended.stderr.contains("nothing of `nolab` could be seen"),
        "{}",
        ended.shown()
    );
    assert!(!workspace.path("home/access/snapshots").exists());
    let ended = run(
        &workspace,
        &hosted,
        &["snapshot", "lab", "nolab", "--patience=0"],
    );
    assert_eq!(ended.code, 0, "{}", ended.shown());
    assert!(ended.stderr.contains("nothing of `nolab` could be seen"));
}

/// The host says that the token is of `person-00000`.
#[test]
fn a_plan_is_applied_by_whom_it_names() {
    let workspace = Workspace::new();
    let hosted = hosted(&[]);
    let ended = run(
        &workspace,
        &hosted,
        &["snapshot", "lab", "--output=lab.json", "--patience=0"],
    );
    assert_eq!(ended.code, 0, "{}", ended.shown());
    let mut signers = String::new();
    for (seed, name) in [(1, "zoe"), (2, "yan")] {
        let key = ssh_key::private::Ed25519Keypair::from_seed(&[seed; 32]);
        let key = ssh_key::PrivateKey::new(key.into(), "").unwrap();
        let text = key.to_openssh(ssh_key::LineEnding::LF).unwrap();
        workspace.file(&format!("project/{name}.key"), text.as_bytes());
        signers += &format!("github:{name} {}\n", key.public_key().to_openssh().unwrap());
    }
    workspace.file("project/signers", signers);
    for (actor, code) in [("person-00001", 2), ("person-00000", 4)] {
        drop(std::fs::remove_file(
            workspace.path("project/plan.approvals.jsonl"),
        ));
        let actor = format!("--actor=github:{actor}");
        // Keys that were not used yesterday: no person loses anything.
        let plan = [
            "plan",
            "--from=lab.json",
            "--days=1",
            "--by=github:xan",
            &actor,
            "--output=plan.json",
        ];
        let ended = run(&workspace, &hosted, &plan);
        assert_eq!(ended.code, 0, "{}", ended.shown());
        for name in ["zoe", "yan"] {
            let (by, key) = (format!("--by=github:{name}"), format!("--sign={name}.key"));
            let approve = ["approve", "plan.json", &by, &key, "--reason=fine"];
            let ended = run(&workspace, &hosted, &approve);
            assert_eq!(ended.code, 0, "{}", ended.shown());
        }
        let ended = run(
            &workspace,
            &hosted,
            &["apply", "plan.json", "--signers=signers"],
        );
        // This host takes no change, so that the right one is stopped by its first step.
        assert_eq!(ended.code, code, "{}", ended.shown());
        let said = "the plan is to be applied with the access of github:person-00001, and the token is of github:person-00000";
        assert_eq!(ended.stderr.contains(said), code == 2, "{}", ended.shown());
    }
}

/// The worked examples are read without a problem, and every team in them holds a role.
#[test]
fn the_worked_examples_hold() {
    use bartizan_access::desired::Desired;
    for name in ["networkx", "scikit-image"] {
        let path = format!(
            "{}/../../docs/access/{name}.toml",
            env!("CARGO_MANIFEST_DIR")
        );
        let bytes = std::fs::read(&path).unwrap();
        let (desired, problems) = Desired::read(name, &bytes).unwrap();
        assert_eq!(problems, []);
        assert!(desired.teams.len() >= 6);
    }
}
