//! Approvals of plans: what is read is the text that was signed.
#![no_main]

use bartizan_access::approval::Approval;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(read) = Approval::read(text) {
        assert_eq!(read.text(), text);
    }
});
