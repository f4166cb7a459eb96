//! Locks, of which only projects and digests are read.
#![no_main]

use bartizan_formats::locked;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(locked) = locked::read(bytes) {
        assert!(locked.packages.values().any(|it| !it.hashes.is_empty()));
    }
});
