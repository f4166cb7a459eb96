//! CSAF documents as advisories.
#![no_main]

use bartizan_fuzz::advisory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| advisory::drive("csaf", bytes));
