//! EPSS scores, packed or not.
#![no_main]

use bartizan_fuzz::advisory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| advisory::drive("epss-csv", bytes));
