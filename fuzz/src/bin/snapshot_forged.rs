//! Snapshots: right checksums around forged content.
#![no_main]

use bartizan_fuzz::snapshot::{drive, forged};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| drive(forged(bytes)));
