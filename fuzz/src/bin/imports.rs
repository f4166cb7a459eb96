//! The imports of a Python text, as far as its words tell them.
#![no_main]

use std::collections::BTreeSet;

use bartizan_vulnerability::risk::imports;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut modules = BTreeSet::new();
    imports(text, &mut modules);
    assert!(
        modules
            .iter()
            .all(|name| !name.is_empty() && !name.contains('.'))
    );
});
