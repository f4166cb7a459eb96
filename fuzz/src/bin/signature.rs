//! Signatures: any text, as it stands and as the body of an armour.
#![no_main]

use bartizan_formats::signature::{AllowedSigners, SigningKey, verify};
use bartizan_model::Timestamp;
use libfuzzer_sys::fuzz_target;

/// A key that belongs to nobody.
const SIGNERS: &str =
    "alice ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n";

fuzz_target!(|bytes: &[u8]| {
    let signers = AllowedSigners::read("signers", SIGNERS.as_bytes()).expect("a key");
    let armour = "-----BEGIN SSH SIGNATURE-----\n";
    let end = "\n-----END SSH SIGNATURE-----\n";
    let armoured = [armour.as_bytes(), bytes, end.as_bytes()].concat();
    for text in [bytes, &armoured] {
        let verified = verify(b"message", text, &signers, Timestamp::UNIX_EPOCH);
        assert!(verified.is_err(), "nobody has the key");
    }
    let _ = SigningKey::read(bytes);
});
