//! Requirements by PEP 508.
#![no_main]

use bartizan_model::requirement::Requirement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(requirement) = text.parse::<Requirement>() else {
        return;
    };
    if let Some(specifiers) = requirement.specifiers() {
        let _ = specifiers.contains("1.0");
        let _ = specifiers.pinned();
    }
});
