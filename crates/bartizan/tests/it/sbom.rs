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
      components lack, whoever asks for it
        package URL, 1 of 1: libwebp 1.3.2; write `purl` of the component
        licence, 1 of 1: libwebp 1.3.2; write `licenses` of the component, as an
        SPDX `expression`
        supplier, 1 of 1: libwebp 1.3.2; write `supplier.name` of the component
        hash, 1 of 1: libwebp 1.3.2; write `hashes` of the component (of its file,
        else of its source archive)
      Write it where this file is made. See `bartizan explain sbom-upstream`.


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
      components lack, whoever asks for it
        package URL, 1 of 1: libwebp 1.3.2; write `purl` of the component
        licence, 1 of 1: libwebp 1.3.2; write `licenses` of the component, as an
        SPDX `expression`
        supplier, 1 of 1: libwebp 1.3.2; write `supplier.name` of the component
        hash, 1 of 1: libwebp 1.3.2; write `hashes` of the component (of its file,
        else of its source archive)
      Write it where this file is made. See `bartizan explain sbom-upstream`.


    --- stderr
    --- exit 1
    ");
    let code = |more: &[&str]| workspace.run(&[&["sbom", "schemas"], more].concat()).code;
    assert_eq!((code(&[]), code(&["bom.json"])), (4, 2));
    assert_eq!(code(&["--fetch", "--offline"]), 2);
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
      components lack, whoever asks for it
        package URL, 1 of 1: libwebp 1.3.2; write `purl` of the component
        licence, 1 of 1: libwebp 1.3.2; write `licenses` of the component, as an
        SPDX `expression`
        supplier, 1 of 1: libwebp 1.3.2; write `supplier.name` of the component
        hash, 1 of 1: libwebp 1.3.2; write `hashes` of the component (of its file,
        else of its source archive)
      Write it where this file is made. See `bartizan explain sbom-upstream`.

    lab-1.0-py3-none-any.whl!lab-1.0.dist-info/sboms/lab.cdx.json  CycloneDX 1.6, 1 component
      valid by the official schema (from schema.json)
      components lack, whoever asks for it
        package URL, 1 of 1: libwebp 1.3.2; write `purl` of the component
        licence, 1 of 1: libwebp 1.3.2; write `licenses` of the component, as an
        SPDX `expression`
        supplier, 1 of 1: libwebp 1.3.2; write `supplier.name` of the component
        hash, 1 of 1: libwebp 1.3.2; write `hashes` of the component (of its file,
        else of its source archive)
      Write it into the file of the project that its build copies to
      `.dist-info/sboms`, or let the release put one there: `bartizan sbom create
      --embed`. See `bartizan explain sbom-upstream`.


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
      of bom.json:
        components lack, whoever asks for it
          package URL, 1 of 1: libwebp 1.3.2; write `purl` of the component
          licence, 1 of 1: libwebp 1.3.2; write `licenses` of the component, as an
          SPDX `expression`
          supplier, 1 of 1: libwebp 1.3.2; write `supplier.name` of the component
          hash, 1 of 1: libwebp 1.3.2; write `hashes` of the component (of its file,
          else of its source archive)
        Write it where this file is made. See `bartizan explain sbom-upstream`.

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

/// The bills in a wheel of the workspace.
fn bills_in(workspace: &Workspace, path: &str) -> Vec<String> {
    let wheel = std::fs::read(workspace.path(path)).unwrap();
    let archive = ZipArchive::new(Cursor::new(wheel)).unwrap();
    let names = archive.file_names().map(|it| it.unwrap().to_string());
    names.filter(|it| it.contains("/sboms/")).collect()
}

#[test]
fn a_bill_of_ours_in_another_format_is_replaced() {
    let workspace = Workspace::new();
    let name = "lab-1.0-py3-none-any.whl";
    workspace.file(&format!("project/{name}"), wheel(Some(BILL)));
    let put = |more: &[&str]| {
        let all = [&["sbom", "create", name, "--embed", "--in-place"], more].concat();
        let run = workspace.run(&all);
        assert_eq!(run.code, 0, "{}", run.shown());
        std::fs::read(workspace.path(&format!("project/{name}"))).unwrap()
    };
    let others = "lab-1.0.dist-info/sboms/lab.cdx.json";
    let first = put(&[]);
    let own = |name: &str| vec![others.to_owned(), format!("lab-1.0.dist-info/sboms/{name}")];
    let path = format!("project/{name}");
    assert_eq!(bills_in(&workspace, &path), own("bartizan.cdx.json"));
    put(&["--format=spdx-2.3", "--timestamp=2026-11-26"]);
    assert_eq!(bills_in(&workspace, &path), own("bartizan.spdx.json"));
    assert!(put(&[]) == first, "what was there before leaves no trace");
}

/// A layer with a Python package that carries a copied one, and the image of it as an OCI layout.
fn image(workspace: &Workspace) {
    let packages = "usr/lib/python3.12/site-packages";
    let members = [
        (
            format!("{packages}/lab-1.0.dist-info/METADATA"),
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nLicense-Expression: MIT\n",
        ),
        (
            format!("{packages}/lab-1.0.dist-info/RECORD"),
            "lab/_vendor/six.py,,\n",
        ),
        (
            format!("{packages}/lab/_vendor/six.py"),
            "__version__ = '1.16.0'\n",
        ),
    ];
    let mut layer = Vec::new();
    for (name, text) in &members {
        layer.extend(tar_member(name, text));
    }
    layer.extend([0; 1024]);
    let part = |bytes: &[u8]| {
        let digest = bartizan_formats::digest::Digest::of(bytes);
        workspace.file(&format!("project/image/blobs/sha256/{digest}"), bytes);
        let size = bytes.len();
        format!(r#"{{"mediaType": "x", "digest": "sha256:{digest}", "size": {size}}}"#)
    };
    let layer = part(&layer);
    let config = part(br#"{"os": "linux", "architecture": "amd64"}"#);
    let manifest = part(format!(r#"{{"config": {config}, "layers": [{layer}]}}"#).as_bytes());
    workspace.file("project/image/oci-layout", "{}").file(
        "project/image/index.json",
        format!(r#"{{"schemaVersion": 2, "manifests": [{manifest}]}}"#),
    );
}

/// A file of an archive as `tar` has it.
fn tar_member(name: &str, text: &str) -> Vec<u8> {
    let mut header = vec![0_u8; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(124, format!("{:011o}\0", text.len()).as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|it| u32::from(*it)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header.extend(text.as_bytes());
    header.resize(512 + text.len().div_ceil(512) * 512, 0);
    header
}

#[test]
fn what_is_made_of_each_kind_of_target_is_true_of_it() {
    let workspace = Workspace::new();
    image(&workspace);
    let header = "/* zlib.h */\n#define ZLIB_VERSION \"1.3.1\"\n";
    let sources = [
        (
            "PKG-INFO",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\n",
        ),
        ("extern/zlib/zlib.h", header),
        ("extern/zlib/inflate.c", "int inflate(void);\n"),
    ];
    let mut archive = Vec::new();
    for (name, text) in sources {
        workspace.file(&format!("project/tree/{name}"), text);
        archive.extend(tar_member(&format!("lab-1.0/{name}"), text));
    }
    archive.extend([0; 1024]);
    workspace
        .file("project/lab-1.0.tar", archive)
        .file("project/lab-1.0-py3-none-any.whl", wheel(None));
    let check = |target: &str| {
        let made = workspace.run(&["sbom", "create", target, "-o", "bill.json"]);
        assert_eq!(made.code, 0, "{target}: {}", made.shown());
        let held = workspace.run(&["sbom", "compare", "bill.json", target]);
        assert_eq!(held.code, 0, "{target}: {}", held.shown());
        let bill = json(&std::fs::read_to_string(workspace.path("project/bill.json")).unwrap());
        let parts = bill["components"].as_array().unwrap().iter();
        let parts: Vec<&str> = parts.filter_map(|it| it["purl"].as_str()).collect();
        format!(
            "{} {}",
            bill["metadata"]["component"]["name"],
            parts.join(" ")
        )
    };
    insta::assert_snapshot!(check("lab-1.0-py3-none-any.whl"), @r#""lab" pkg:pypi/six@1.16.0"#);
    insta::assert_snapshot!(check("lab-1.0.tar"), @r#""lab" pkg:generic/zlib@1.3.1"#);
    insta::assert_snapshot!(check("tree"), @r#""tree" pkg:generic/zlib@1.3.1"#);
    insta::assert_snapshot!(check("image"), @r#""image" pkg:pypi/lab@1.0"#);
}
