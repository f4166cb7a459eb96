//! Universe files.
#![no_main]

use bartizan_formats::universe::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(universe) = read(bytes) else {
        return;
    };
    for releases in universe.table.packages.values() {
        assert!(!releases.is_empty() || universe.problems.is_empty());
    }
});
