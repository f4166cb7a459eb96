//! Zip archives, of which wheels and feeds are two.
#![no_main]

use std::io::Cursor;

use bartizan_formats::archive::zip;
use bartizan_fuzz::archive::{LIMITS, take};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = zip::visit(Cursor::new(bytes), &LIMITS, &mut take);
});
