//! Files of machine code and what the embedded table of libraries makes of them.
#![no_main]

use bartizan_native::{conclude::conclude, knowledge::Knowledge, sighting::look_at};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let knowledge = Knowledge::embedded();
    for path in ["p.libs/libz-0123abcd.so.1.2.13", "p/_module.pyd"] {
        let Ok(Some(sighting)) = look_at(knowledge, path, bytes) else {
            return;
        };
        assert!(sighting.marks.is_sorted());
        let is_in_file = |offset: &u64| *offset < bytes.len() as u64;
        assert!(
            sighting
                .marks
                .iter()
                .filter_map(|mark| mark.offset)
                .all(|offset| is_in_file(&offset))
        );
        let conclusion = conclude(knowledge, vec![sighting], Vec::new());
        assert!(conclusion.components.is_sorted());
        let is_reasoned = conclusion
            .components
            .iter()
            .all(|it| it.version.is_some() || it.reason.is_some());
        assert!(is_reasoned, "no version and no reason");
    }
});
