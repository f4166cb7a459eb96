//! Files of other systems of continuous integration.
#![no_main]

use bartizan_formats::ci::elsewhere::{self, System};
use libfuzzer_sys::fuzz_target;

const SYSTEMS: [System; 6] = [
    System::AppVeyor,
    System::Azure,
    System::CircleCi,
    System::Cirrus,
    System::GitLab,
    System::Travis,
];

fuzz_target!(|text: &str| {
    // To YAML a carriage return alone ends a line too.
    let lines = u32::try_from(text.matches(['\n', '\r']).count()).unwrap_or(u32::MAX);
    let lines = lines.saturating_add(2);
    for system in SYSTEMS {
        let Ok(pipeline) = elsewhere::read(system, text) else {
            continue;
        };
        assert!(
            pipeline
                .taken
                .iter()
                .all(|it| (1..=lines).contains(&it.line))
        );
        assert!(
            pipeline
                .images
                .iter()
                .all(|it| (1..=lines).contains(&it.line))
        );
    }
});
