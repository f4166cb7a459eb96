//! Settings files, as the user's own, as a project's, and as a table of a `pyproject.toml`.
#![no_main]

use std::path::Path;

use bartizan::settings::{Scope, complaint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let own = complaint(Path::new("bartizan.toml"), text, Scope::User);
    let project = complaint(Path::new("bartizan.toml"), text, Scope::Project);
    assert!(
        own.is_none() || project.is_some(),
        "a project may set what its user may not"
    );
    for said in own.iter().chain(&project) {
        assert!(said.starts_with("bartizan.toml:"), "no place in: {said}");
    }
    let _ = complaint(Path::new("pyproject.toml"), text, Scope::Project);
    let _ = complaint(Path::new("bartizan-risks.toml"), text, Scope::Project);
});
