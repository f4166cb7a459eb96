//! Locks of identities: what is read is written and read again.
#![no_main]

use bartizan_formats::identities;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = identities::read(bytes) {
        let again =
            identities::read(read.to_text().as_bytes()).expect("what is written can be read");
        assert!(again == read);
    }
});
