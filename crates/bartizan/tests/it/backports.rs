//! What `fix` says where no release of a package carries a mended library.

use std::process::Command;

use insta::assert_snapshot;

use super::{
    laboratory::{AFTERNOON, NOON, laboratory},
    schema::validate::validate,
    workspace::Workspace,
};

const OLD: &str =
    "int first;\nint second;\nint third;\nint size = get();\nint fourth;\nint fifth;\nint sixth;\n";

fn git(workspace: &Workspace, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    let author = ["-c", "user.name=t", "-c", "user.email=t@lab.example"];
    command
        .args(author)
        .args(arguments)
        .current_dir(workspace.path("clone"))
        // There is no such file.
        .env("GIT_CONFIG_GLOBAL", workspace.path("no-config"))
        .env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

/// A clone of libwebp's project with a release and the commit that mends it; an environment whose imager carries the
/// release; and records that say so. None where there is no git.
fn workspace() -> Option<(Workspace, String)> {
    let workspace = laboratory();
    workspace.file("clone/src/read.c", OLD);
    git(&workspace, &["init", "--quiet"])?;
    let commit = || {
        git(&workspace, &["add", "--all"]).unwrap();
        git(&workspace, &["commit", "--quiet", "--message=x"]).unwrap();
        git(&workspace, &["rev-parse", "HEAD"]).unwrap()
    };
    commit();
    git(&workspace, &["tag", "v1.3.0"]).unwrap();
    workspace.file("clone/src/read.c", OLD.replace("int size", "unsigned size"));
    workspace.file("clone/NEWS", "mended\n");
    let mended = commit();
    workspace.file("copy/vendor/webp/src/read.c", format!("/* ours */\n{OLD}"));
    let record = format!(
        r#"{{"id":"OSV-2026-9","modified":"2026-11-20T08:00:00Z","summary":"images overflow","aliases":["CVE-2026-9"],
        "affected":[{{"package":{{"ecosystem":"OSS-Fuzz","name":"libwebp"}},"versions":["v1.3.0"],"ranges":[{{"type":"GIT",
        "repo":"https://code.example/webp.git","events":[{{"introduced":"0"}},{{"fixed":"{mended}"}}]}}]}}]}}"#
    );
    let debian = r#"{"id":"DEBIAN-CVE-2026-9","modified":"2026-11-20T08:00:00Z","upstream":["CVE-2026-9"],
        "affected":[{"package":{"ecosystem":"Debian:13","name":"libwebp"},"ranges":[{"type":"ECOSYSTEM",
        "events":[{"introduced":"0"},{"fixed":"1.2.9-1+deb13u1"}]}]}]}"#;
    workspace.file("records/OSV-2026-9.json", &record);
    workspace.file("records/DEBIAN-CVE-2026-9.json", debian);
    let synced = workspace.run(&["db", "sync", "--from", "../records", NOON]);
    assert_eq!(synced.code, 0, "{}", synced.shown());
    let site = "project/env/lib/python3.13/site-packages/imager-1.4.dist-info";
    let bill = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "libwebp",
        "version": "1.3.0", "purl": "pkg:generic/libwebp@1.3.0"}]}"#;
    workspace
        .file("project/env/pyvenv.cfg", "version = 3.13.0\n")
        .file(
            &format!("{site}/METADATA"),
            "Metadata-Version: 2.4\nName: imager\nVersion: 1.4\n\n",
        )
        .file(
            &format!("{site}/RECORD"),
            "imager-1.4.dist-info/METADATA,,\nimager-1.4.dist-info/sboms/own.cdx.json,,\n",
        )
        .file(&format!("{site}/sboms/own.cdx.json"), bill)
        .file(
            "project/universe.json",
            r#"{"bartizan_universe": 1, "packages": {"imager": {"1.4": {"requires": []}}}}"#,
        );
    Some((workspace, mended))
}

const FIX: [&str; 5] = [
    "fix",
    "env",
    "--universe=universe.json",
    "--offline",
    AFTERNOON,
];

#[test]
fn commits_that_mend_a_library_are_named_and_held_against_copies() {
    let Some((workspace, mended)) = workspace() else {
        println!("skipped: there is no git");
        return;
    };
    let check = |more: &[&str]| {
        let ended = workspace.run(&[&FIX, more].concat());
        let told = ended
            .stdout
            .split("Instead of an upgrade")
            .nth(1)
            .unwrap_or(&ended.stderr);
        let told = told.split("\nNo change").next().unwrap();
        let told = told.split("\nNothing at").next().unwrap();
        format!(
            "{}\nexit {}",
            told.replace(&mended, "HASH")
                .replace(&mended[..12], "SHORT"),
            ended.code
        )
    };
    assert_snapshot!(check(&[]), @"

      CVE-2026-9 in libwebp 1.3.0 of imager 1.4
        build against a mended library of the system: Debian:13 libwebp
        1.2.9-1+deb13u1
        commit SHORT mends it by OSV-2026-9
        name a clone of https://code.example/webp by `--source` to see the files and
        whether it applies

    exit 1
    ");
    assert_snapshot!(check(&["--source=../clone", "--source=../copy"]), @"

      CVE-2026-9 in libwebp 1.3.0 of imager 1.4
        build against a mended library of the system: Debian:13 libwebp
        1.2.9-1+deb13u1
        commit SHORT mends it by OSV-2026-9
          src/read.c: applies to v1.3.0; applies to vendor/webp/src/read.c of
          ../copy, moved by 1 line
          and 1 other file

    exit 1
    ");
    assert_snapshot!(check(&["--source=none"]), @"
    error: `none` is no directory
    hint: `--source` takes a clone of a project, bare or checked out, or a directory of source code

    exit 2
    ");
}

#[test]
fn the_same_as_json_fits_its_schema() {
    let Some((workspace, mended)) = workspace() else {
        println!("skipped: there is no git");
        return;
    };
    let ended = workspace.run(
        &[
            &FIX[..],
            &["--source=../clone", "--source=../copy", "--format=json"],
        ]
        .concat(),
    );
    let value: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let schema = serde_json::from_str(&workspace.run(&["schema", "fix"]).stdout).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    let found = &value["libraries"][0]["instead"][0]["commits"][0]["found"][0];
    assert_eq!(found["commit"], mended);
    assert_eq!(found["files"][0]["copies"][1]["fit"], "moved");
}
