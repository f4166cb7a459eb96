//! Profiles of ecosystems.
#![no_main]

use bartizan_formats::profile::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = read("fuzz", bytes) else {
        return;
    };
    let names: Vec<&str> = file
        .profile
        .projects
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    for cohort in &file.profile.cohorts {
        assert!(cohort.projects.is_sorted());
        assert!(
            cohort
                .projects
                .iter()
                .all(|it| names.contains(&it.as_str()))
        );
    }
    for target in file.profile.milestones.iter().flat_map(|it| &it.targets) {
        assert!(target.value.is_finite());
    }
});
