//! The content of wheels held against their RECORD: any archive, and any RECORD.
#![no_main]

use std::io::Cursor;

use bartizan_formats::record;
use bartizan_provenance::{checks, content};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    record::entries(bytes).for_each(|line| assert!(!line.path.is_empty()));
    if let Ok(findings) = content::wheel(Cursor::new(bytes)) {
        assert!(
            findings
                .iter()
                .all(|finding| checks::find(finding.check).is_some())
        );
        assert!(findings.is_sorted());
    }
});
