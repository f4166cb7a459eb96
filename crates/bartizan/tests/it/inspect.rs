//! `bartizan inspect` as a user runs it.

// The generator of tiny binaries belongs to the tests of their reader.
#[path = "../../../bartizan-native/src/binary/forge.rs"]
#[expect(dead_code, reason = "not all of it is needed here")]
mod forge;

use serde_json::Value;

use self::forge::{Answer, Description, Target};
use super::workspace::Workspace;

/// A wheel's worth of files in a directory: a library that tells its version, one that nobody knows, a module.
pub(super) fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let library = |soname: &str, functions: Vec<(String, Answer)>| {
        let description = Description {
            soname: Some(soname.to_owned()),
            functions,
            ..Description::default()
        };
        description.build(Target::ElfX86_64)
    };
    let decoder = (
        "WebPGetDecoderVersion".to_owned(),
        Answer::Integer(0x01_03_01),
    );
    let module = Description {
        needed: vec!["libwebp-0a1b2c3d.so.7".to_owned(), "libc.so.6".to_owned()],
        functions: vec![("PyInit_x".to_owned(), Answer::Opaque)],
        ..Description::default()
    };
    let site = "project/env/lib/python3.12/site-packages";
    workspace
        .file("project/env/pyvenv.cfg", "version = 3.12.4\n")
        .file(&format!("{site}/lab/x.so"), module.build(Target::ElfX86_64))
        .file(&format!("{site}/lab.libs/libwebp-0a1b2c3d.so.7.1.7"), library("libwebp-0a1b2c3d.so.7", vec![decoder]))
        .file(&format!("{site}/lab.libs/libodd-0a1b2c3d.so.1"), library("libodd-0a1b2c3d.so.1", Vec::new()))
        .file(&format!("{site}/lab/_vendor/six.py"), "__version__ = '1.16.0'\n")
        .file(&format!("{site}/lab-1.0.dist-info/METADATA"), "Name: lab\nVersion: 1.0\n")
        .file(
            &format!("{site}/lab-1.0.dist-info/RECORD"),
            "lab/x.so,,\nlab.libs/libwebp-0a1b2c3d.so.7.1.7,,\nlab.libs/libodd-0a1b2c3d.so.1,,\nlab/_vendor/six.py,,\n",
        );
    workspace
}

#[test]
fn people_are_told_what_is_known_first() {
    let workspace = workspace();
    let run = workspace.run(&["inspect", "env"]);
    insta::assert_snapshot!(run.shown(), @r"
    lab 1.0  in env
      in files of their own
        libwebp  1.3.1  self-built    WebPGetDecoderVersion returns 0x10301
      Python packages copied in
        six  1.16.0  self-built    `six` says version 1.16.0 in six.py:1
      could not be identified
        lib/python3.12/site-packages/lab.libs/libodd-0a1b2c3d.so.1
      expected from the system
        libc.so.6

    2 libraries of others in 1 artifact, each with its version. 3 native files
    looked at, of which 1 could not be identified.

    --- stderr
    --- exit 0
    ");
    let run = workspace.run(&["inspect", "env", "--verbose"]);
    insta::assert_snapshot!(run.shown(), @r"
    lab 1.0  in env
      in files of their own
        libwebp  1.3.1  self-built    WebPGetDecoderVersion returns 0x10301
          high confidence, pkg:generic/libwebp@1.3.1
          version-function: WebPGetDecoderVersion returns 0x10301 in
          lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7 at 0x210
          (1.3.1)
          soname-release: named libwebp.so.7.1.7 in
          lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7 (1.3.1)
          file-name: named libwebp.so.7 in
          lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7
      Python packages copied in
        six  1.16.0  self-built    `six` says version 1.16.0 in six.py:1
          high confidence, pkg:pypi/six@1.16.0
          package-metadata: `six` says version 1.16.0 in
          lib/python3.12/site-packages/lab/_vendor/six.py:1 (1.16.0)
      could not be identified
        lib/python3.12/site-packages/lab.libs/libodd-0a1b2c3d.so.1
      expected from the system
        libc.so.6

    2 libraries of others in 1 artifact, each with its version. 3 native files
    looked at, of which 1 could not be identified.

    --- stderr
    --- exit 0
    ");
}

#[test]
fn programs_are_told_by_the_schema() {
    let workspace = workspace();
    let run = workspace.run(&["inspect", "env", "--format=json"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let component = &value["artifacts"][0]["components"][1];
    insta::assert_snapshot!(serde_json::to_string_pretty(component).unwrap(), @r#"
    {
      "confidence": "high",
      "cpe": "webmproject:libwebp",
      "evidence": [
        {
          "detail": "WebPGetDecoderVersion returns 0x10301",
          "file": "lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7",
          "kind": "version-function",
          "line": null,
          "offset": 528,
          "version": "1.3.1"
        },
        {
          "detail": "named libwebp.so.7.1.7",
          "file": "lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7",
          "kind": "soname-release",
          "line": null,
          "offset": null,
          "version": "1.3.1"
        },
        {
          "detail": "named libwebp.so.7",
          "file": "lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7",
          "kind": "file-name",
          "line": null,
          "offset": null,
          "version": null
        }
      ],
      "files": [
        "lib/python3.12/site-packages/lab.libs/libwebp-0a1b2c3d.so.7.1.7"
      ],
      "library": "libwebp",
      "linkage": "vendored",
      "name": "libwebp",
      "origin": "self-built",
      "purl": "pkg:generic/libwebp@1.3.1",
      "reason": null,
      "version": "1.3.1"
    }
    "#);
    assert_eq!(
        workspace.run(&["inspect", "env", "--format=json"]).stdout,
        run.stdout
    );
}

#[test]
fn what_cannot_be_looked_into_has_its_exit_code() {
    let workspace = workspace();
    workspace
        .file("project/notes/a.txt", "text")
        .file("project/torn.whl", "PK");
    let check = |arguments: &[&str]| {
        let run = workspace.run(&[&["inspect"], arguments].concat());
        run.shown().trim_start().to_owned()
    };
    insta::assert_snapshot!(check(&["none"]), @r"
    --- stderr
    error: cannot read `none`: no such file or directory
    hint: name a wheel, a source distribution, a conda package, an environment or a native file
    --- exit 2
    ");
    insta::assert_snapshot!(check(&["notes"]), @r"
    Nothing to look at: no artifact, no native file, no code of others.

    --- stderr
    --- exit 3
    ");
    insta::assert_snapshot!(check(&["notes/a.txt"]), @r"
    --- stderr
    error: `notes/a.txt` is no artifact, environment, directory or machine code
    hint: name a wheel, a source distribution, a conda package, an environment or a native file
    --- exit 2
    ");
    insta::assert_snapshot!(check(&["torn.whl"]), @r"
    torn.whl
      not read: torn.whl: cannot read `torn.whl`: not a complete zip archive

    No library of others in 1 artifact. 0 native files looked at. 1 thing could not
    be read.

    --- stderr
    --- exit 3
    ");
    assert_eq!(workspace.run(&["inspect", "env", "none"]).code, 2);
    assert_eq!(workspace.run(&["inspect"]).code, 2);
}
