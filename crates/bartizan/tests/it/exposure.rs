//! Who could still get an affected release, over a file of releases.

use insta::assert_snapshot;

use super::{
    laboratory::{NOON, laboratory},
    schema::validate::validate,
    workspace::{Run, Workspace},
};

/// The advisory is of September; base 1 is affected, 2 is not.
fn workspace() -> Workspace {
    let workspace = laboratory();
    let record = r#"{"id":"PYSEC-2026-77","modified":"2026-09-02T00:00:00Z","published":"2026-09-01T00:00:00Z","aliases":["CVE-2026-77"],
        "affected":[{"package":{"ecosystem":"PyPI","name":"base"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}"#;
    let universe = r#"{"bartizan_universe": 1, "packages": {
        "base": {"1": {"requires": [], "uploaded": "2026-01-01T00:00:00Z"}, "2": {"requires": [], "uploaded": "2026-09-01T00:00:00Z"}},
        "open": {"1": {"requires": ["base"], "uploaded": "2026-01-01T00:00:00Z"}},
        "pinned": {"1": {"requires": ["base==1"], "uploaded": "2026-01-01T00:00:00Z"}},
        "late": {"1": {"requires": ["base<2"], "uploaded": "2026-01-01T00:00:00Z"}, "2": {"requires": ["base>=2"], "uploaded": "2026-10-20T00:00:00Z"}},
        "left": {"1": {"requires": ["base"], "uploaded": "2026-01-01T00:00:00Z"}, "2": {"requires": [], "uploaded": "2026-09-05T00:00:00Z"}},
        "dateless": {"1": {"requires": ["base"]}},
        "alone": {"1": {"requires": [], "uploaded": "2026-01-01T00:00:00Z"}}}}"#;
    workspace
        .file("records/PYSEC-2026-77.json", record)
        .file("project/universe.json", universe);
    let synced = workspace.run(&["db", "sync", "--from", "../records", NOON]);
    assert_eq!(synced.code, 0, "{}", synced.shown());
    workspace
}

fn expose(workspace: &Workspace, advisory: &str, more: &[&str]) -> Run {
    let advisory = format!("--exposure={advisory}");
    let command = [
        "scan",
        &advisory,
        "--universe=universe.json",
        "--offline",
        "--python=3.13",
        NOON,
    ];
    workspace.run(&[&command[..], more].concat())
}

#[test]
fn shares_are_told_with_what_is_not_known() {
    let workspace = workspace();
    let check = |advisory: &str| {
        let ended = expose(&workspace, advisory, &[]);
        let shown = ended.stdout.split("Requirements as for").next().unwrap();
        format!("{shown}{}exit {}", ended.stderr, ended.code)
    };
    assert_snapshot!(check("CVE-2026-77"), @"
    CVE-2026-77 in base, published 2026-09-01
      1 of 2 releases of base are affected; 5 dependants among 6 packages looked at
      after 30 days: 75 %: 3 of 4 dependants still admit an affected release (2 of
      them nothing else); of 1 more it is not known
        exposed: late, open, pinned
        not known, needed is the days of the dependant's releases: dateless
      after 90 days: not known; needed is releases up to that day

    exit 0
    ");
    assert_snapshot!(check("CVE-1999-1"), @"
    No record of `CVE-1999-1` is about a Python package.

    exit 3
    ");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let workspace = workspace();
    let sarif = expose(&workspace, "CVE-2026-77", &["--format=sarif"]);
    assert_snapshot!(sarif.stderr, @"
    error: `--exposure` does not write `sarif`
    hint: it writes `--format human` and `--format json`
    ");
    let asks = workspace.run(&["scan", "--exposure=CVE-2026-77", "--offline", NOON]);
    assert_snapshot!(format!("{}exit {}", asks.stderr, asks.code), @"
    error: looking for dependants asks the package index, and `--offline` forbids it
    hint: name a file of releases by `--universe FILE`, or leave out `--offline`
    exit 2
    ");
}

#[test]
fn the_same_as_json_fits_its_schema() {
    let workspace = workspace();
    let ended = expose(&workspace, "PYSEC-2026-77", &["--format=json"]);
    let value: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let schema = serde_json::from_str(&workspace.run(&["schema", "scan-exposure"]).stdout).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    assert_eq!(value["packages"][0]["after"][0]["share"], 0.75);
}
