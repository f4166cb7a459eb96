//! Versions of PEP 440: never a panic, and an order that is one.
#![no_main]

use std::cmp::Ordering;

use bartizan_model::version::VersionOrder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let versions: Vec<_> = text
        .split('\n')
        .take(3)
        .filter_map(|line| VersionOrder::Pep440.parse(line))
        .collect();
    for a in &versions {
        assert_eq!(a.compare(a), Some(Ordering::Equal));
        for b in &versions {
            assert_eq!(a.compare(b), b.compare(a).map(Ordering::reverse));
        }
    }
});
