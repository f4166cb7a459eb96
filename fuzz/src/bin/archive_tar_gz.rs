//! Tar archives in gzip: source distributions.
#![no_main]

use std::io::Cursor;

use bartizan_formats::archive::tar;
use bartizan_fuzz::archive::{LIMITS, take};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = tar::visit_gzip(Cursor::new(bytes), &LIMITS, &mut take);
});
