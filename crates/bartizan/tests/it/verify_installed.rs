//! `bartizan verify` of environments and by locks: what is installed against what was recorded and locked.

use insta::assert_snapshot;
use serde_json::Value;

use super::{schema::check_schema, signer::line, workspace::Workspace};

const TODAY: &str = "--as-of=2026-11-26";
const SITE: &str = "project/env/lib/python3.12/site-packages";

/// Installs a distribution of one module; `more` are files of its record.
fn install(workspace: &Workspace, name: &str, version: &str, more: &[(&str, &str)]) {
    let folder = format!("{name}-{version}.dist-info");
    let metadata = format!("Name: {name}\nVersion: {version}\n");
    let mut files = vec![(format!("{name}.py"), "x = 1\n".to_owned())];
    files.push((format!("{folder}/METADATA"), metadata));
    let more = more
        .iter()
        .map(|(file, text)| (format!("{folder}/{file}"), (*text).to_owned()));
    files.extend(more);
    let mut record = format!("{folder}/RECORD,,\n");
    for (file, text) in files {
        record += &line(&file, &text);
        workspace.file(&format!("{SITE}/{file}"), text);
    }
    workspace.file(&format!("{SITE}/{folder}/RECORD"), record);
}

fn environment() -> Workspace {
    let workspace = Workspace::new();
    workspace.file(
        "project/env/pyvenv.cfg",
        "home = /usr/bin\nversion = 3.12.1\n",
    );
    install(&workspace, "lab", "1.0", &[]);
    let digits = "a".repeat(64);
    let origin = format!(
        r#"{{"url": "https://host/loop-2.0-py3-none-any.whl", "archive_info": {{"hashes": {{"sha256": "{digits}"}}}}}}"#
    );
    install(&workspace, "loop", "2.0", &[("direct_url.json", &origin)]);
    workspace
}

/// The environment with a lock.
fn locked() -> Workspace {
    let workspace = environment();
    workspace.file(
        "project/requirements.txt",
        format!(
            "lab==1.0 --hash=sha256:{}\nloop==2.0 --hash=sha256:{}\ngone==3 --hash=sha512:{}\n",
            "b".repeat(64),
            "a".repeat(64),
            "c".repeat(128)
        ),
    );
    workspace
}

#[test]
fn an_environment_is_held_against_its_records_and_a_lock() {
    let workspace = locked();
    let run = |more: &[&str]| {
        workspace.run(&[&["verify", "env", "--lock=requirements.txt", TODAY], more].concat())
    };
    assert_snapshot!(run(&[]).shown(), @r"
    loop 2.0, installed: no attestation
      env/lib/python3.12/site-packages/loop-2.0.dist-info/METADATA
      the index: not asked; `--index` does
      medium missing-attestation: no attestation was found

    env: 2 distributions; 5 files as recorded
      1 without a record of the file that it was installed from, so no attestation
      can be about it

    Nothing was looked at of 1 project of the lock requirements.txt: gone 3.

    2 no attestation.
    Root of trust: embedded, public-good, 34 days old.

    --- stderr
    --- exit 3
    ");
    let ended = run(&["--format=json"]);
    check_schema(&workspace, "verify", &ended);
}

#[test]
fn what_is_not_as_recorded_or_locked_is_told() {
    let workspace = locked();
    let run = |more: &[&str]| {
        workspace.run(&[&["verify", "env", "--lock=requirements.txt", TODAY], more].concat())
    };
    // One file changed, one put in, one project that is not locked.
    workspace
        .file(&format!("{SITE}/lab.py"), "import os\n")
        .file(&format!("{SITE}/evil.pth"), "import evil\n");
    install(&workspace, "extra", "0.1", &[]);
    assert_snapshot!(run(&[]).shown(), @r"
    extra 0.1, installed: no attestation
      env/lib/python3.12/site-packages/extra-0.1.dist-info/METADATA
      the installer: did not record which file was installed
      medium missing-attestation: no attestation can be held against it, as nobody
      recorded the file that it was installed from
      high unlocked-distribution: the lock does not name its project

    lab 1.0, installed: no attestation
      env/lib/python3.12/site-packages/lab-1.0.dist-info/METADATA
      the installer: did not record which file was installed
      medium missing-attestation: no attestation can be held against it, as nobody
      recorded the file that it was installed from
      high changed-member: lab.py: RECORD states the digest of other bytes

    loop 2.0, installed: no attestation
      env/lib/python3.12/site-packages/loop-2.0.dist-info/METADATA
      the index: not asked; `--index` does
      medium missing-attestation: no attestation was found

    env: 3 distributions; 6 files as recorded
      2 without a record of the file that it was installed from, so no attestation
      can be about it
      medium startup-code: evil.pth: runs at every start of Python: `import evil`
      medium unlisted-member: evil.pth: no RECORD lists it

    Nothing was looked at of 1 project of the lock requirements.txt: gone 3.

    3 no attestation.
    Root of trust: embedded, public-good, 34 days old.

    --- stderr
    --- exit 1
    ");
    let without = run(&["--no-content"]);
    assert!(
        !without.stdout.contains("changed-member"),
        "{}",
        without.shown()
    );
}

#[test]
fn what_nothing_was_looked_at_is_told() {
    let workspace = environment();
    workspace.file(
        "project/requirements.txt",
        format!("lab==1.0 --hash=sha256:{}\n", "b".repeat(64)),
    );
    assert_snapshot!(workspace.run(&["verify", "--lock=requirements.txt", TODAY]).shown(), @r"
    Nothing was looked at of 1 project of the lock requirements.txt: lab 1.0.

    Nothing was looked at.
    Root of trust: embedded, public-good, 34 days old.

    --- stderr
    --- exit 3
    ");
    assert_eq!(workspace.run(&["verify"]).code, 2);
}

#[test]
fn a_file_is_found_in_the_lock_by_a_longer_digest() {
    let workspace = Workspace::new();
    workspace.file("project/lab-1.0.tar.gz", "").file(
        "project/pylock.toml",
        // SHA-512 of nothing.
        "lock-version = '1.0'\n[[packages]]\nname = 'lab'\nversion = '1.0'\nsdist = {name = 'lab-1.0.tar.gz', hashes = {sha512 = 'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e'}}\n",
    );
    let run = || workspace.run(&["verify", "lab-1.0.tar.gz", "--lock=pylock.toml", TODAY]);
    let sound = run();
    assert!(!sound.stdout.contains("unlocked"), "{}", sound.shown());
    workspace.file("project/lab-1.0.tar.gz", "swapped");
    let swapped = run();
    assert!(
        swapped.stdout.contains("high unlocked-artifact"),
        "{}",
        swapped.shown()
    );
    assert_eq!(swapped.code, 1);
}

#[test]
fn exceptions_that_nothing_needs_are_told() {
    let workspace = environment();
    workspace.file(
        "project/policy.toml",
        "[default]\nlevel = 'none'\n[[package]]\nname = 'lab'\nlevel = 'verified'\n\
         [[exception]]\npackage = 'lab'\nrule = 'level'\nreason = 'no index has it'\nexpires = 2027-01-01\n\
         [[exception]]\npackage = 'loop'\nrule = 'level'\nreason = 'was so once'\nexpires = 2027-01-01\n\
         [[exception]]\npackage = 'lab'\nrule = 'tags-only'\nreason = 'built by hand'\nexpires = 2025-01-01\n",
    );
    let ended = workspace.run(&[
        "verify",
        "env",
        "--policy=policy.toml",
        TODAY,
        "--format=json",
    ]);
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let told = |it: &Value| {
        format!(
            "{} {}",
            it["check"].as_str().unwrap(),
            it["message"].as_str().unwrap()
        )
    };
    let findings = value["policy_findings"].as_array().unwrap();
    let findings: Vec<String> = findings.iter().map(told).collect();
    assert_snapshot!(findings.join("\n"), @r"
    unused-exception the exception of `loop` from `level` lets nothing through (was so once)
    expired-exception the exception of `lab` from `tags-only` ended on 2025-01-01 (built by hand)
    ");
    let strict = workspace.run(&[
        "verify",
        "env",
        "--policy=policy.toml",
        TODAY,
        "--fail-on=medium",
    ]);
    assert_eq!(strict.code, 1);
}

#[test]
fn the_profile_says_who_should_have_signed() {
    let workspace = Workspace::new();
    workspace.file("project/lab-1.0.tar.gz", "").file(
        "project/lab.toml",
        "[ecosystem]\ntitle = 'Lab'\n[[project]]\nname = 'lab'\nrepositories = ['https://github.com/lab/lab']\nrelease-workflow = 'release.yml'\n",
    );
    let said = |more: &[&str]| {
        let all = ["verify", "lab-1.0.tar.gz", TODAY, "--format=json"];
        let ended = workspace.run(&[&all[..], more].concat());
        let value: Value = serde_json::from_str(&ended.stdout).unwrap();
        value["artifacts"][0]["expected_by"].clone()
    };
    assert_eq!(said(&[]), Value::Null);
    assert_eq!(said(&["--profile=lab.toml"]), "profile");
    assert_eq!(
        said(&["--profile=lab.toml", "--repository=lab/other"]),
        "command-line"
    );
    assert_eq!(said(&["--profile=none"]), Value::Null);
    assert_eq!(
        workspace
            .run(&["verify", "lab-1.0.tar.gz", "--profile=gone.toml"])
            .code,
        2
    );
}
