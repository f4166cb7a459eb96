//! What is read while signing: configurations, tokens, keys, and the answers of services, which end as evidence that does not verify or
//! as an error.
#![no_main]

use bartizan_formats::digest::Digest;
use bartizan_provenance::{
    Artifact, TrustRoot,
    signing::{
        Claim, Courier, Delivered, IdentityToken, Parcel, Services, SigningKey, TrustConfig,
        Undelivered, Use, confirm, sign_keyless, statement,
    },
};
use libfuzzer_sys::fuzz_target;

/// Answers everything with the same bytes.
struct Same<'a>(&'a [u8]);

impl Courier for Same<'_> {
    fn post(&self, parcel: Parcel<'_>) -> Result<Delivered, Undelivered> {
        // A certificate, so that the procedure goes on to the log.
        const CERTIFIED: &[u8] = br#"{"signedCertificateEmbeddedSct":{"chain":{"certificates":["-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"]}}}"#;
        let is_authority = parcel.to.starts_with("https://ca.example/");
        let body = if is_authority && self.0.first() == Some(&b'{') {
            CERTIFIED
        } else {
            self.0
        };
        Ok(Delivered {
            status: 200,
            body: body.to_vec(),
        })
    }
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = SigningKey::read(&text);
    let _ = IdentityToken::read(&text);
    let day: jiff::Timestamp = "2026-11-26T00:00:00Z".parse().unwrap();
    if let Ok((config, _)) = TrustConfig::read(bytes) {
        let _ = config.services(Use::Bundle, day);
        let _ = config.services(Use::Index, day);
    }
    let token = "e30.eyJpc3MiOiJpIiwic3ViIjoicyIsImF1ZCI6InNpZ3N0b3JlIiwiZXhwIjoxfQ.c2ln";
    let token = IdentityToken::read(token).unwrap();
    let digest = Digest([0; 32]);
    let claimed = statement("lab-1.0.tar.gz", digest, &Claim::Publication).unwrap();
    let root = TrustRoot::without_services().unwrap();
    for log_version in [1, 2] {
        let services = Services {
            authority: Some("https://ca.example".to_owned()),
            log: "https://log.example".to_owned(),
            log_version,
            clock: None,
        };
        let Ok(signed) = sign_keyless(&claimed, &token, &services, &Same(bytes)) else {
            continue;
        };
        let artifact = (Artifact::Digest(digest), "lab-1.0.tar.gz");
        for wanted in [Use::Bundle, Use::Index] {
            assert!(confirm(&signed, artifact, (&root, None), wanted).is_err());
        }
    }
});
