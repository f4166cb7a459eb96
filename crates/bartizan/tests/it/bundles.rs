//! Bundles as a user carries them to a machine without a network.

use insta::assert_snapshot;
use ssh_key::{
    LineEnding, PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};

use super::{
    laboratory::{NOON, laboratory},
    workspace::Workspace,
};

/// A home with the laboratory's records, a key, and the file that lists it.
fn publisher() -> Workspace {
    let workspace = laboratory();
    let keypair = Ed25519Keypair::from_seed(&[1; 32]);
    let key = PrivateKey::new(KeypairData::from(keypair), "").unwrap();
    let public = key.public_key().to_openssh().unwrap();
    workspace
        .file(
            "project/key",
            key.to_openssh(LineEnding::LF).unwrap().as_bytes(),
        )
        .file("project/key.pub", &public)
        .file(
            "project/signers",
            format!("institute namespaces=\"bartizan\" {public}\n"),
        );
    workspace
}

fn shown(workspace: &Workspace, arguments: &[&str]) -> String {
    workspace.run(arguments).shown()
}

#[test]
fn a_bundle_is_written_verified_and_installed() {
    let workspace = publisher();
    assert_snapshot!(shown(&workspace, &["db", "export", "--bundle", "b.tar", "--sign", "key", NOON]), @"
    ghsa                1 record, imported 2026-11-23T12:00:00Z, licence CC-BY-4.0
    pypa                5 records, imported 2026-11-23T12:00:00Z, licence CC-BY-4.0
    Snapshot e1fe48761e64; 1,834 bytes of content, signed by SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8.

    --- stderr
    --- exit 0
    ");
    let install = [
        "db",
        "sync",
        "--home=../away",
        "--from",
        "b.tar",
        "--signers",
        "signers",
    ];
    assert_snapshot!(shown(&workspace, &[&install[..], &["--as-of=2026-11-30T12:00:00Z"]].concat()), @"
    ghsa                1 record, imported 7 d ago by the publisher
    pypa                5 records, imported 7 d ago by the publisher
    Snapshot e1fe48761e64 of 2026-11-23T12:00:00Z, signed by institute (SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8), where there was none.

    --- stderr
    --- exit 0
    ");
    // A week on a stick is a week.
    let scan = [
        "scan",
        "uv.lock",
        "--home=../away",
        "--as-of=2026-12-01T12:00:00Z",
    ];
    assert_eq!(workspace.run(&scan).code, 4);
    assert_snapshot!(shown(&workspace, &["db", "sync", "--from", "b.tar", "--signers", "signers", "--fresh"]), @"
    --- stderr
    error: `--fresh` and `--feed` with a bundle
    hint: a bundle replaces the snapshot whole, and says itself who made it
    --- exit 2
    ");
    assert_snapshot!(shown(&workspace, &["db", "sync", "--from", "b.tar", "../records"]), @"
    --- stderr
    error: `b.tar` is a bundle and cannot be read together with others
    hint: a bundle replaces the snapshot whole; install it alone, then sync the others
    --- exit 2
    ");
    assert_snapshot!(shown(&workspace, &["db", "sync", "--from", "../records", "--signers", "signers"]), @"
    --- stderr
    error: `--signers` without a bundle
    hint: name a bundle with `--from`; what is read there is none
    --- exit 2
    ");
}

#[test]
fn a_bundle_that_nobody_stands_for_is_refused() {
    let workspace = publisher();
    assert_snapshot!(shown(&workspace, &["db", "export", "--bundle", "b.tar", NOON]), @"
    ghsa                1 record, imported 2026-11-23T12:00:00Z, licence CC-BY-4.0
    pypa                5 records, imported 2026-11-23T12:00:00Z, licence CC-BY-4.0
    Snapshot e1fe48761e64; 1,834 bytes of content.

    --- stderr
    warning: the bundle is not signed
    hint: `--sign KEY` signs it; an unsigned one is only read with `--allow-unsigned`
    --- exit 0
    ");
    let install = |more: &[&str]| {
        let sync = ["db", "sync", "--home=../away", "--from", "b.tar", NOON];
        shown(&workspace, &[&sync[..], more].concat())
    };
    assert_snapshot!(install(&[]), @"
    --- stderr
    error: `b.tar` is a bundle, and nobody is named who may sign it
    hint: name the publisher's key with `--signers FILE`; `--allow-unsigned` believes whoever made the file
    --- exit 2
    ");
    assert_snapshot!(install(&["--signers", "signers"]), @"
    --- stderr
    error: cannot use the bundle `b.tar`: the bundle is not signed
    hint: ask for a signed one, or vouch for the file yourself with `--allow-unsigned`
    --- exit 4
    ");
    assert_snapshot!(install(&["--signers", "nowhere"]), @"
    --- stderr
    error: cannot read the signers in `nowhere`: no such file or directory
    hint: `--signers` takes a file in the format of `allowed_signers`
    --- exit 2
    ");
    assert_snapshot!(install(&["--signers", "uv.lock"]), @r#"
    --- stderr
    error: cannot read the signers in `uv.lock`: it lists no key that is accepted: uv.lock:1: there is no key after the principals
    hint: a line is `NAME namespaces="bartizan" ssh-ed25519 AAAA…`, as ssh-keygen(1) says under ALLOWED SIGNERS
    --- exit 2
    "#);
    assert_snapshot!(install(&["--allow-unsigned"]), @"
    ghsa                1 record, imported under 1 min ago by the publisher
    pypa                5 records, imported under 1 min ago by the publisher
    Snapshot e1fe48761e64 of 2026-11-23T12:00:00Z, signed by nobody that was checked, where there was none.

    --- stderr
    --- exit 0
    ");
}

#[test]
fn a_key_that_cannot_sign_is_told_with_a_remedy() {
    let workspace = publisher();
    let export = |key: &str| {
        shown(
            &workspace,
            &["db", "export", "--bundle", "b.tar", NOON, "--sign", key],
        )
    };
    assert_snapshot!(export("key.pub"), @"
    --- stderr
    error: cannot sign with `key.pub`: not a private key in OpenSSH's format
    hint: `ssh-keygen -t ed25519 -f FILE` makes one; name the private file, not the `.pub`
    --- exit 2
    ");
    assert_snapshot!(export("nowhere"), @"
    --- stderr
    error: cannot sign with `nowhere`: no such file or directory
    hint: `--sign` takes the file of a private key
    --- exit 2
    ");
    assert_snapshot!(shown(&workspace, &["db", "export", "--home=../empty", "--bundle", "b.tar"]), @"
    --- stderr
    error: there is no advisory snapshot at `../empty/advisories/snapshot.bdb`
    hint: `bartizan db sync` fetches advisories
    --- exit 4
    ");
    assert!(!workspace.path("project/b.tar").exists());
}

#[test]
fn only_what_changed_travels() {
    let workspace = publisher();
    workspace.run(&[
        "db",
        "export",
        "--bundle",
        "whole.tar",
        "--sign",
        "key",
        NOON,
    ]);
    workspace.file(
        "records/new.json",
        r#"{"id":"PYSEC-2026-9","modified":"2026-11-23T00:00:00Z","summary":"new"}"#,
    );
    let later = "--as-of=2026-11-24T12:00:00Z";
    workspace.run(&["db", "sync", "--from", "../records", later]);
    assert_snapshot!(shown(&workspace, &["db", "export", "--bundle", "changes.tar", "--since", "whole.tar", "--sign", "key", later]), @"
    ghsa                1 record, imported 2026-11-24T12:00:00Z, licence CC-BY-4.0
    pypa                6 records, imported 2026-11-24T12:00:00Z, licence CC-BY-4.0
    Changes from snapshot e1fe48761e64 to 9af2c46b03dd: 3 entries changed, 0 removed; 515 bytes of content, signed by SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8.

    --- stderr
    --- exit 0
    ");
    let install = |bundle: &str| {
        shown(
            &workspace,
            &[
                "db",
                "sync",
                "--home=../away",
                "--from",
                bundle,
                "--signers",
                "signers",
                later,
            ],
        )
    };
    assert_snapshot!(install("changes.tar"), @"
    --- stderr
    error: the bundle holds changes to the snapshot e1fe48761e64, and there is none here
    hint: get a whole bundle, or the changes to the snapshot that is here
    --- exit 4
    ");
    install("whole.tar");
    assert_snapshot!(install("changes.tar"), @"
    ghsa                1 record, imported under 1 min ago by the publisher
    pypa                6 records, imported under 1 min ago by the publisher
    Snapshot 9af2c46b03dd of 2026-11-24T12:00:00Z, signed by institute (SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8), made of e1fe48761e64 and its changes.

    --- stderr
    --- exit 0
    ");
    assert_snapshot!(install("whole.tar"), @"
    --- stderr
    error: the bundle was made at 2026-11-23T12:00:00Z; from institute this home has seen one of 2026-11-24T12:00:00Z
    hint: get the newest bundle; to go back on purpose, say `--allow-older`
    --- exit 4
    ");
}

/// What a key in hardware or behind a passphrase needs: `ssh-keygen` signs the manifest, `tar` packs.
#[test]
fn a_bundle_that_ssh_keygen_signed_is_read() {
    let workspace = publisher();
    workspace.run(&["db", "export", "--bundle", "b.tar", NOON]);
    std::fs::create_dir(workspace.path("project/open")).unwrap();
    let script = "chmod 600 key && cd open && tar -xf ../b.tar && ssh-keygen -q -Y sign -n bartizan -f ../key bundle.json \
        && tar -cf ../signed.tar bundle.json bundle.json.sig snapshot.bdb";
    let mut shell = std::process::Command::new("sh");
    let ended = shell
        .args(["-c", script])
        .current_dir(workspace.path("project"))
        .output();
    let tools = "command -v tar && command -v ssh-keygen";
    let has_tools = std::process::Command::new("sh")
        .args(["-c", tools])
        .output();
    if !has_tools.is_ok_and(|found| found.status.success()) {
        println!("skipped: there is no `tar` or no `ssh-keygen`");
        return;
    }
    assert!(ended.unwrap().status.success());
    let ended = workspace.run(&[
        "db",
        "sync",
        "--home=../away",
        "--from",
        "signed.tar",
        "--signers",
        "signers",
        NOON,
    ]);
    assert_eq!(ended.code, 0, "{}", ended.shown());
}
