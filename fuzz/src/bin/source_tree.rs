//! Source trees: every file of one, as it comes by.
#![no_main]

use bartizan_fuzz::source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| source::drive(bytes));
