//! Roots of trust as files hold them.
#![no_main]

use bartizan_provenance::{PublicKey, TrustRoot};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = TrustRoot::read(bytes);
    let _ = PublicKey::read(&String::from_utf8_lossy(bytes));
});
