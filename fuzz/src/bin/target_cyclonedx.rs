//! CycloneDX in JSON.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| target::drive(&[("bom.json", bytes)]));
