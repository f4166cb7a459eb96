//! Tables of libraries.
#![no_main]

use bartizan_native::knowledge::Knowledge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let Ok(knowledge) = Knowledge::parse(text) else {
        return;
    };
    for (place, library) in knowledge.libraries().iter().enumerate() {
        assert_eq!(knowledge.place(&library.key), Some(place));
    }
    let _ = knowledge.anchors();
});
