//! A project's own advisories, from the first record to the signed list.

use insta::assert_snapshot;

use super::{laboratory::NOON, workspace::Workspace};

const ABOUT: [&str; 5] = [
    "--name=lab",
    "--title=Laboratory",
    "--licence=CC-BY-4.0",
    "--prefix=LAB",
    "--package=PyPI/labtools",
];

fn shown(workspace: &Workspace, arguments: &[&str]) -> String {
    workspace.run(arguments).shown()
}

/// A feed with one record that was started by the program.
fn started() -> Workspace {
    let workspace = Workspace::new();
    let arguments = [
        "db",
        "new",
        NOON,
        "--summary=out of bounds",
        "--prefix=LAB",
        "--package=PyPI/labtools",
        "--fixed=1.4.2",
    ];
    // It asks git, which must be found.
    let path = std::env::var_os("PATH").unwrap();
    let drafted = workspace
        .command(&arguments)
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(
        drafted.status.success(),
        "{}",
        String::from_utf8_lossy(&drafted.stderr)
    );
    workspace
}

#[test]
fn what_is_not_known_is_asked_for() {
    let workspace = started();
    let new = ["db", "new", NOON, "--summary=s"];
    assert_snapshot!(shown(&workspace, &new), @"
    --- stderr
    error: which package is not known
    hint: name it with `--prefix` and `--package`, or publish the feed with both once
    --- exit 2
    ");
    assert_snapshot!(shown(&workspace, &["db", "publish", NOON]), @"
    --- stderr
    error: the feed has no `prefix` yet
    hint: the first time, say `--name`, `--title`, `--licence` and `--prefix`
    --- exit 2
    ");
}

#[test]
fn a_check_writes_nothing() {
    let workspace = started();
    assert_snapshot!(shown(&workspace, &[&["db", "publish", NOON, "--check"], &ABOUT[..]].concat()), @"
    LAB-2026-1.json:3: warning: `/id`: the prefix is not registered with the OSV schema
    hint: register it there, so that tools which hold records against the schema accept it
    1 record, 1 new, 0 changed, 0 gone: nothing stands against publishing.

    --- stderr
    --- exit 0
    ");
    assert!(!workspace.path("project/feed.json").exists());
}

#[test]
fn a_feed_is_published_once_for_each_state() {
    let workspace = started();
    assert_snapshot!(shown(&workspace, &[&["db", "publish", NOON], &ABOUT[..]].concat()), @"
    LAB-2026-1.json:3: warning: `/id`: the prefix is not registered with the OSV schema
    hint: register it there, so that tools which hold records against the schema accept it
    1 record, 1 new, 0 changed, 0 gone: state 1 of `lab` is published.

    --- stderr
    The list is not signed; `--sign KEY` signs it.
    --- exit 0
    ");
    assert_snapshot!(shown(&workspace, &["db", "publish", "--as-of=2026-11-24"]), @"
    LAB-2026-1.json:3: warning: `/id`: the prefix is not registered with the OSV schema
    hint: register it there, so that tools which hold records against the schema accept it
    1 record: state 1 of `lab` is published already.

    --- stderr
    The list is not signed; `--sign KEY` signs it.
    --- exit 0
    ");
    // What is published is what others sync.
    let sync = workspace.run(&["db", "sync", "--from", ".", NOON]);
    assert_eq!(sync.code, 0, "{}", sync.shown());
}

#[test]
fn the_list_names_each_record_with_its_digest() {
    let workspace = started();
    workspace.run(&[&["db", "publish", NOON], &ABOUT[..]].concat());
    assert_snapshot!(std::fs::read_to_string(workspace.path("project/feed.json")).unwrap(), @r#"
    {
      "kind": "bartizan-feed",
      "format": 1,
      "name": "lab",
      "title": "Laboratory",
      "licence": "CC-BY-4.0",
      "prefixes": [
        "LAB"
      ],
      "packages": [
        {
          "ecosystem": "PyPI",
          "name": "labtools"
        }
      ],
      "sequence": 1,
      "created": "2026-11-23T12:00:00Z",
      "files": [
        {
          "path": "LAB-2026-1.json",
          "sha256": "bc70a181114265d959f150d10052faf43166ba94dc90ee335524dc0e8417bb4e",
          "modified": "2026-11-23T12:00:00Z"
        }
      ]
    }
    "#);
}

const WRONG: &str = r#"{
  "id": "LAB-2026-1",
  "modified": "2026-11-23",
  "summary": "::error::x",
  "affected": [{"package": {"ecosystem": "PyPI", "name": "labtools"}, "versions": ["1.0"]}]
}"#;

/// What is said of a feed whose record is wrong. Nothing of it is published.
fn refused(format: &str) -> String {
    let workspace = Workspace::new();
    workspace.file("project/LAB-2026-1.json", WRONG);
    let shown = shown(
        &workspace,
        &[&["db", "publish", NOON, format], &ABOUT[..]].concat(),
    );
    assert!(!workspace.path("project/feed.json").exists());
    shown
}

#[test]
fn what_stands_against_publishing_is_told_with_its_line() {
    assert_snapshot!(refused("--format=human"), @"
    LAB-2026-1.json:2: warning: `/id`: the prefix is not registered with the OSV schema
    hint: register it there, so that tools which hold records against the schema accept it
    LAB-2026-1.json:3: error: `/modified`: not a time in UTC (RFC 3339)
    hint: write UTC with `Z`, as in 2026-11-23T10:00:00Z
    1 record, 1 error: nothing was published.

    --- stderr
    --- exit 1
    ");
    assert_snapshot!(refused("--format=github"), @"
    ::warning file=LAB-2026-1.json,line=2,title=Bartizan%3A advisory::`/id`: the prefix is not registered with the OSV schema; register it there, so that tools which hold records against the schema accept it
    ::error file=LAB-2026-1.json,line=3,title=Bartizan%3A advisory::`/modified`: not a time in UTC (RFC 3339); write UTC with `Z`, as in 2026-11-23T10:00:00Z
    1 record, 1 error: nothing was published.

    --- stderr
    --- exit 1
    ");
}

#[test]
fn programs_are_told_the_same() {
    assert_snapshot!(refused("--format=json"), @r#"
    {
      "schema_version": 1,
      "feed": "lab",
      "sequence": 1,
      "records": 1,
      "errors": 1,
      "is_published": false,
      "is_signed": false,
      "added": [
        "LAB-2026-1.json"
      ],
      "changed": [],
      "removed": [],
      "touched": [],
      "complaints": [
        {
          "path": "LAB-2026-1.json",
          "line": 2,
          "pointer": "/id",
          "kind": "warning",
          "message": "the prefix is not registered with the OSV schema",
          "remedy": "register it there, so that tools which hold records against the schema accept it"
        },
        {
          "path": "LAB-2026-1.json",
          "line": 3,
          "pointer": "/modified",
          "kind": "error",
          "message": "not a time in UTC (RFC 3339)",
          "remedy": "write UTC with `Z`, as in 2026-11-23T10:00:00Z"
        }
      ]
    }

    --- stderr
    --- exit 1
    "#);
}
