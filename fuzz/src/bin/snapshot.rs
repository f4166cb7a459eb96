//! Snapshots: any file, as it is and with its frame put right.
#![no_main]

use bartizan_fuzz::snapshot::{drive, repaired};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drive(bytes.to_vec());
    drive(repaired(bytes.to_vec()));
});
