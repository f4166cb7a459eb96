//! Snapshots: any file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| bartizan_fuzz::snapshot::drive(bytes.to_vec()));
