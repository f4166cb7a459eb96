//! The page of a project on a package index.
#![no_main]

use bartizan_formats::index::project;
use bartizan_model::ecosystem::Package;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(facts) = project(bytes, &Package::pypi("lab"), "https://a.example") {
        for release in facts.releases.values() {
            assert!(release.files > 0 && release.yanked <= release.files);
        }
    }
});
