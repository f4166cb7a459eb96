//! The page of a project on a package index.
#![no_main]

use bartizan_formats::index::{chosen, listing, project};
use bartizan_model::{
    ecosystem::Package,
    environment::{MarkerEnvironment, Platform},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(facts) = project(bytes, &Package::pypi("lab"), "https://a.example") {
        for release in facts.releases.values() {
            assert!(release.files > 0 && release.yanked <= release.files);
        }
    }
    if let (Ok(listing), Some(linux)) = (
        listing(bytes, &Package::pypi("lab")),
        Platform::parse("linux"),
    ) {
        let environment = MarkerEnvironment::cpython("3.12", &linux);
        for release in listing.in_environment(&environment) {
            let files = listing.files(&release.version);
            assert!(!files.is_empty() && release.has_file == chosen(files, &environment).is_some());
        }
    }
});
