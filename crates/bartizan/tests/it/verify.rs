//! `bartizan verify` and `verify-bundle` as a user runs them. Real bundles are those that the sources of `sigstore-verify`
//! carry, where cargo keeps them; the rest is made by hand, and nobody signed it.

use std::{
    io::{BufRead, BufReader, Cursor, Write},
    path::PathBuf,
};

use insta::assert_snapshot;
use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{schema::check_schema, workspace::Workspace};

const TODAY: &str = "--as-of=2026-11-26";

/// A wheel with an empty file of its own that its RECORD lists, and others that it does not.
fn wheel(more: &[(&str, &str)]) -> Vec<u8> {
    let record =
        "lab.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\nlab-1.0.dist-info/RECORD,,\n";
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("lab.py", ""), ("lab-1.0.dist-info/RECORD", record)]
        .iter()
        .chain(more)
    {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const WHEEL: &str = "lab-1.0-py3-none-any.whl";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.file(&format!("project/{WHEEL}"), wheel(&[]));
    workspace
}

/// A loopback index with one project; the page may name the digest of the wheel, and provenance that is no JSON.
fn index(page: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let (status, body) = match head.split(' ').nth(1).unwrap_or_default() {
                "/lab/" => ("200 OK", page.as_str()),
                "/integrity/lab" => (
                    "200 OK",
                    "{\"version\": 1, \"attestation_bundles\": [{\"publisher\": {\"kind\": \"GitHub\", \"repository\": \"lab/lab\"}, \"attestations\": [{}]}]}",
                ),
                _ => ("404 No", ""),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
        }
    });
    address
}

fn page(more: &str) -> String {
    format!(
        r#"{{"meta": {{"api-version": "1.3"}}, "files": [{{"filename": "{WHEEL}", "url": "/files/{WHEEL}"{more}}}]}}"#
    )
}

/// How a run against an index ends, with its place of the index.
fn asked(more: &str) -> String {
    let (workspace, address) = (workspace(), index(page(more)));
    let mut command = workspace.command(&["verify", WHEEL, "--index", "--format=json", TODAY]);
    command
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_INDEX_URL", &address);
    let ended = workspace.ended(&command.output().unwrap());
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let artifact = &value["artifacts"][0];
    let places = artifact["places"].as_array().unwrap();
    let place = places.last().unwrap();
    assert_eq!(
        place["place"].as_str().unwrap().trim_end_matches('/'),
        address
    );
    let findings = artifact["findings"].as_array().unwrap();
    let findings: Vec<&str> = findings
        .iter()
        .map(|it| it["check"].as_str().unwrap())
        .collect();
    format!(
        "{} {} {findings:?} exit {}",
        artifact["level"], place["outcome"], ended.code
    )
}

#[test]
fn silence_of_an_index_is_told_apart_from_none() {
    assert_snapshot!(asked(""), @r#""none" "not-served" ["missing-attestation"] exit 3"#);
    assert_snapshot!(asked(", \"provenance\": null"), @r#""none" "none" ["missing-attestation"] exit 3"#);
    assert_snapshot!(asked(", \"provenance\": \"/integrity/lab\""), @r#""unverified" "found" ["invalid-attestation"] exit 1"#);
    let other = format!(
        ", \"hashes\": {{\"sha256\": \"{}\"}}, \"provenance\": \"/integrity/lab\"",
        "0".repeat(64)
    );
    assert_snapshot!(asked(&other), @r#""unverified" "other-bytes" ["invalid-attestation"] exit 1"#);
    assert_snapshot!(asked(", \"provenance\": \"/gone\""), @r#""none" "unanswered" ["missing-attestation"] exit 4"#);
}

#[test]
fn no_evidence_is_no_success() {
    let workspace = workspace();
    let ended = workspace.run(&["verify", WHEEL, TODAY]);
    assert_snapshot!(ended.shown(), @r"
    lab-1.0-py3-none-any.whl: no attestation
      beside the file: nothing there
      the index: not asked; `--index` does
      medium missing-attestation: no attestation was found

    1 no attestation.
    Root of trust: embedded, public-good, 34 days old.

    --- stderr
    --- exit 3
    ");
    assert_eq!(
        workspace
            .run(&["verify", WHEEL, TODAY, "--require=verified"])
            .code,
        1
    );
    assert_eq!(
        workspace
            .run(&["verify", WHEEL, TODAY, "--fail-on=medium"])
            .code,
        1
    );
    assert_eq!(workspace.run(&["verify", "none.whl"]).code, 2);
    assert_eq!(
        workspace
            .run(&["verify", WHEEL, "--index", "--offline"])
            .code,
        2
    );
    assert_eq!(
        workspace
            .run(&["verify", WHEEL, WHEEL, "--provenance", WHEEL])
            .code,
        2
    );
}

#[test]
fn evidence_that_cannot_be_read_is_told_with_its_step() {
    let workspace = workspace();
    workspace.file(
        &format!("project/{WHEEL}.provenance"),
        "{\"version\": 1, \"attestation_bundles\": [{\"attestations\": [{}]}]}",
    );
    let ended = workspace.run(&["verify", WHEEL, TODAY]);
    assert_snapshot!(ended.shown(), @r"
    lab-1.0-py3-none-any.whl: present but unverified
      provenance (PEP 740) of lab-1.0-py3-none-any.whl.provenance
        failed: evidence: not a bundle: missing field `version` at line 1 column 2
        [not-a-bundle]
        not reached: trust-root, distinct, statement, artifact, log-promise,
        timestamp, signing-time, certificate-chain, certificate-log,
        inclusion-proof, checkpoint, signature, log-entry, subject-name, predicate,
        identity
      high invalid-attestation: lab-1.0-py3-none-any.whl.provenance: not a bundle:
      missing field `version` at line 1 column 2 [not-a-bundle]

    1 present but unverified.
    Root of trust: embedded, public-good, 34 days old.

    --- stderr
    --- exit 1
    ");
}

#[test]
fn a_wheel_is_held_against_its_record() {
    let workspace = Workspace::new();
    workspace.file(
        &format!("project/{WHEEL}"),
        wheel(&[("evil.pth", "import evil\n")]),
    );
    let ended = workspace.run(&["verify", WHEEL, TODAY, "--format=json"]);
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let findings = value["artifacts"][0]["findings"].as_array().unwrap();
    let told: Vec<String> = findings
        .iter()
        .map(|it| format!("{} {}", it["severity"], it["message"]))
        .collect();
    assert_snapshot!(told.join("\n"), @r#"
    "medium" "no attestation was found"
    "medium" "evil.pth: runs at every start of Python: `import evil`"
    "high" "evil.pth: RECORD does not list it"
    "#);
    assert_eq!(ended.code, 1);
    let without = workspace.run(&["verify", WHEEL, TODAY, "--no-content"]);
    assert_eq!(without.code, 3, "{}", without.shown());
}

#[test]
fn a_policy_has_one_exit_code() {
    let workspace = workspace();
    workspace.file("project/policy.toml", "[default]\nlevel = 'verified'\n");
    let run = |arguments: &[&str]| {
        workspace.run(&[&["verify", WHEEL, TODAY, "--policy=policy.toml"], arguments].concat())
    };
    assert_eq!(run(&[]).code, 1);
    workspace.file("project/policy.toml", "[default]\nlevel = 'verified'\n[[exception]]\npackage = 'lab'\nrule = 'level'\nreason = 'too old'\nexpires = 2027-01-01\n");
    let ended = run(&[]);
    assert!(
        ended
            .stdout
            .contains("let through (too old) policy-violation"),
        "{}",
        ended.shown()
    );
    assert_eq!(ended.code, 3);
    workspace.file("project/policy.toml", "[default]\nlevel = 'none'\n");
    assert_eq!(run(&[]).code, 0);
    workspace.file("project/policy.toml", "[default]\nlevels = 'verified'\n");
    assert_eq!(run(&[]).code, 2);
}

#[test]
fn a_file_that_was_swapped_is_not_in_the_lock() {
    let workspace = Workspace::new();
    let digest = bartizan_formats::digest::Digest::of(&wheel(&[]));
    workspace
        .file(&format!("project/wheels/{WHEEL}"), wheel(&[]))
        .file("project/wheels/notes.txt", "no distribution")
        .file(
            "project/requirements.txt",
            format!("lab==1.0 --hash=sha256:{digest}\n"),
        );
    let run = || workspace.run(&["verify", "wheels", "--lock=requirements.txt", TODAY]);
    let sound = run();
    assert!(
        !sound.stdout.contains("unlocked-artifact"),
        "{}",
        sound.shown()
    );
    assert_eq!(sound.code, 3);
    workspace
        .file(&format!("project/wheels/{WHEEL}"), wheel(&[("x.py", "")]))
        .file("project/wheels/other-1.0.tar.gz", "");
    let swapped = run();
    assert!(
        swapped
            .stdout
            .contains("high unlocked-artifact: the lock names other digests for its project"),
        "{}",
        swapped.shown()
    );
    assert!(
        swapped
            .stdout
            .contains("high unlocked-artifact: the lock does not name its project")
    );
    assert_eq!(swapped.code, 1);
    workspace.file("project/requirements.txt", "lab==1.0\n");
    assert_eq!(run().code, 2);
}

/// The test data of `sigstore-verify`, where cargo keeps its sources.
fn real() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let mut registries = std::fs::read_dir(home.join("registry/src")).ok()?.flatten();
    let found = registries.find_map(|registry| {
        let folder = registry.path().join("sigstore-verify-0.15.1/test_data");
        folder.is_dir().then_some(folder)
    });
    if found.is_none() {
        println!("skipped: cargo keeps no sources of `sigstore-verify` here");
    }
    found
}

#[test]
fn a_real_package_is_verified_by_what_lies_beside_it() {
    let Some(folder) = real() else {
        return;
    };
    let workspace = Workspace::new();
    let (package, bundle) = (
        "signed-package-2.1.0-hb0f4dca_0.conda",
        "conda-attestation.sigstore.json",
    );
    let read = |name: &str| std::fs::read(folder.join("bundles").join(name)).unwrap();
    workspace
        .file(&format!("project/{package}"), read(package))
        .file(&format!("project/{package}.sigstore.json"), read(bundle));
    let ended = workspace.run(&["verify", package, TODAY, "--format=json", "--offline"]);
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let artifact = &value["artifacts"][0];
    assert_eq!(
        (artifact["level"].as_str(), ended.code),
        (Some("verified"), 0),
        "{}",
        ended.shown()
    );
    check_schema(&workspace, "verify", &ended);
    let repository = artifact["attestations"][0]["attestation"]["signer"]["repository"]
        .as_str()
        .unwrap();
    let run =
        |arguments: &[&str]| workspace.run(&[&["verify", package, TODAY], arguments].concat());
    let pinned = run(&["--repository", repository, "--require=pinned"]);
    assert_eq!(pinned.code, 0, "{}", pinned.shown());
    let other = run(&["--repository", "https://github.com/lab/lab"]);
    assert!(
        other.stdout.contains("high unexpected-publisher"),
        "{}",
        other.shown()
    );
    assert_eq!(other.code, 1);
    // The same bytes under another name.
    workspace
        .file("project/other-2.1.0-hb0f4dca_0.conda", read(package))
        .file(
            "project/other-2.1.0-hb0f4dca_0.conda.sigstore.json",
            read(bundle),
        );
    let renamed = workspace.run(&["verify", "other-2.1.0-hb0f4dca_0.conda", TODAY]);
    assert!(
        renamed.stdout.contains("[name-mismatch]"),
        "{}",
        renamed.shown()
    );
}

#[test]
fn a_bundle_is_verified_as_the_suite_asks() {
    let Some(folder) = real() else {
        return;
    };
    let workspace = Workspace::new();
    let managed = folder.join("managed-key");
    let path = |name: &str| managed.join(name).display().to_string();
    let (bundle, key, artifact) = (
        path("bundle.sigstore.json"),
        path("key.pub"),
        path("artifact.txt"),
    );
    let run = |artifact: &str| {
        workspace.run(&[
            "verify-bundle",
            "--bundle",
            &bundle,
            "--key",
            &key,
            artifact,
            "--format=json",
            TODAY,
        ])
    };
    let ended = run(&artifact);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    check_schema(&workspace, "verify-bundle", &ended);
    let other = run(&format!("sha256:{}", "0".repeat(64)));
    assert_eq!(other.code, 1);
    check_schema(&workspace, "verify-bundle", &other);
    let nobody = workspace.run(&["verify-bundle", "--bundle", &bundle, &artifact]);
    assert_eq!(nobody.code, 2);
    workspace.file("project/root.json", "{}");
    let root = workspace.run(&[
        "verify-bundle",
        "--bundle",
        &bundle,
        "--key",
        &key,
        "--trusted-root=root.json",
        &artifact,
    ]);
    assert!(
        root.stderr.contains("failed: trust-root: "),
        "{}",
        root.shown()
    );
    assert_eq!(root.code, 2);
}
