//! Earlier reports, as `bartizan scan --since` reads them.
#![no_main]

use std::path::Path;

use bartizan::since::complaint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(said) = complaint(Path::new("earlier.json"), bytes) {
        let start = "cannot compare with the report `earlier.json`: ";
        assert!(said.starts_with(start), "no report in: {said}");
    }
});
