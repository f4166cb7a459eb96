//! Configuration files of pip.
#![no_main]

use bartizan_formats::pip_config::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let indexes = read(text);
    assert!(indexes.index.is_none_or(|index| !index.is_empty()));
    assert!(indexes.extra.is_none_or(|extra| {
        extra
            .iter()
            .all(|index| !index.contains(char::is_whitespace))
    }));
});
