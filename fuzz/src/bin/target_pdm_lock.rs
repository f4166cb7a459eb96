//! pdm.lock, and the project beside it.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| target::drive_beside("p/pdm.lock", "p/pyproject.toml", bytes));
