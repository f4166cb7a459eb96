//! Where `ssh-keygen` is at hand, it must take our signatures, and we its.

use std::{fs, path::Path, process::Command};

use bartizan_formats::signature::{AllowedSigners, KeyError, NAMESPACE, SigningKey, verify};
use bartizan_model::Timestamp;
use insta::assert_snapshot;

const MESSAGE: &[u8] = b"what is signed\n";

/// Runs `ssh-keygen` in a folder; `None` where there is none.
fn keygen(folder: &Path, arguments: &[&str], input: &[u8]) -> Option<bool> {
    fs::write(folder.join("input"), input).unwrap();
    let input = fs::File::open(folder.join("input")).unwrap();
    let mut command = Command::new("ssh-keygen");
    let output = command
        .args(arguments)
        .current_dir(folder)
        .stdin(input)
        .output();
    output.ok().map(|output| output.status.success())
}

#[test]
fn openssh_takes_our_signatures_and_we_take_its() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let now = Timestamp::UNIX_EPOCH;
    for (kind, bits) in [("ed25519", "256"), ("ecdsa", "256")] {
        let make = ["-q", "-t", kind, "-b", bits, "-N", "", "-f", kind];
        if keygen(folder, &make, b"").is_none() {
            println!("skipped: there is no `ssh-keygen`");
            return;
        }
        let public = fs::read_to_string(folder.join(format!("{kind}.pub"))).unwrap();
        let text = format!("alice namespaces=\"bartizan\" {public}");
        fs::write(folder.join("signers"), &text).unwrap();
        fs::write(folder.join("message"), MESSAGE).unwrap();
        let signers = AllowedSigners::read("signers", text.as_bytes()).unwrap();

        let sign = ["-Y", "sign", "-n", NAMESPACE, "-f", kind, "message"];
        assert_eq!(keygen(folder, &sign, b""), Some(true));
        let theirs = fs::read(folder.join("message.sig")).unwrap();
        assert_eq!(
            verify(MESSAGE, &theirs, &signers, now).unwrap().principal,
            "alice"
        );
        fs::remove_file(folder.join("message.sig")).unwrap();

        let key = SigningKey::read(&fs::read(folder.join(kind)).unwrap()).unwrap();
        fs::write(folder.join("ours.sig"), key.sign(MESSAGE).unwrap()).unwrap();
        let check = [
            "-Y", "verify", "-n", NAMESPACE, "-f", "signers", "-I", "alice", "-s", "ours.sig",
        ];
        assert_eq!(keygen(folder, &check, MESSAGE), Some(true));
        assert_eq!(keygen(folder, &check, b"another"), Some(false));
    }
    let make = ["-q", "-t", "ed25519", "-N", "a passphrase", "-f", "locked"];
    assert_eq!(keygen(folder, &make, b""), Some(true));
    let locked = SigningKey::read(&fs::read(folder.join("locked")).unwrap());
    assert_eq!(locked.unwrap_err(), KeyError::Encrypted);
    let make = ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "rsa"];
    assert_eq!(keygen(folder, &make, b""), Some(true));
    let public = fs::read_to_string(folder.join("rsa.pub")).unwrap();
    let refused = AllowedSigners::read("signers", format!("alice {public}").as_bytes());
    assert_snapshot!(refused.unwrap_err(), @"it lists no key that is accepted: signers:1: keys of this kind are not accepted; Ed25519 and ECDSA P-256 are");
}
