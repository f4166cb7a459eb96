//! OSV records as YAML.
#![no_main]

use bartizan_fuzz::advisory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| advisory::drive("osv-yaml", bytes));
