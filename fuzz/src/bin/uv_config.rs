//! Configuration files of uv.
#![no_main]

use bartizan_formats::uv_config::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(indexes) = read(text) else {
        return;
    };
    assert!(indexes.index.is_none_or(|index| !index.is_empty()));
    assert!(
        indexes
            .extra
            .is_none_or(|extra| !extra.is_empty() && extra.iter().all(|index| !index.is_empty()))
    );
});
