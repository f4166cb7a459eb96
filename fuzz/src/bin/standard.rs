//! Pages of standards.
#![no_main]

use bartizan_formats::standard::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(standard) = read("fuzz", bytes) else {
        return;
    };
    assert!(standard.id.starts_with("spec-"));
    assert!(standard.endorsed_by.is_sorted());
});
