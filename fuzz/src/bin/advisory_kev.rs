//! The catalogue of known exploited vulnerabilities.
#![no_main]

use bartizan_fuzz::advisory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| advisory::drive("kev-json", bytes));
