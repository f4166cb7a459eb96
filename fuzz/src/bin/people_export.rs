//! Exports of a code host: pull requests are sorted, each once, and are found by their numbers.
#![no_main]

use bartizan_people::export::Export;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(export) = Export::read("x", bytes) else {
        return;
    };
    assert!(
        export
            .pulls
            .is_sorted_by(|one, other| one.number < other.number)
    );
    assert!(export.programs.is_sorted());
    for pull in &export.pulls {
        assert!(export.pull(pull.number) == Some(pull));
    }
});
