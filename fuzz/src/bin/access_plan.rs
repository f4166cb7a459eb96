//! Plans of access: what is read has one text, and can be meant.
#![no_main]

use bartizan_access::plan;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = plan::read(bytes) {
        assert_eq!(plan::text(&read).as_bytes(), bytes);
        assert!(read.check().is_ok());
    }
});
