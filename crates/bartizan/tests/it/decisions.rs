//! What sets findings aside: ignores, VEX documents, accepted risks, and an earlier report.

use insta::assert_snapshot;
use serde_json::Value;

use super::{
    laboratory::{self, AFTERNOON, SCAN, UV_LOCK},
    workspace::Workspace,
};

const CLEARS_IMAGER: &str = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:lab:1", "author": "The lab",
    "timestamp": "2026-11-20T00:00:00Z", "version": 1, "statements": [
    {"vulnerability": {"name": "GHSA-aaaa-bbbb-cccc"}, "status": "not_affected",
     "justification": "vulnerable_code_not_in_execute_path", "products": ["pkg:pypi/lab"], "subcomponents": ["pkg:pypi/imager"]},
    {"vulnerability": {"name": "CVE-1999-1"}, "status": "fixed", "products": ["pkg:pypi/imager"]}]}"#;

const DOUBTS_IMAGER: &str = r#"{"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": "A vendor"},
    "tracking": {"id": "V-1", "current_release_date": "2026-11-21T00:00:00Z"}},
    "product_tree": {"full_product_names": [{"name": "imager", "product_id": "P",
      "product_identification_helper": {"purl": "pkg:pypi/imager"}}]},
    "vulnerabilities": [{"cve": "CVE-2026-1001", "product_status": {"under_investigation": ["P"]}}]}"#;

const FIXES_SOLVER: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2026-11-22T00:00:00Z"},
    "components": [{"bom-ref": "s", "name": "solver", "purl": "pkg:pypi/solver@3.4"}],
    "vulnerabilities": [{"id": "PYSEC-2026-2", "affects": [{"ref": "s"}], "analysis": {"state": "resolved"}}]}"#;

fn laboratory() -> Workspace {
    let workspace = laboratory::laboratory();
    workspace
        .file("project/openvex.json", CLEARS_IMAGER)
        .file("project/csaf.json", DOUBTS_IMAGER)
        .file("project/bom.json", FIXES_SOLVER);
    workspace
}

fn check(workspace: &Workspace, arguments: &[&str]) -> String {
    let ended = workspace.run(&[SCAN.as_slice(), arguments].concat());
    ended.findings()
}

fn json(workspace: &Workspace, arguments: &[&str]) -> Value {
    let ended = workspace.run(&[SCAN.as_slice(), arguments].concat());
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn vex_clears_what_nobody_contradicts() {
    let workspace = laboratory();
    let clears = ["--vex=openvex.json", "--vex=bom.json"];
    assert_snapshot!(check(&workspace, &[&clears[..], &["--show=ignored"]].concat()), @r"
    plotter 3.1                             low 2.2  PYSEC-2026-3
      little harm
      lab → plotter 3.1
      fixed in 9
    imager 1.1                         critical 9.8  CVE-2026-1001
      code execution by a crafted image
      lab → reporter 2.0 → imager 1.1
      fixed in 1.3
      not affected by VEX: vulnerable_code_not_in_execute_path (The lab, 2026-11-20,
      3 d ago)
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
      fixed by VEX (bom.json, 2026-11-22, 38 h ago)

    unused statement: CVE-1999-1 in openvex.json: it matches nothing here

    1 finding in 1 of 5 components.
    1 below high. 2 cleared by VEX (--show ignored). 1 question could not be decided
    (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.0020 of 1 (100 % PYSEC-2026-3 in plotter 3.1).
    --- stderr
    --- exit 0
    ");
    assert_snapshot!(check(&workspace, &["--vex=openvex.json", "--vex=csaf.json"]), @r"
    imager 1.1                         critical 9.8  CVE-2026-1001
      code execution by a crafted image
      lab → reporter 2.0 → imager 1.1
      fixed in 1.3
      VEX statements disagree, and the most cautious one holds: under investigation
      by VEX (A vendor, 2026-11-21, 2 d ago); not affected by VEX:
      vulnerable_code_not_in_execute_path (The lab, 2026-11-20, 3 d ago)
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
    plotter 3.1                             low 2.2  PYSEC-2026-3
      little harm
      lab → plotter 3.1
      fixed in 9

    unused statement: CVE-1999-1 in openvex.json: it matches nothing here

    3 findings in 3 of 5 components.
    1 below high. 1 of unstated severity, which counts as high. 1 question could not
    be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.043 of 1 (64 % CVE-2026-1001 in imager 1.1, 31 % PYSEC-2026-2 in
    solver 3.4, 4 % PYSEC-2026-3 in plotter 3.1).
    --- stderr
    --- exit 1
    ");
}

#[test]
fn vex_is_in_every_format() {
    let workspace = laboratory();
    let clears = ["--vex=openvex.json", "--vex=bom.json"];
    let report = json(&workspace, &[&clears[..], &["--format=json"]].concat());
    let fails: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["fails"])
        .collect();
    assert_eq!(fails, [false, false, false]);
    assert_eq!(report["findings"][0]["vex"]["status"], "not_affected");
    assert_eq!(report["vex"]["unused"][0]["ids"][0], "CVE-1999-1");
    let sarif = json(&workspace, &[&clears[..], &["--format=sarif"]].concat());
    assert_snapshot!(sarif["runs"][0]["results"][0]["suppressions"], @r#"[{"justification":"not affected by VEX: vulnerable_code_not_in_execute_path (The lab, 2026-11-20, 3 d ago)","kind":"external"}]"#);
    let markdown = [SCAN.as_slice(), &clears, &["--format=markdown"]].concat();
    let markdown = workspace.run(&markdown).stdout;
    assert!(markdown.contains("Cleared by VEX"), "{markdown}");
}

#[test]
fn vex_comes_from_the_settings_too_and_a_wrong_file_is_told() {
    let workspace = laboratory();
    workspace.file(
        "project/bartizan.toml",
        "vex = ['openvex.json', 'bom.json']\n",
    );
    assert_eq!(workspace.run(&SCAN).code, 0);
    workspace.file("project/openvex.json", "{}");
    let report = json(&workspace, &["--format=json"]);
    assert_snapshot!(report["problems"][0]["message"], @r#""not a record: it is neither OpenVEX, CSAF nor CycloneDX""#);
    assert_eq!(report["findings"][0]["fails"], true);
    assert_snapshot!(check(&workspace, &["--vex=none.json"]), @"
    --- stderr
    error: cannot read the VEX document `none.json`: no such file or directory
    hint: check the path given by `--vex` or the setting `vex`
    --- exit 2
    ");
}

#[test]
fn ignores_are_applied_across_aliases_and_reported_when_idle() {
    let workspace = laboratory();
    workspace.file(
        "project/bartizan.toml",
        "[[ignore]]\nid = 'CVE-2026-1001'\nreason = 'we read no images of strangers'\n\
         [[ignore]]\nid = 'PYSEC-2026-2'\nreason = 'until the upgrade'\nexpires = 2026-11-01\n\
         [[ignore]]\nid = 'CVE-1999-1'\nreason = 'left over'\n",
    );
    assert_snapshot!(check(&workspace, &[]), @r"
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
    plotter 3.1                             low 2.2  PYSEC-2026-3
      little harm
      lab → plotter 3.1
      fixed in 9

    unused ignore: CVE-1999-1: it matches nothing here
    expired ignore: PYSEC-2026-2: its last day has passed, the finding counts again

    2 findings in 2 of 5 components.
    1 below high. 1 of unstated severity, which counts as high. 1 ignored (--show
    ignored). 1 question could not be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.016 of 1 (87 % PYSEC-2026-2 in solver 3.4, 12 % PYSEC-2026-3 in
    plotter 3.1).
    --- stderr
    --- exit 1
    ");
}

#[test]
fn an_accepted_risk_has_an_owner_and_an_end() {
    let workspace = laboratory();
    let risk = "[[risk]]\nid = 'PYSEC-2026-1'\nreason = 'no strangers here'\nowner = 'Ada'\naccepted = 2026-11-01\nexpires = 2026-12-01\n";
    let other = "[[risk]]\nid = 'PYSEC-2026-2'\nreason = 'slow is fine'\nowner = 'Ada'\naccepted = 2026-10-01\nexpires = 2026-11-01\n";
    workspace.file("project/bartizan-risks.toml", format!("{risk}{other}"));
    assert_snapshot!(check(&workspace, &["--show=ignored"]), @r"
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
    plotter 3.1                             low 2.2  PYSEC-2026-3
      little harm
      lab → plotter 3.1
      fixed in 9
    imager 1.1                         critical 9.8  CVE-2026-1001
      code execution by a crafted image
      lab → reporter 2.0 → imager 1.1
      fixed in 1.3
      accepted risk: no strangers here (by Ada, on 2026-11-01, until 2026-12-01)

    expired accepted risk: PYSEC-2026-2: its last day has passed, the finding counts
    again

    2 findings in 2 of 5 components.
    1 below high. 1 of unstated severity, which counts as high. 1 ignored (--show
    ignored). 1 question could not be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.043 of 1 (64 % CVE-2026-1001 in imager 1.1, 31 % PYSEC-2026-2 in
    solver 3.4, 4 % PYSEC-2026-3 in plotter 3.1).
    --- stderr
    --- exit 1
    ");
    workspace.file(
        "project/bartizan-risks.toml",
        "[[risk]]\nid = 'PYSEC-2026-1'\nreason = 'r'\nowner = 'Ada'\naccepted = 2026-11-01\n",
    );
    assert_snapshot!(check(&workspace, &[]), @"
    --- stderr
    error: ROOT/project/bartizan-risks.toml:1: a risk without `expires`
    hint: write the last day on which it is accepted; a risk that nobody looks at again is not accepted but forgotten
    --- exit 2
    ");
    workspace.file(
        "project/bartizan-risks.toml",
        "[[ignore]]\nid = 'PYSEC-2026-1'\n",
    );
    assert_snapshot!(check(&workspace, &[]), @"
    --- stderr
    error: ROOT/project/bartizan-risks.toml:1: `ignore` is no list of accepted risks
    hint: write `[[risk]]` with `id`, `reason`, `owner`, `accepted` and `expires`
    --- exit 2
    ");
    workspace
        .file("project/bartizan-risks.toml", "")
        .file("project/bartizan.toml", "risks = 'accepted/risks.toml'\n")
        .file("project/accepted/risks.toml", risk);
    assert_eq!(
        json(&workspace, &["--format=json"])["findings"][0]["ignored"]["owner"],
        "Ada"
    );
}

#[test]
fn since_shows_and_counts_only_what_is_new_or_changed() {
    let workspace = laboratory();
    workspace.run(
        &[
            SCAN.as_slice(),
            &["--format=json", "--output=earlier.json", "--vex=bom.json"],
        ]
        .concat(),
    );
    assert_snapshot!(check(&workspace, &["--since=earlier.json", "--vex=bom.json"]), @r"
    No new or changed vulnerability affects the 5 components, but 1 question could
    not be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.030 of 1 (93 % CVE-2026-1001 in imager 1.1, 6 % PYSEC-2026-3 in
    plotter 3.1).
    Since the report of 2026-11-23: 0 new, 0 changed, 0 gone, 2 unchanged and not
    shown.
    --- stderr
    --- exit 0
    ");
    let lock = UV_LOCK.replace(
        "name = \"plotter\"\nversion = \"3.1\"",
        "name = \"plotter\"\nversion = \"9\"",
    );
    workspace.file("project/uv.lock", lock);
    assert_snapshot!(check(&workspace, &["--since=earlier.json"]), @r"
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
      changed: it was set aside and counts again

    gone: PYSEC-2026-3 in plotter 3.1: not found any more

    1 new or changed finding in 1 of 5 components.
    1 of unstated severity, which counts as high. 1 question could not be decided
    (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.041 of 1 (67 % CVE-2026-1001 in imager 1.1, 32 % PYSEC-2026-2 in
    solver 3.4).
    Since the report of 2026-11-23: 0 new, 1 changed, 1 gone, 1 unchanged and not
    shown.
    --- stderr
    --- exit 1
    ");
    let report = json(&workspace, &["--since=earlier.json", "--format=json"]);
    assert_snapshot!(report["since"], @r#"{"as_of":"2026-11-23T14:00:00Z","changed":1,"gone":[{"ecosystem":"PyPI","group":"PYSEC-2026-3","name":"plotter","version":"3.1","why":"not found any more"}],"hygiene":{"changed":0,"gone":[],"new":0,"unchanged":0},"new":0,"report":"earlier.json","unchanged":1}"#);
    assert_snapshot!(report["findings"][0]["change"], @r#"{"details":["it was set aside and counts again"],"kind":"updated"}"#);
    workspace.file("project/later.json", report.to_string());
    assert_snapshot!(check(&workspace, &["--since=later.json"]), @"
    --- stderr
    error: cannot compare with the report `later.json`: it holds only what had changed itself
    hint: give a file that `bartizan scan --format json --output FILE` wrote
    --- exit 2
    ");
    assert_snapshot!(check(&workspace, &["--since=uv.lock"]), @"
    --- stderr
    error: cannot compare with the report `uv.lock`: expected value at line 1 column 1
    hint: give a file that `bartizan scan --format json --output FILE` wrote
    --- exit 2
    ");
}

/// What a scan writes as VEX is laid over the next scan.
#[test]
fn vex_that_is_written_is_read_again() {
    let workspace = laboratory();
    workspace.file(
        "project/bartizan.toml",
        "[[ignore]]\nid = 'CVE-2026-1001'\nreason = 'never called'\njustification = 'vulnerable_code_not_in_execute_path'\n\
         [[ignore]]\nid = 'PYSEC-2026-2'\nreason = 'slow is fine'\n",
    );
    for format in ["openvex", "csaf", "cyclonedx-vex"] {
        workspace.file("home/empty.toml", "");
        let written = [SCAN.as_slice(), &["--format", format, "--output=out.json"]].concat();
        assert_eq!(workspace.run(&written).code, 0, "{format}");
        let once = std::fs::read(workspace.path("project/out.json")).unwrap();
        workspace.run(&written);
        assert_eq!(
            once,
            std::fs::read(workspace.path("project/out.json")).unwrap()
        );
        let read = [
            "--config=../home/empty.toml",
            "--vex=out.json",
            "--format=json",
        ];
        let report = json(&workspace, &read);
        let said = report["findings"].as_array().unwrap().iter();
        let said: Vec<String> = said
            .map(|finding| format!("{} {}", finding["group"], finding["vex"]["status"]))
            .collect();
        assert_eq!(
            said,
            [
                r#""CVE-2026-1001" "not_affected""#,
                r#""PYSEC-2026-2" "affected""#,
                r#""PYSEC-2026-3" "affected""#
            ],
            "{format}"
        );
        assert_eq!(report["problems"], Value::Array(vec![]), "{format}");
    }
}

/// What the database shows of a group in the formats of others is read again as the same vulnerability.
#[test]
fn a_group_that_is_written_is_read_again() {
    let workspace = laboratory();
    let show = |id: &str, format: &str| {
        let written = format!("--output=../out/{format}.json");
        let ended = workspace.run(&["db", "show", id, "--format", format, &written, AFTERNOON]);
        assert_eq!(ended.code, 0, "{}", ended.shown());
        std::fs::read_to_string(workspace.path(&format!("out/{format}.json"))).unwrap()
    };
    workspace.file("out/x", "");
    let merged: Value = serde_json::from_str(&show("GHSA-aaaa-bbbb-cccc", "osv")).unwrap();
    assert_snapshot!(merged["aliases"], @r#"["GHSA-aaaa-bbbb-cccc","PYSEC-2026-1"]"#);
    assert_snapshot!(merged["affected"][1]["ranges"], @r#"[{"events":[{"introduced":"0"},{"fixed":"1.2"}],"type":"ECOSYSTEM"}]"#);
    assert_snapshot!(merged["database_specific"]["merged_from"][1], @r#"{"id":"PYSEC-2026-1","source":"pypa"}"#);
    let home = ["--home=../other", "--from=../out", AFTERNOON];
    for format in ["osv", "csaf", "csaf-2.1"] {
        let text = show("CVE-2026-1001", format);
        for old in ["osv", "csaf", "csaf-2.1", "x"] {
            let _ = std::fs::remove_file(workspace.path(&format!("out/{old}.json")));
        }
        let _ = std::fs::remove_dir_all(workspace.path("other"));
        workspace.file("out/one.json", text);
        let synced = workspace.run(&[["db", "sync"].as_slice(), &home].concat());
        assert_eq!(synced.code, 0, "{format} {}", synced.shown());
        let report = json(&workspace, &["--home=../other", "--format=json"]);
        assert_eq!(report["findings"][0]["group"], "CVE-2026-1001", "{format}");
        assert_eq!(report["findings"][0]["component"]["name"], "imager");
    }
}
