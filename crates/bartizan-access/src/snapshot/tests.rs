use proptest::prelude::*;

use super::*;

/// A laboratory: two owners, a team within a team, an outside collaborator, and what opens it beside.
pub(crate) const SAMPLE: &str = r#"{"version": 1, "taken": "2026-11-01T00:00:00Z",
"origin": {"form": "host", "name": "host.example", "reader": "ann"},
"organisations": [{"name": "lab", "id": 1, "requires_second_factor": false, "base_level": "write",
  "actions": {"is_enabled": true, "allowed": "selected", "patterns": ["lab/*"],
  "token_can_write": true, "token_can_approve": false}, "outside_collaborators": ["eve"]}],
"people": [{"login": "ben", "second_factor": "missing"}, {"login": "Ann", "id": 7, "second_factor": "secure"},
  {"login": "eve", "second_factor": "secure"}, {"login": "robot", "is_bot": true, "second_factor": "secure"}],
"teams": [{"name": "lab/gpu", "parent": "lab/core"}, {"name": "lab/core", "id": 3}],
"repositories": [{"name": "lab/array", "visibility": "public", "actions": {"is_enabled": true, "allowed": "own",
  "token_can_write": false, "token_can_approve": true}, "code_owners": [{"pattern": "*.cu", "owners": [{"team": "lab/gpu"}]}]}, {"name": "lab/site", "visibility": "private", "is_archived": true}],
"assignments": [
  {"resource": {"organisation": "lab"}, "holder": {"person": "ann"}, "level": "owner"},
  {"resource": {"organisation": "lab"}, "holder": {"person": "ben"}, "level": "member"},
  {"resource": {"organisation": "lab"}, "holder": {"person": "robot"}, "level": "member"},
  {"resource": {"team": "lab/core"}, "holder": {"person": "robot"}, "level": "member"},
  {"resource": {"organisation": "lab"}, "holder": {"team": "lab/core"}, "level": "nothing", "role": "security"},
  {"resource": {"team": "lab/gpu"}, "holder": {"person": "ben"}, "level": "maintainer"},
  {"resource": {"repository": "lab/array"}, "holder": {"team": "lab/core"}, "level": "maintain"},
  {"resource": {"repository": "lab/array"}, "holder": {"team": "lab/gpu"}, "level": "triage"},
  {"resource": {"repository": "lab/site"}, "holder": {"person": "eve"}, "level": "admin"}],
"deploy_keys": [{"repository": "lab/site", "id": 5, "title": "site", "algorithm": "ssh-rsa", "can_write": true,
  "is_enabled": true, "by": "eve", "used": "2020-01-01T00:00:00Z"}],
"environments": [{"repository": "lab/array", "name": "release", "refs": "named",
  "reviewers": [{"team": "lab/core"}, {"person": "ann"}]}],
"rules": [{"place": {"organisation": "lab"}, "id": 9, "name": "main", "target": "branch", "enforcement": "active",
  "kinds": ["pull_request"], "bypass": [{"kind": "owners", "mode": "always"}]}],
"secrets": [{"place": {"repository": "lab/array"}, "name": "KEY", "updated": "2024-01-01T00:00:00Z"}],
"entries": [{"kind": "package", "name": "array", "basis": {"read": {"at": "2026-11-01T00:00:00Z"}},
  "holders": [{"account": "eve_", "login": "eve", "level": "owner"}, {"account": "zoe", "level": "maintainer"}]},
  {"kind": "domain", "name": "array.example", "basis": {"attested": {"at": "2026-10-01T00:00:00Z", "by": "ann"}}}],
"unread": [{"part": "tokens", "of": "lab", "why": "forbidden", "words": "for apps only", "permission": "`x=read`"}]}"#;

pub(crate) fn sample() -> Snapshot {
    Snapshot::read(SAMPLE.as_bytes()).unwrap().0
}

fn check(text: &str) -> String {
    match Snapshot::read(text.as_bytes()) {
        Ok((_, problems)) => {
            let told = problems
                .iter()
                .map(|it| format!("{}: {}", it.subject, it.message));
            told.collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_snapshot_is_read_again_whatever_its_order() {
    let snapshot = sample();
    assert_eq!(snapshot.problems(), []);
    let text = snapshot.to_text();
    let (again, _) = Snapshot::read(text.as_bytes()).unwrap();
    assert_eq!(again, snapshot);
    assert_eq!(again.to_text(), text);
    let mut turned = snapshot.clone();
    turned.assignments.reverse();
    turned.people.reverse();
    assert_eq!(turned.digest(), snapshot.digest());
    turned.people.pop();
    assert_ne!(turned.digest(), snapshot.digest());
}

#[test]
fn what_does_not_fit_together_is_said() {
    let doubtful = SAMPLE
        .replace(r#"{"login": "eve", "second_factor": "secure"},"#, "")
        .replace(
            r#"{"person": "ben"}, "level": "member""#,
            r#"{"person": "ben"}, "level": "maintainer""#,
        )
        .replace(r#""parent": "lab/core""#, r#""parent": "lab/other""#);
    insta::assert_snapshot!(check(&doubtful), @r"
    @eve: holds something and is not there
    lab/gpu: the team is part of one that is not there
    organisation lab: there is no such level of it
    ");
}

#[test]
fn others_are_refused() {
    insta::assert_snapshot!(check("{}"), @"not a snapshot of access");
    insta::assert_snapshot!(check(&SAMPLE.replace("\"version\": 1", "\"version\": 2")), @"snapshots of the version 2 are not known");
    insta::assert_snapshot!(check(&SAMPLE.replace("\"lab/gpu\", \"parent\"", "\"lab gpu\", \"parent\"")), @"not a snapshot of access");
    insta::assert_snapshot!(check(&"[".repeat(100_000)), @"not a snapshot of access");
}

#[test]
fn what_was_not_read_is_not_none() {
    let snapshot = sample();
    assert!(!snapshot.has_read(Part::Tokens, "lab"));
    assert!(!snapshot.has_read(Part::Tokens, "lab/array"));
    assert!(snapshot.has_read(Part::Tokens, "other"));
    assert!(snapshot.has_read(Part::Apps, "lab"));
}

proptest! {
    #[test]
    fn never_panics(cut in 0..SAMPLE.len(), put in "[\\PC\"{}\\[\\]:,0-9]{0,8}") {
        let mut text = SAMPLE.to_owned();
        if text.is_char_boundary(cut) {
            text.insert_str(cut, &put);
            check(&text);
        }
    }

    #[test]
    fn what_is_read_is_written_and_read_alike(skip in 0_usize..40, word in "[a-z]{1,6}") {
        let names = ["ann", "ben", "eve", "core", "gpu", "array", "site"];
        let mut text = SAMPLE.to_owned();
        for name in names.iter().skip(skip % 7) {
            text = text.replacen(name, &word, 1);
        }
        if let Ok((snapshot, _)) = Snapshot::read(text.as_bytes()) {
            let (again, _) = Snapshot::read(snapshot.to_text().as_bytes()).unwrap();
            prop_assert_eq!(again.digest(), snapshot.digest());
            snapshot.grants();
        }
    }
}
