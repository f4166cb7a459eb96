//! Files that list who may sign.
#![no_main]

use bartizan_formats::signature::AllowedSigners;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = AllowedSigners::read("signers", bytes) {
        assert!(read.signers().count() > 0 && read.problems().len() <= 50);
        for (principal, fingerprint) in read.signers() {
            assert!(!principal.chars().any(char::is_control) && fingerprint.starts_with("SHA256:"));
        }
    }
});
