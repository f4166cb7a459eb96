//! CVE records in JSON 5.
#![no_main]

use bartizan_fuzz::advisory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| advisory::drive("cve-json-5", bytes));
