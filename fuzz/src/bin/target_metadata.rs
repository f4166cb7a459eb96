//! Metadata of an installed distribution.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let other = b"Metadata-Version: 2.1\nName: other\nVersion: 1.0\nRequires-Dist: name\n";
    target::drive(&[
        ("site-packages/name-1.0.dist-info/METADATA", bytes),
        ("site-packages/other-1.0.dist-info/METADATA", other),
    ]);
});
