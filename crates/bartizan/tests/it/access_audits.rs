//! `bartizan access audit` as a user runs it: every fault that it knows in one organisation, what histories tell, and what is not known.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{
    people,
    schema::check_schema,
    workspace::{Run, Workspace},
};

const NOW: &str = "2026-11-26T10:00:00Z";

/// Who must stand in no public output.
const PEOPLE: [&str; 10] = [
    "ann-it", "ben-it", "cy-it", "dan-it", "eve-it", "fay-it", "gus-it", "hal-it", "ida-it",
    "gone-it",
];

fn person(login: &str) -> Value {
    let factor = if login == "ben-it" {
        "missing"
    } else {
        "secure"
    };
    json!({"login": login, "second_factor": factor})
}

fn given(resource: (&str, &str), holder: (&str, &str), level: &str) -> Value {
    json!({"resource": {(resource.0): resource.1}, "holder": {(holder.0): holder.1}, "level": level})
}

/// An organisation with everything that can be wrong, and another that ben owns alone.
fn faulty() -> Value {
    let mut assignments: Vec<Value> = PEOPLE[..6]
        .iter()
        .map(|it| given(("organisation", "lab"), ("person", it), "owner"))
        .collect();
    for login in &PEOPLE[6..9] {
        assignments.push(given(("organisation", "lab"), ("person", login), "member"));
    }
    assignments.extend([
        given(("organisation", "other"), ("person", "ben-it"), "owner"),
        given(("team", "lab/core"), ("person", "gus-it"), "member"),
        given(("team", "lab/core"), ("person", "hal-it"), "member"),
        given(("repository", "lab/array"), ("team", "lab/core"), "write"),
        given(("repository", "lab/array"), ("person", "ida-it"), "admin"),
    ]);
    let key = |id: u64, by: &str, used: &str| json!({"repository": "lab/array", "id": id, "title": "key", "algorithm": "ssh-rsa", "can_write": true, "is_enabled": true, "by": by, "used": used});
    let token = |id: u64, by: &str, used: &str| json!({"organisation": "lab", "id": id, "person": by, "name": "t", "scope": "all", "granted": "2024-01-01T00:00:00Z", "used": used});
    json!({
        "version": 1, "taken": NOW, "origin": {"form": "test", "name": "test"},
        "organisations": [{"name": "lab", "requires_second_factor": false}, {"name": "other"}],
        "people": PEOPLE[..9].iter().map(|it| person(it)).collect::<Vec<_>>(),
        "teams": [{"name": "lab/core"}], "repositories": [{"name": "lab/array"}],
        "assignments": assignments,
        "deploy_keys": [key(5, "ann-it", "2020-01-01T00:00:00Z"), key(6, "gone-it", "2026-11-20T00:00:00Z")],
        "apps": [
            {"organisation": "lab", "id": 1, "slug": "old", "scope": "all", "suspended": "2025-01-01T00:00:00Z"},
            {"organisation": "lab", "id": 2, "slug": "idle", "scope": "all", "permissions": {"contents": "write"}, "created": "2025-01-01T00:00:00Z"},
            {"organisation": "lab", "id": 3, "slug": "busy", "scope": "all", "permissions": {"contents": "write"}, "created": "2025-01-01T00:00:00Z"},
        ],
        "tokens": [token(7, "ann-it", "2025-01-01T00:00:00Z"), token(8, "ann-it", "2026-11-20T00:00:00Z")],
        "invitations": [{"resource": {"organisation": "lab"}, "invited": {"login": "new-it"}, "level": "member", "id": 9, "created": "2026-01-01T00:00:00Z"}],
        "entries": [{"kind": "package", "name": "array", "basis": {"read": {"at": NOW}},
            "holders": [{"account": "gone", "login": "gone-it", "level": "owner"}, {"account": "zoe", "level": "maintainer"}],
            "publishers": [{"repository": "gone-it/array", "workflow": "release.yml"}, {"repository": "lab/array", "workflow": "release.yml"}]}],
    })
}

/// Everything was read over years; gus merges, ida pushes, and one of the apps does.
fn evidence() -> Value {
    let act = |by: &str, kind: &str| json!({"by": format!("github:{by}"), "place": "lab/array", "kind": kind, "at": "2026-11-01T00:00:00Z", "source": "import"});
    let kinds = [
        "author",
        "review",
        "triage",
        "push",
        "merge",
        "release",
        "administration",
    ];
    let coverage = ["lab/array", "lab"].map(|place| json!({"source": "import", "place": place, "kinds": kinds, "since": "2020-01-01T00:00:00Z", "until": NOW}));
    json!({
        "acts": [act("gus-it", "merge"), act("ida-it", "push"), act("busy[bot]", "push"),
            {"by": "github:ann-it", "place": "lab", "kind": "administration", "at": "2026-11-01T00:00:00Z", "source": "import"}],
        "coverage": coverage,
    })
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.file("project/lab.json", faulty().to_string());
    workspace.file("project/evidence.json", evidence().to_string());
    workspace
}

fn audit(workspace: &Workspace, line: &str) -> Run {
    let words: Vec<&str> = line.split_whitespace().collect();
    workspace.run(&[&["access", "audit", "--as-of", NOW], words.as_slice()].concat())
}

fn counts(run: &Run) -> (Value, String) {
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = value["findings"].as_object().unwrap();
    let told = findings
        .iter()
        .map(|(id, count)| format!("{count} {id}"))
        .collect::<Vec<_>>();
    (value.clone(), told.join("\n"))
}

#[test]
fn each_fault_is_found() {
    let workspace = workspace();
    let run = audit(
        &workspace,
        "--from lab.json --evidence evidence.json --format json",
    );
    assert_eq!(run.code, 1, "{}", run.shown());
    let (value, told) = counts(&run);
    check_schema(&workspace, "access-audit", &run);
    assert_snapshot!(told, @r"
    1 direct-grant
    3 left-with-keys
    1 optional-second-factor
    2 stale-app
    1 stale-deploy-key
    1 stale-invitation
    7 stale-right
    2 stale-token
    2 too-few-owners
    1 too-many-owners
    2 weak-second-factor
    1 wide-role
    ");
    let factors = &value["second_factors"][0];
    assert_eq!(factors["organisation"], "lab");
    assert_eq!(factors["by_role"]["owners"]["missing"], 1);
    assert_eq!(factors["by_role"]["owners"]["secure"], 5);
    // Of three members no number is told.
    assert_eq!(factors["by_role"]["members"], Value::Null);
    assert_eq!(factors["would_lose_access"], 1);
    assert_eq!(factors["left_with_fewer_than_two"], 0);
    // Whom the other organisation has alone would lose it.
    assert_eq!(value["second_factors"][1]["left_with_fewer_than_two"], 1);
    let names = PEOPLE.iter().filter(|it| run.shown().contains(**it));
    assert_eq!(names.count(), 0, "{}", run.shown());
}

#[test]
fn whoever_may_see_them_is_told_names() {
    let workspace = workspace();
    let run = audit(
        &workspace,
        "--from lab.json --evidence evidence.json --private --output who.txt",
    );
    assert_eq!(run.code, 1, "{}", run.shown());
    let who = std::fs::read_to_string(workspace.path("project/who.txt")).unwrap();
    for line in [
        "direct-grant: lab/array, github:ida-it: ",
        "left-with-keys: array, github:gone-it: github:gone-it, as owner of the package; trusted publishers to look at: 2",
        "left-with-keys: array: the workflow release.yml of gone-it/array may publish the package, and lies in none of the organisations",
        "left-with-keys: lab/array, github:gone-it: they added the deploy key 6 of lab/array",
        "stale-app: lab: the program idle in the organisation lab: it may change contents, and did not within the limit",
        "stale-app: lab: the program old in the organisation lab: suspended since 2025-01-01",
        "stale-token: lab, github:ann-it: the token 8 of github:ann-it in the organisation lab: it has no end",
        "too-few-owners: other: 1 owners; 2 are needed",
        "too-many-owners: lab: 6 owners; 5 are enough",
        "wide-role: lab/array, github:ida-it: ",
        "if second factors were required, other would be left with 0 who can act",
        "not judged: left-with-keys of array: it is not told which accounts at the host 1 of its holders have",
        "not judged: optional-second-factor of other: the setting is not told",
    ] {
        assert!(who.lines().any(|it| it.starts_with(line)), "{line}\n{who}");
    }
}

#[test]
fn what_was_not_read_is_not_known() {
    let workspace = workspace();
    let run = audit(&workspace, "--from lab.json --format json");
    let (value, _) = counts(&run);
    assert_eq!(value["rights"]["inactive"], 0);
    assert_eq!(value["rights"]["unknown"], value["rights"]["all"]);
    assert_eq!(value["findings"]["stale-right"], 0);
    assert_eq!(value["findings"]["wide-role"], 0);
    // The one that is suspended is told by the host itself.
    assert_eq!(value["findings"]["stale-app"], 1);
}

/// A history: one who is named by the address of an account wrote, another account is not named.
#[test]
fn histories_tell_of_whom_they_name() {
    let Some(workspace) = people::laboratory() else {
        return;
    };
    let assignments = [
        given(("team", "lab/core"), ("person", "cy"), "member"),
        given(("team", "lab/core"), ("person", "other-it"), "member"),
        given(("repository", "lab/array"), ("team", "lab/core"), "write"),
    ];
    let snapshot = json!({
        "version": 1, "taken": NOW, "origin": {"form": "test", "name": "test"}, "organisations": [{"name": "lab"}],
        "people": [person("cy"), person("other-it")], "teams": [{"name": "lab/core"}], "repositories": [{"name": "lab/array"}],
        "assignments": assignments,
    });
    workspace.file("project/lab.json", snapshot.to_string());
    let requires = |kinds: &str| {
        format!("[[role]]\nof = 'repository'\nlevel = 'write'\nrequires = [{kinds}]\n")
    };
    workspace.file("project/merges.toml", requires("'push', 'merge'"));
    workspace.file("project/writes.toml", requires("'push', 'merge', 'review'"));
    let history = format!(
        "--from lab.json --format json --history lab/array={}",
        workspace.path("lab").display()
    );
    let standing = |more: &str| {
        let run = audit(&workspace, &format!("{history} {more}"));
        let value: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|_error| panic!("{}", run.shown()));
        let of = |word: &str| value["rights"][word].as_u64().unwrap();
        (of("active"), of("inactive"), of("unknown"))
    };
    assert_eq!(
        standing("--policy merges.toml --fetched 2026-11-26"),
        (0, 1, 1)
    );
    // Up to when the clone goes is not told, or reviews were not read.
    assert_eq!(standing("--policy merges.toml"), (0, 0, 2));
    assert_eq!(
        standing("--policy writes.toml --fetched 2026-11-26"),
        (0, 0, 2)
    );
    assert_eq!(standing("--fetched 2026-11-26"), (0, 0, 2));
    let run = audit(&workspace, "--from lab.json --history nowhere");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("names no history"), "{}", run.stderr);
}
