//! Packages of conda, in zip and in tar, and source distributions, looked into for native code.
#![no_main]

use bartizan_fuzz::inspect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let name = if bytes.starts_with(b"PK") {
        "name-1.0-0.conda"
    } else {
        "name-1.0-0.tar.bz2"
    };
    inspect::drive(name, bytes);
});
