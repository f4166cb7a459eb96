//! Commits and tags as a repository holds them: heads, signatures, trailers, subjects.
#![no_main]

use bartizan_people::{object, subject, trailers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(read) = object::read(bytes) {
        assert!(read.parents.len() <= 1_000);
        subject::pull(read.message);
        trailers::credits(read.message, read.encoding);
    }
});
