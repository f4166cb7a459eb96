//! `bartizan trust` as a user runs it, against a loopback repository of TUF with keys of its own.

#[path = "../../../bartizan-provenance/src/sigstore/tuf/laboratory.rs"]
mod laboratory;

use std::sync::atomic::Ordering;

use insta::assert_snapshot;
use serde_json::Value;

use super::{
    loopback::{Files, serve},
    schema::check_schema,
    workspace::Workspace,
};
use laboratory::Laboratory;

const TODAY: &str = "--as-of=2026-11-26";

/// A root of trust that names nobody: enough to be kept and told apart.
const ROOT: &str = r#"{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[],"certificateAuthorities":[],"ctlogs":[]}"#;

/// What a laboratory publishes, below `/tuf/`.
fn published(laboratory: &Laboratory) -> Files {
    let files = laboratory.files.iter();
    let file = |(path, bytes): (&String, &Vec<u8>)| {
        (format!("/tuf/{path}"), ("application/json", bytes.clone()))
    };
    files.map(file).collect()
}

#[test]
fn a_root_of_trust_is_refreshed_kept_and_believed() {
    let laboratory = Laboratory::new(ROOT);
    let served = serve(published(&laboratory));
    let url = format!("{}/tuf", served.address);
    let workspace = Workspace::new();
    workspace
        .file("project/root.json", laboratory.anchor())
        .file("project/lab-1.0.tar.gz", "");
    let refresh = |more: &[&str]| {
        let all = ["trust", "refresh", "--instance=lab", TODAY];
        workspace.run(&[&all[..], more].concat())
    };
    let scrub = |text: String| text.replace(&url, "URL");
    // Nothing is known of it yet.
    assert_eq!(refresh(&[]).code, 2);
    assert_eq!(refresh(&["--url", &url]).code, 2);
    let first = refresh(&["--url", &url, "--root=root.json"]);
    assert_snapshot!(scrub(first.shown()), @r"
    lab: refreshed; the root of trust is another than before
      refreshed from URL, lab, 0 days old
      sha256:60c9f08ce68992167df9d718a33cc1aa7c96130629705a0f925e9ba97da86519
      vouched for by root 1 until 2030-01-01T00:00:00Z, timestamp 1 until
      2026-12-03T00:00:00Z, snapshot 1 until 2030-01-01T00:00:00Z, targets 1 until
      2030-01-01T00:00:00Z

    --- stderr
    --- exit 0
    ");
    // The address and where trust begins are kept.
    let again = refresh(&["--format=json"]);
    check_schema(&workspace, "trust-refresh", &again);
    let value: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(value["is_changed"], false);
    // It is believed without anybody being asked, and told.
    let asked = served.asked.load(Ordering::Relaxed);
    let verified = workspace.run(&[
        "verify",
        "lab-1.0.tar.gz",
        "--instance=lab",
        "--offline",
        TODAY,
    ]);
    assert!(
        scrub(verified.stdout.clone())
            .contains("Root of trust: refreshed from URL, lab, 0 days old."),
        "{}",
        verified.shown()
    );
    assert_eq!(served.asked.load(Ordering::Relaxed), asked);
}

#[test]
fn what_is_believed_is_shown_without_asking() {
    let laboratory = Laboratory::new(ROOT);
    let served = serve(published(&laboratory));
    let url = format!("{}/tuf", served.address);
    let workspace = Workspace::new();
    workspace.file("project/root.json", laboratory.anchor());
    let refresh = [
        "trust",
        "refresh",
        "--instance=lab",
        "--root=root.json",
        TODAY,
        "--url",
    ];
    let refreshed = workspace.run(&[&refresh[..], &[&url]].concat());
    assert_eq!(refreshed.code, 0, "{}", refreshed.shown());
    let scrub = |text: String| text.replace(&url, "URL");
    let asked = served.asked.load(Ordering::Relaxed);
    let shown = workspace.run(&["trust", "show", "--offline", TODAY]);
    assert_snapshot!(scrub(shown.shown()), @r"
    public-good
      embedded, public-good, 34 days old
      sha256:6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66
      its newest log or authority counts from 2025-09-23T00:00:00Z
    staging
      embedded, staging, 34 days old
      sha256:44deb991d4bbf2150751ccee235d9810bce4434383c26d8898c1bcadbace6ed8
      its newest log or authority counts from 2026-06-12T00:00:00Z
    github
      embedded, github, 34 days old
      sha256:484cdfe1a7c65479c5ba2a22193d1be90f0020db1997de696ab207434c62fbb7
      its newest log or authority counts from 2026-06-12T00:00:00Z
    lab
      refreshed from URL, lab, 0 days old
      sha256:60c9f08ce68992167df9d718a33cc1aa7c96130629705a0f925e9ba97da86519
      vouched for by root 1 until 2030-01-01T00:00:00Z, timestamp 1 until
      2026-12-03T00:00:00Z, snapshot 1 until 2030-01-01T00:00:00Z, targets 1 until
      2030-01-01T00:00:00Z

    --- stderr
    --- exit 0
    ");
    let stale = [
        "trust",
        "show",
        "--instance=lab",
        "--as-of=2026-12-20",
        "--format=json",
    ];
    let stale = workspace.run(&stale);
    check_schema(&workspace, "trust-show", &stale);
    assert_eq!(stale.code, 4, "{}", stale.shown());
    assert_eq!(served.asked.load(Ordering::Relaxed), asked);
}

#[test]
fn a_newer_root_is_taken_and_an_older_refused() {
    let mut laboratory = Laboratory::new(ROOT);
    let served = serve(published(&laboratory));
    let url = format!("{}/tuf", served.address);
    let workspace = Workspace::new();
    workspace.file("project/root.json", laboratory.anchor());
    let refresh = |more: &[&str]| {
        let all = ["trust", "refresh", "--instance=lab", TODAY];
        workspace.run(&[&all[..], more].concat())
    };
    assert_eq!(refresh(&["--url", &url, "--root=root.json"]).code, 0);
    let old = published(&laboratory);
    laboratory.version = 2;
    laboratory.trusted_root = ROOT.replace("\"tlogs\"", " \"tlogs\"");
    laboratory.publish();
    *served.files.lock().unwrap() = published(&laboratory);
    let newer = refresh(&[]);
    assert!(
        newer.stdout.contains("is another than before"),
        "{}",
        newer.shown()
    );
    *served.files.lock().unwrap() = old;
    let back = refresh(&[]);
    assert_snapshot!(back.stderr, @r"
    error: cannot refresh the root of trust of `lab`: the repository went back: rollback detected for timestamp: trusted version 2 > new version 1 [tuf-rollback]
    hint: nothing has changed; a mirror may be behind, or somebody holds back what is newer: ask another by `--url`
    ");
    assert_eq!(back.code, 4);
    let after = workspace.run(&["trust", "show", "--instance=lab", TODAY]);
    assert!(after.stdout.contains("timestamp 2"), "{}", after.shown());
}

#[test]
fn what_is_kept_is_verified_again() {
    let laboratory = Laboratory::new(ROOT);
    let served = serve(published(&laboratory));
    let url = format!("{}/tuf", served.address);
    let workspace = Workspace::new();
    workspace.file("project/root.json", laboratory.anchor());
    let refresh = [
        "trust",
        "refresh",
        "--instance=lab",
        "--root=root.json",
        TODAY,
        "--url",
    ];
    let refreshed = workspace.run(&[&refresh[..], &[&url]].concat());
    assert_eq!(refreshed.code, 0, "{}", refreshed.shown());
    let path = workspace.path("home/trust/lab.json");
    let kept = std::fs::read_to_string(&path).unwrap();
    let changed = kept.replace("trustedroot+json", "trustedroot+JSON");
    assert_ne!(changed, kept);
    std::fs::write(&path, changed).unwrap();
    let shown = workspace.run(&["trust", "show", "--instance=lab", TODAY]);
    assert_eq!(shown.code, 2, "{}", shown.shown());
    std::fs::write(&path, "{").unwrap();
    assert_eq!(
        workspace
            .run(&["trust", "show", "--instance=lab", TODAY])
            .code,
        2
    );
}

#[test]
fn trust_in_a_known_instance_begins_with_what_is_known() {
    let laboratory = Laboratory::new(ROOT);
    let served = serve(published(&laboratory));
    let url = format!("{}/tuf", served.address);
    let workspace = Workspace::new();
    workspace.file("project/root.json", laboratory.anchor());
    let refresh = |more: &[&str]| {
        workspace.run(&[&["trust", "refresh", TODAY, "--url", &url], more].concat())
    };
    // Its root metadata is not there; another one is not believed.
    let missing = refresh(&[]);
    assert!(
        missing.stderr.contains("[tuf-no-anchor]"),
        "{}",
        missing.shown()
    );
    let anchor = ("application/json", laboratory.anchor());
    let mut files = served.files.lock().unwrap();
    files.insert("/tuf/16.root.json".to_owned(), anchor);
    drop(files);
    let other = refresh(&[]);
    assert!(
        other.stderr.contains("[tuf-other-anchor]"),
        "{}",
        other.shown()
    );
    assert_eq!(other.code, 4);
    assert_eq!(refresh(&["--root=root.json"]).code, 2);
    assert_eq!(refresh(&["--offline"]).code, 2);
    assert_eq!(refresh(&["--instance=../x"]).code, 2);
}
