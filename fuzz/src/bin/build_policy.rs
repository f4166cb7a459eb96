//! Policies of `verify`.
#![no_main]

use bartizan_formats::build_policy;
use bartizan_model::ecosystem::Package;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(policy) = build_policy::read(bytes) {
        let rules = policy.rules(Some(&Package::pypi("lab")));
        assert!(rules.slsa_level.is_none_or(|level| level <= 3));
    }
});
