//! Evidence of where an artifact comes from: bundles, attestations, provenance, statements, certificates.
#![no_main]

use bartizan_formats::attestation::{self, Content, MOST_PARTS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = attestation::is_self_issued(bytes);
    if let Ok(statement) = attestation::statement(bytes) {
        assert!(!statement.subjects.is_empty());
        let _ = attestation::build(&statement);
    }
    let Ok(evidence) = attestation::read(bytes) else {
        return;
    };
    assert!(evidence.items.len() <= MOST_PARTS);
    for bundle in evidence
        .items
        .iter()
        .filter_map(|item| item.bundle.as_ref().ok())
    {
        assert!(bundle.entries.len() <= MOST_PARTS && bundle.timestamps.len() <= MOST_PARTS);
        if let Content::Envelope { payload, .. } = &bundle.content {
            let _ = attestation::statement(payload);
        }
    }
});
