//! `bartizan sbom` as a user runs it, without a network: the schemas here are made up and of the shape of the official ones.

use std::io::{Cursor, Read, Write};

use serde_json::Value;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{inspect, workspace::Workspace};

/// A schema of `CycloneDX` 1.6 that asks for little.
const SCHEMA: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "type": "object", "additionalProperties": false, "required": ["bomFormat"],
    "properties": {"bomFormat": {"enum": ["CycloneDX"]}, "specVersion": {}, "components": {"type": "array"}}}"#;

const BILL: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "libwebp", "version": "1.3.2"}]}"#;

/// A wheel of pure Python with a copied package in it, and with a bill where one is given.
fn wheel(bill: Option<&str>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut record = String::new();
    let mut members = vec![
        ("lab/__init__.py", "x = 1\n"),
        ("lab/_vendor/six.py", "__version__ = '1.16.0'\n"),
        (
            "lab-1.0.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nLicense-Expression: MIT\nAuthor: The Lab\n",
        ),
        (
            "lab-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
    ];
    members.extend(bill.map(|it| ("lab-1.0.dist-info/sboms/lab.cdx.json", it)));
    for (name, text) in &members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        record += &format!("{name},,\n");
    }
    writer
        .start_file("lab-1.0.dist-info/RECORD", SimpleFileOptions::default())
        .unwrap();
    writer
        .write_all(format!("{record}lab-1.0.dist-info/RECORD,,\n").as_bytes())
        .unwrap();
    writer.finish().unwrap().into_inner()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn without_schemas_nothing_is_called_valid() {
    let workspace = Workspace::new();
    workspace
        .file("project/bom.json", BILL)
        .file("project/schema.json", SCHEMA);
    insta::assert_snapshot!(workspace.run(&["sbom", "validate", "bom.json"]).shown(), @r"
    bom.json  CycloneDX 1.6, 1 component
      not known whether it is valid: no schema of CycloneDX 1.6 is at hand
      hint: `bartizan sbom schemas --fetch` brings the official schemas


    --- stderr
    --- exit 4
    ");
    let profile = [
        "sbom",
        "validate",
        "bom.json",
        "--profile=ntia",
        "--no-schema",
    ];
    insta::assert_snapshot!(workspace.run(&profile).shown(), @r"
    bom.json  CycloneDX 1.6, 1 component
      NTIA, The Minimum Elements For a Software Bill of Materials (2021): 5 of 8
      elements are missing
        author of SBOM data
          write `metadata.authors[].name`
        timestamp
          write `metadata.timestamp`
        supplier name: 1 of 1 component lack it
          write `supplier.name` of the component
          libwebp 1.3.2
        other unique identifiers: 1 of 1 component lack it
          write `purl` or `cpe` of the component
          libwebp 1.3.2
        dependency relationship: 1 of 1 component lack it
          write an entry of `dependencies` with the component's `bom-ref`
          libwebp 1.3.2


    --- stderr
    --- exit 1
    ");
    assert_eq!(workspace.run(&["sbom", "schemas"]).code, 4);
    assert_eq!(workspace.run(&["sbom", "schemas", "bom.json"]).code, 2);
    assert_eq!(
        workspace
            .run(&["sbom", "schemas", "--fetch", "--offline"])
            .code,
        2
    );
}

#[test]
fn schemas_are_brought_once_and_judge_from_then_on() {
    let workspace = Workspace::new();
    workspace
        .file("project/bom.json", BILL)
        .file(
            "project/bad.json",
            BILL.replace("\"components\"", "\"parts\": 1, \"components\""),
        )
        .file("project/odd.json", "{}")
        .file(
            "project/old.xml",
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>"#,
        )
        .file("project/schema.json", SCHEMA)
        .file("project/lab-1.0-py3-none-any.whl", wheel(Some(BILL)))
        .file("project/bare-1.0-py3-none-any.whl", wheel(None));
    assert_eq!(workspace.run(&["sbom", "schemas", "schema.json"]).code, 0);
    let code = |file: &str| workspace.run(&["sbom", "validate", file]).code;
    assert_eq!(code("bom.json"), 0);
    assert_eq!(code("bad.json"), 1);
    assert_eq!(code("odd.json"), 1);
    assert_eq!(code("old.xml"), 2);
    assert_eq!(code("lab-1.0-py3-none-any.whl"), 0);
    assert_eq!(code("bare-1.0-py3-none-any.whl"), 3);
    assert_eq!(code("none.json"), 2);
    let run = workspace.run(&["sbom", "validate", "bad.json", "lab-1.0-py3-none-any.whl"]);
    insta::assert_snapshot!(run.shown(), @r"
    bad.json  CycloneDX 1.6, 1 component
      not valid by the official schema (from schema.json): 1 error
        the document: Additional properties are not allowed ('parts' was unexpected)

    lab-1.0-py3-none-any.whl!lab-1.0.dist-info/sboms/lab.cdx.json  CycloneDX 1.6, 1 component
      valid by the official schema (from schema.json)


    --- stderr
    --- exit 1
    ");
}

#[test]
fn a_bill_is_held_against_an_environment_and_set_right() {
    let workspace = inspect::workspace();
    workspace.file("project/bom.json", BILL);
    let run = workspace.run(&[
        "sbom",
        "compare",
        "bom.json",
        "env",
        "--corrected",
        "right.json",
    ]);
    insta::assert_snapshot!(run.shown(), @r"
    env
      held against bom.json
      an artifact carries a component that its bill of materials leaves out
      [undeclared-component]
        libodd without a version
        six 1.16.0 pkg:pypi/six@1.16.0
      a bill of materials states another version than the artifact carries
      [wrong-component-version]
        libwebp: 1.3.2 is stated, 1.3.1 is there
      a component of a bill of materials has no package URL [component-without-purl]
        libwebp 1.3.2 pkg:generic/libwebp@1.3.2

    3 components seen in files, 1 of them declared. 4 differences.

    --- stderr
    --- exit 1
    ");
    let right = [
        "sbom",
        "compare",
        "right.json",
        "env",
        "--fail-on=medium",
        "--format=json",
    ];
    let right = workspace.run(&right);
    assert_eq!(right.code, 0, "{}", right.shown());
    let left = json(&right.stdout)["findings"].clone();
    // Nobody knows a package URL of it.
    assert_eq!(
        (&left[0]["name"], &left[1]),
        (&json("\"libodd\""), &Value::Null)
    );
    assert_eq!(workspace.run(&["sbom", "compare", "bom.json"]).code, 2);
    assert_eq!(
        workspace.run(&["sbom", "compare", "bom.json", "none"]).code,
        2
    );
}

#[test]
fn bills_are_made_with_equal_bytes_and_need_a_time_where_their_format_does() {
    let workspace = inspect::workspace();
    workspace.file("project/lab-1.0-py3-none-any.whl", wheel(None));
    let make = |arguments: &[&str]| workspace.run(&[&["sbom", "create"], arguments].concat());
    let wheel = make(&["lab-1.0-py3-none-any.whl"]);
    assert_eq!((wheel.code, &wheel.stderr), (0, &String::new()));
    assert_eq!(wheel.stdout, make(&["lab-1.0-py3-none-any.whl"]).stdout);
    let bill = json(&wheel.stdout);
    assert_eq!(
        bill["metadata"]["component"]["licenses"][0]["expression"],
        "MIT"
    );
    assert_eq!(bill["metadata"]["component"]["hashes"][1]["alg"], "SHA-512");
    assert_eq!(bill["components"][0]["purl"], "pkg:pypi/six@1.16.0");
    assert!(bill["metadata"]["timestamp"].is_null());
    let environment = json(&make(&["env", "--timestamp=2026-11-26T06:20:00Z"]).stdout);
    assert_eq!(environment["metadata"]["timestamp"], "2026-11-26T06:20:00Z");
    assert_eq!(make(&["env", "--format=spdx-2.3"]).code, 2);
    let spdx = json(
        &make(&[
            "env",
            "--format=spdx-3.0",
            "--timestamp=2026-11-26",
            "--author=A <a@b.example>",
        ])
        .stdout,
    );
    assert_eq!(spdx["@graph"][0]["created"], "2026-11-26T00:00:00Z");
    assert_eq!(make(&["bom.json"]).code, 2);
}

#[test]
fn a_bill_is_put_into_a_wheel_and_the_wheel_stays_in_order() {
    let workspace = Workspace::new();
    let original = wheel(None);
    workspace
        .file("project/lab-1.0-py3-none-any.whl", &original)
        .file("project/out/x", "");
    let make = |arguments: &[&str]| {
        let all = [
            &["sbom", "create", "lab-1.0-py3-none-any.whl", "--embed"],
            arguments,
        ]
        .concat();
        workspace.run(&all)
    };
    assert_eq!(make(&[]).code, 2);
    assert_eq!(make(&["-o", "out/lab-1.0-py3-none-any.whl"]).code, 0);
    let read = |path: &str| std::fs::read(workspace.path(path)).unwrap();
    assert_eq!(read("project/lab-1.0-py3-none-any.whl"), original);
    let changed = read("project/out/lab-1.0-py3-none-any.whl");
    let mut archive = ZipArchive::new(Cursor::new(&changed)).unwrap();
    let mut text = String::new();
    let name = "lab-1.0.dist-info/sboms/bartizan.cdx.json";
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(json(&text)["bomFormat"], "CycloneDX");
    let verified = workspace.run(&["verify", "out/lab-1.0-py3-none-any.whl", "--format=json"]);
    let findings = json(&verified.stdout)["artifacts"][0]["findings"].to_string();
    assert!(
        !findings.contains("sboms") && !findings.contains("changed-member"),
        "{findings}"
    );
    assert_eq!(make(&["--in-place"]).code, 0);
    assert_eq!(read("project/lab-1.0-py3-none-any.whl"), changed);
    let alone = workspace.run(&["sbom", "compare", "lab-1.0-py3-none-any.whl"]);
    assert_eq!(alone.code, 0, "{}", alone.shown());
}
