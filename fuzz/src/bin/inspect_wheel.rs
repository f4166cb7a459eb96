//! Wheels, looked into for native code.
#![no_main]

use bartizan_fuzz::inspect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| inspect::drive("name-1.0-cp312-cp312-linux_x86_64.whl", bytes));
