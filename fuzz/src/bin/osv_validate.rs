//! Records that are held against the rules of the OSV schema.
#![no_main]

use bartizan_formats::advisory::osv::validate::validate;
use bartizan_model::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let complaints = validate(bytes, Timestamp::UNIX_EPOCH);
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(complaints.len() <= 200 && complaints.is_sorted());
    assert!(complaints.iter().all(|complaint| complaint.line <= lines));
});
