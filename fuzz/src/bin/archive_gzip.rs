//! Gzip streams.
#![no_main]

use bartizan_formats::archive::gzip;
use bartizan_fuzz::archive::LIMITS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(inflated) = gzip::inflate(bytes, &LIMITS) {
        assert!(inflated.len() as u64 <= LIMITS.total_bytes);
    }
});
