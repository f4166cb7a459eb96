//! `bartizan ledger` as a user runs it, against an index on loopback. What verifies is a real bundle that the sources of
//! `sigstore-verify` carry, where cargo keeps them.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    process::{Command, Stdio},
};

use bartizan_formats::digest::Digest;
use insta::assert_snapshot;
use serde_json::Value;

use super::{
    schema::check_schema,
    verify::real,
    workspace::{Run, Workspace},
};

const TODAY: &str = "--as-of=2026-11-26";

/// An index on loopback that serves these paths.
fn index(pages: BTreeMap<String, Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let path = head.split(' ').nth(1).unwrap_or_default();
            let body = pages.get(path);
            let status = if body.is_some() { "200 OK" } else { "404 No" };
            let body = body.map_or(&[][..], Vec::as_slice);
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
            );
            let stream = reader.get_mut();
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    address
}

/// A page that lists files: name, bytes, day and what is said of the provenance.
fn page(files: &[(&str, &[u8], &str, &str)]) -> Vec<u8> {
    let file = |(name, bytes, day, provenance): &(&str, &[u8], &str, &str)| {
        let digest = Digest::of(bytes);
        format!(
            r#"{{"filename": "{name}", "url": "/files/{name}", "hashes": {{"sha256": "{digest}"}}, "upload-time": "{day}T00:00:00Z"{provenance}}}"#
        )
    };
    let files: Vec<String> = files.iter().map(file).collect();
    format!(
        r#"{{"meta": {{"api-version": "1.3"}}, "files": [{}]}}"#,
        files.join(",")
    )
    .into_bytes()
}

fn run(workspace: &Workspace, index: &str, arguments: &[&str]) -> Run {
    let mut command = workspace.command(&[&["ledger", TODAY], arguments].concat());
    command
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_INDEX_URL", format!("{index}/simple"));
    let mut ended = workspace.ended(&command.output().unwrap());
    ended.stdout = ended.stdout.replace(index, "INDEX");
    ended
}

const SILENT: [(&str, &[u8], &str, &str); 3] = [
    ("lab-1.0.tar.gz", b"1.0", "2024-11-13", ""),
    ("lab-1.1.tar.gz", b"1.1", "2026-01-01", ""),
    ("lab-1.2.tar.gz", b"1.2", "2026-02-01", ""),
];

#[test]
fn an_index_that_is_silent_is_never_taken_for_none() {
    let workspace = Workspace::new();
    let index = index(BTreeMap::from([("/simple/lab/".to_owned(), page(&SILENT))]));
    let ended = run(&workspace, &index, &["lab"]);
    assert_snapshot!(ended.shown(), @"");
    assert!(ended.stdout.lines().all(|line| line.len() <= 80));
    let ended = run(
        &workspace,
        &index,
        &["lab", "--since=2024-01-01", "--by=release"],
    );
    assert_snapshot!(ended.stdout, @"");
    let json = run(&workspace, &index, &["lab", "--format=json"]);
    check_schema(&workspace, "ledger", &json);
    assert_eq!(run(&workspace, &index, &["absent"]).code, 4);
    assert_eq!(
        run(&workspace, &index, &["lab", "--since=2026-06-01"]).code,
        3
    );
    assert_eq!(run(&workspace, &index, &["lab", "--at-a-time=99"]).code, 2);
    assert_eq!(
        run(&workspace, &index, &["lab", "--repositories=none"]).code,
        2
    );
    // What was seen stands without a network.
    let offline = run(&workspace, &index, &["lab", "--offline"]);
    assert_eq!(offline.code, 0, "{}", offline.shown());
}

/// Runs git in a folder with fixed names and times; says whether it is there and succeeded.
fn git(workspace: &Workspace, folder: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.arg("-C").arg(workspace.path(folder)).args([
        "-c",
        "user.name=Lab",
        "-c",
        "user.email=lab@example.org",
        "-c",
        "commit.gpgsign=false",
    ]);
    for variable in ["GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"] {
        command.env(variable, "2026-03-01T03:04:05Z");
    }
    let command = command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE");
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn what_was_verified_counts_and_what_disappears_is_found() {
    let Some(folder) = real() else {
        return;
    };
    let read = |name: &str| std::fs::read(folder.join("bundles").join(name)).unwrap();
    let (file, bundle) = (
        read("cosign-v3-blob.txt"),
        read("cosign-v3-blob.sigstore.json"),
    );
    let workspace = Workspace::new();
    let pages = |first: &str| {
        let files = [
            ("lab-1.0.tar.gz", file.as_slice(), "2026-01-01", first),
            (
                "lab-1.1.tar.gz",
                b"1.1",
                "2026-02-01",
                r#", "provenance": null"#,
            ),
        ];
        BTreeMap::from([
            ("/simple/lab/".to_owned(), page(&files)),
            ("/p".to_owned(), bundle.clone()),
        ])
    };
    let served = index(pages(r#", "provenance": "/p""#));
    let ended = run(&workspace, &served, &["lab"]);
    assert_snapshot!(ended.shown(), @"");
    let json = run(&workspace, &served, &["lab", "--format=json"]);
    check_schema(&workspace, "ledger", &json);
    let value: Value = serde_json::from_str(&json.stdout).unwrap();
    let evidence = &value["packages"][0]["releases"][1]["evidence"][0];
    assert_eq!(evidence["steps"].as_array().unwrap().len(), 17);
    assert_eq!(
        run(&workspace, &served, &["lab", "--fail-on=medium"]).code,
        1
    );
    // Who signed is pinned: the same evidence counts for more, and nothing is asked for again.
    let signer = &evidence["signer"];
    let (identity, issuer) = (
        signer["identity"].as_str().unwrap(),
        signer["issuer"].as_str().unwrap(),
    );
    let pins = |identity: &str| {
        let pin = format!(
            r#"{{"issuer": "{issuer}", "identity": "{identity}", "seen": "x", "since": "2026-01-01T00:00:00Z"}}"#
        );
        format!(r#"{{"version": 1, "projects": {{"lab": [{pin}]}}}}"#)
    };
    workspace.file("home/identities.json", pins(identity));
    let pinned = run(&workspace, &served, &["lab"]);
    assert!(
        pinned
            .stdout
            .contains("1 of 2 files that count since 2024-11-14 are verified and\npinned"),
        "{}",
        pinned.shown()
    );
    workspace.file("home/identities.json", pins("somebody@example.org"));
    let drifted = run(&workspace, &served, &["lab"]);
    assert!(
        drifted.stdout.contains("high unexpected-publisher, 1 time"),
        "{}",
        drifted.shown()
    );
    assert_eq!(drifted.code, 1);
    assert_eq!(run(&workspace, &served, &["lab", "--exit-zero"]).code, 0);
    // Another index at the same address would be the same; one elsewhere that knows nothing takes nothing away.
    let elsewhere = index(pages(r#", "provenance": null"#));
    let other = run(&workspace, &elsewhere, &["lab"]);
    assert!(!other.stdout.contains("withdrawn"), "{}", other.shown());
    let text = std::fs::read_to_string(workspace.path("home/ledger/lab.json")).unwrap();
    assert_eq!(text.matches("\"served\"").count(), 1);
}

#[test]
fn tags_are_held_against_releases() {
    let workspace = Workspace::new();
    workspace.file("clones/lab/README.md", "lab\n");
    let signed = "1.1\n\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n";
    let git = |arguments: &[&str]| git(&workspace, "clones/lab", arguments);
    let is_made = git(&["init", "-q"])
        && git(&["add", "."])
        && git(&["commit", "-qm", "first"])
        && git(&["tag", "-a", "v1.1", "-m", signed])
        && git(&["tag", "v1.3"]);
    if !is_made {
        println!("skipped: no git");
        return;
    }
    let index = index(BTreeMap::from([("/simple/lab/".to_owned(), page(&SILENT))]));
    let ended = run(&workspace, &index, &["lab", "--repositories=../clones"]);
    assert_snapshot!(ended.stdout, @"");
}
