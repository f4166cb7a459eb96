//! Trailers of messages: each credit once, and no more of them than lines.
#![no_main]

use bartizan_people::{object::Encoding, subject, trailers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let credits = trailers::credits(bytes, Encoding::Utf8);
    assert!(credits.len() <= bytes.split(|byte| *byte == b'\n').count());
    for (number, credit) in credits.iter().enumerate() {
        assert!(!credits[..number].contains(credit));
    }
    subject::pull(bytes);
});
