//! What the program prints as JSON against the schemas that it publishes.

pub(crate) mod validate;

use serde_json::Value;

use self::validate::validate;
use super::{
    laboratory::{NOON, laboratory},
    workspace::{Run, Workspace},
};

fn schema(workspace: &Workspace, command: &str) -> Value {
    serde_json::from_str(&workspace.run(&["schema", command]).stdout).unwrap()
}

fn check(schema: &Value, text: &str, shown: &Run) {
    let value: Value = serde_json::from_str(text).unwrap();
    let complaints = validate(schema, &value);
    assert_eq!(complaints, Vec::<String>::new(), "{}", shown.shown());
}

/// What a run printed, against the schema of its command.
pub(crate) fn check_schema(workspace: &Workspace, command: &str, ended: &Run) {
    check(&schema(workspace, command), &ended.stdout, ended);
}

#[test]
fn scans() {
    let (workspace, bare) = (laboratory(), Workspace::new());
    workspace.file("project/broken.txt", "imager\n-r none.txt\n===\n");
    bare.file("project/requirements.txt", "pillow==10.0.0\n")
        .file("empty/x", "");
    let schema = schema(&workspace, "scan");
    let scan = |workspace: &Workspace, arguments: &[&str]| {
        let ended = workspace.run(&[&["scan", "--format=json", NOON], arguments].concat());
        check(&schema, &ended.stdout, &ended);
    };
    scan(&workspace, &["uv.lock"]);
    scan(&workspace, &["uv.lock", "broken.txt", "none"]);
    workspace.file("project/bartizan.toml", "[[ignore]]\nid='CVE-2026-1001'\nreason='r'\nexpires=2027-01-01\n[[ignore]]\nid='x'\nreason='r'\npackage='y'\n");
    scan(&workspace, &["."]);
    scan(&bare, &["."]);
    scan(&bare, &["../empty"]);
    let vex = r#"{"statements": [{"vulnerability": "CVE-2026-1001", "status": "fixed", "products": ["pkg:pypi/imager"]},
        {"vulnerability": "x", "status": "affected", "products": ["y"]}]}"#;
    workspace.file("project/vex.json", vex);
    scan(&workspace, &["uv.lock", "--vex=vex.json"]);
    workspace.run(&[
        "scan",
        "uv.lock",
        "--format=json",
        NOON,
        "--output=earlier.json",
    ]);
    scan(&workspace, &["--since=earlier.json", "broken.txt"]);
}

#[test]
fn graphs_and_blasts() {
    let workspace = laboratory();
    let ended = workspace.run(&["scan", "uv.lock", "--graph=graph.json", NOON]);
    let graph = std::fs::read_to_string(workspace.path("project/graph.json")).unwrap();
    check(&schema(&workspace, "scan-graph"), &graph, &ended);
    assert!(graph.contains("imager"), "{}", ended.shown());
    let ended = workspace.run(&["scan", "uv.lock", "--blast=imager", "--format=json", NOON]);
    check(&schema(&workspace, "scan-blast"), &ended.stdout, &ended);
    assert!(ended.stdout.contains("reporter"), "{}", ended.shown());
}

#[test]
fn repositories() {
    let workspace = Workspace::new();
    let schema = schema(&workspace, "check");
    let publish = "on: push\njobs: {p: {steps: [{uses: pypa/gh-action-pypi-publish@v1}]}}\n";
    workspace.file("project/.github/workflows/w.yml", publish);
    workspace.file(
        "project/bartizan.toml",
        "[[ignore]]\nid='spec-8-unpinned-action'\nreason='r'\n",
    );
    workspace.file(
        "project/review.json",
        r#"{"families": {}, "checks": {"GH105": {"result": false}, "GH200": {"result": false}, "GH1": {}}}"#,
    );
    let ended = workspace.run(&["check", "--format=json", "--import=review.json", NOON]);
    check(&schema, &ended.stdout, &ended);
    for part in ["\"ignored\": \"r\"", "\"joined\": true", "is not a check"] {
        assert!(ended.stdout.contains(part), "{part}");
    }
}

#[test]
fn packs_of_evidence() {
    let workspace = Workspace::new();
    let schema = schema(&workspace, "check-evidence");
    let publish = "on: push\njobs: {p: {environment: e, permissions: {id-token: write}, steps: [{uses: pypa/gh-action-pypi-publish@v1}]}}\n";
    workspace.file("project/.github/workflows/w.yml", publish);
    workspace.file("project/pyproject.toml", "[");
    let ended = workspace.run(&["check", "--evidence=pack", NOON, "--exit-zero"]);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    let mut seen = 0;
    for entry in std::fs::read_dir(workspace.path("project/pack")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "json") {
            check(&schema, &std::fs::read_to_string(path).unwrap(), &ended);
            seen += 1;
        }
    }
    assert_eq!(seen, 6);
}

#[test]
fn ecosystems() {
    let workspace = Workspace::new();
    let schema = schema(&workspace, "check-profile");
    workspace.file(
        "project/lab.toml",
        "[ecosystem]\ntitle = \"Lab\"\n[[project]]\nname = \"lab\"\n",
    );
    workspace.file("project/clones/x", "");
    let ended = workspace.run(&[
        "check",
        "--profile=lab.toml",
        "--repositories=clones",
        "--format=json",
        NOON,
    ]);
    assert_eq!(ended.code, 3, "{}", ended.shown());
    check(&schema, &ended.stdout, &ended);
}

#[test]
fn upgrades() {
    let workspace = laboratory();
    let schema = schema(&workspace, "fix");
    let universe = r#"{"bartizan_universe": 1, "packages": {"imager": {"1.1": {"requires": []}, "1.3": {"requires": []}}}}"#;
    workspace.file("project/universe.json", universe);
    workspace.file("project/requirements.txt", "imager==1.1\nsolver==3.4\n");
    let ended = workspace.run(&[
        "fix",
        "requirements.txt",
        "--universe=universe.json",
        "--format=json",
        NOON,
    ]);
    assert_eq!(ended.code, 1, "{}", ended.shown());
    check(&schema, &ended.stdout, &ended);
}

#[test]
fn contents() {
    let workspace = super::inspect::workspace();
    workspace.file("project/torn.so", [0x7f, b'E', b'L', b'F']);
    let schema = schema(&workspace, "inspect");
    for arguments in [["env", "torn.so"], ["env", "none"]] {
        let ended = workspace.run(&[&["inspect", "--format=json"], arguments.as_slice()].concat());
        check(&schema, &ended.stdout, &ended);
    }
}

#[test]
fn bills() {
    let workspace = super::inspect::workspace();
    workspace.file(
        "project/bom.json",
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "libwebp", "version": "1"}, {"name": "x"}]}"#,
    );
    workspace.file("project/torn.json", "{");
    let validate = schema(&workspace, "sbom-validate");
    let ended = workspace.run(&[
        "sbom",
        "validate",
        "--format=json",
        "--profile=bsi",
        "bom.json",
        "torn.json",
    ]);
    check(&validate, &ended.stdout, &ended);
    let compare = schema(&workspace, "sbom-compare");
    let ended = workspace.run(&["sbom", "compare", "--format=json", "bom.json", "env"]);
    check(&compare, &ended.stdout, &ended);
}

#[test]
fn queries() {
    let workspace = laboratory();
    let schema = schema(&workspace, "db-match");
    let ended = workspace.run(&[
        "db",
        "match",
        NOON,
        "imager==1.0",
        "gitty==1",
        "x",
        "pkg:npm/a@1",
    ]);
    assert_eq!(ended.stdout.lines().count(), 4);
    ended
        .stdout
        .lines()
        .for_each(|line| check(&schema, line, &ended));
}

#[test]
fn status() {
    let (workspace, bare) = (laboratory(), Workspace::new());
    let schema = schema(&workspace, "db-status");
    for workspace in [workspace, bare] {
        for verify in [&["--verify"], [].as_slice()] {
            let ended = workspace.run(&[&["db", "status", "--format=json", NOON], verify].concat());
            check(&schema, &ended.stdout, &ended);
        }
    }
}

#[test]
fn publish() {
    let workspace = Workspace::new();
    workspace.file("project/LAB-2026-1.json", r#"{"id": "LAB-2026-1"}"#);
    let schema = schema(&workspace, "db-publish");
    let about = ["--name=lab", "--title=t", "--licence=MIT", "--prefix=LAB"];
    for more in [&["--check"][..], &["--touch"]] {
        let publish = ["db", "publish", "--format=json", NOON];
        let ended = workspace.run(&[&publish[..], &about, more].concat());
        check(&schema, &ended.stdout, &ended);
    }
}

#[test]
fn show() {
    let workspace = laboratory();
    let schema = schema(&workspace, "db-show");
    for id in [
        "CVE-2026-1001",
        "PYSEC-2026-2",
        "PYSEC-2026-4",
        "PYSEC-2026-5",
        "nothing",
    ] {
        let ended = workspace.run(&["db", "show", id, "--format=json", NOON]);
        check(&schema, &ended.stdout, &ended);
    }
}

#[test]
fn search() {
    let workspace = laboratory();
    let schema = schema(&workspace, "db-search");
    for query in [
        &["--package=imager", "--severity=low"][..],
        &["little", "harm"],
        &["--ecosystem=PyPI"],
        &["nothing"],
    ] {
        let ended = workspace.run(&[&["db", "search", "--format=json", NOON], query].concat());
        check(&schema, &ended.stdout, &ended);
    }
}
