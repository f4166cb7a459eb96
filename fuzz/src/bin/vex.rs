//! VEX documents of every format.
#![no_main]

use bartizan_formats::vex::read;
use bartizan_model::vex::VexStatus;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reading) = read("input", bytes) else {
        return;
    };
    for statement in &reading.statements {
        assert!(!statement.ids.is_empty() && !statement.products.is_empty());
        let has_reason = statement.justification.is_some() || statement.note.is_some();
        assert!(statement.status != VexStatus::NotAffected || has_reason);
    }
});
