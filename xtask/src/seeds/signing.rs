//! Seeds of the target about signing: a configuration, the answers of an authority and of a log, a token.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    (
        "signing",
        r#"{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":[{"url":"https://ca.example","majorApiVersion":1,"validFor":{"start":"2025-01-01T00:00:00Z"}}],"rekorTlogUrls":[{"url":"https://log.example","majorApiVersion":2,"validFor":{"start":"2025-01-01T00:00:00Z"}}],"tsaUrls":[{"url":"https://clock.example","majorApiVersion":1,"validFor":{"start":"2025-01-01T00:00:00Z"}}],"rekorTlogConfig":{"selector":"ANY"},"tsaConfig":{"selector":"EXACT","count":1}}"#,
    ),
    (
        "signing",
        r#"{"signedCertificateEmbeddedSct":{"chain":{"certificates":["-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"]}}}"#,
    ),
    (
        "signing",
        r#"{"24296fb24b8ad77a":{"body":"eyJhcGlWZXJzaW9uIjoiMC4wLjEiLCJraW5kIjoiZHNzZSJ9","integratedTime":1,"logID":"c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d","logIndex":5,"verification":{"inclusionProof":{"checkpoint":"l\n6\nAA==\n\n- l AA==\n","hashes":[],"logIndex":5,"rootHash":"c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d","treeSize":6},"signedEntryTimestamp":"AA=="}}}"#,
    ),
    (
        "signing",
        "e30.eyJpc3MiOiJpIiwic3ViIjoicyIsImF1ZCI6InNpZ3N0b3JlIiwiZXhwIjoxfQ.c2ln",
    ),
];

/// Every seed.
pub(super) fn all() -> impl Iterator<Item = Seed> {
    TEXTS.iter().map(|(target, text)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    })
}
