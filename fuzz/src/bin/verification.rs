//! The whole procedure over any evidence, with the embedded root of trust: hostile certificates, logs and timestamps. Nothing
//! that the fuzzer writes can be signed by anybody.
#![no_main]

use std::sync::LazyLock;

use bartizan_formats::{attestation, digest::Digest};
use bartizan_provenance::{Artifact, Instance, Question, Rules, TrustRoot, examine};
use libfuzzer_sys::fuzz_target;

static ROOT: LazyLock<TrustRoot> =
    LazyLock::new(|| TrustRoot::embedded(Instance::PublicGood).expect("the embedded root"));

fuzz_target!(|bytes: &[u8]| {
    let Ok(evidence) = attestation::read(bytes) else {
        return;
    };
    for item in &evidence.items {
        let examination = examine(&Question {
            bundle: item.bundle.as_ref(),
            artifact: Artifact::Digest(Digest([0; 32])),
            name: Some("lab-1.0.tar.gz"),
            root: &ROOT,
            key: None,
            rules: if evidence.kind.is_of_index() {
                Rules::Index
            } else {
                Rules::Any
            },
            expected: None,
        });
        assert!(examination.result.is_err(), "nobody signed 32 zeros");
        assert!(examination.steps.failed().is_some());
    }
});
