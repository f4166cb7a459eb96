//! Severity vectors of every version of CVSS.
#![no_main]

use bartizan_model::severity::SeverityVector;
use bartizan_vulnerability::severity;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for scheme in ["CVSS_V2", "CVSS_V3", "CVSS_V4"] {
        let vector = SeverityVector {
            scheme: scheme.to_owned(),
            vector: text.to_owned(),
        };
        let score = severity::worst(&[vector], None).score;
        assert!(score.is_none_or(|score| (0.0..=10.0).contains(&score)));
    }
});
