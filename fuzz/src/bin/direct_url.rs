//! Where an installer says that a distribution came from.
#![no_main]

use bartizan_formats::installed::Origin;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Origin::File { hashes, .. } = Origin::parse(bytes) {
        for hash in &hashes {
            assert!(hash.to_string().starts_with(hash.algorithm().name()));
        }
    }
});
