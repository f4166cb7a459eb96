//! Adoption ledgers: what is read is written and read again.
#![no_main]

use bartizan_formats::ledger;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = ledger::read(bytes) {
        let again = ledger::read(read.to_text().as_bytes()).expect("what is written can be read");
        assert!(again == read);
    }
});
