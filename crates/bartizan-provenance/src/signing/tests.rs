//! The whole procedure against an instance of the laboratory, in memory: what is signed verifies, and each way in which a service
//! can fail is told with its service.

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use bartizan_sigstore_laboratory::{Claims, Fault, Instance, Request};

use super::*;
use crate::{artifact::Artifact, sigstore::TrustRoot};

const BASE: &str = "http://127.0.0.1:1";
const NAME: &str = "lab-1.0.tar.gz";
const BYTES: &[u8] = b"an artifact";

/// Carries requests to an instance in memory.
struct InMemory<'a>(&'a Instance);

impl Courier for InMemory<'_> {
    fn post(&self, parcel: Parcel<'_>) -> Result<Delivered, Undelivered> {
        let (status, body) = self.0.answer(Request {
            method: "POST",
            path: parcel.to.strip_prefix(BASE).unwrap(),
            authorization: "",
            body: parcel.body,
        });
        Ok(Delivered { status, body })
    }
}

fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the laboratory and the library read the clock"
    )]
    Timestamp::now()
}

struct Bench {
    instance: Instance,
    versions: Vec<u32>,
    wanted: Use,
}

impl Bench {
    fn new(version: u32, wanted: Use) -> Self {
        Self {
            instance: Instance::new(BASE),
            versions: vec![version],
            wanted,
        }
    }

    fn root(&self) -> TrustRoot {
        TrustRoot::read(self.instance.trusted_root().to_string().as_bytes()).unwrap()
    }

    fn services(&self) -> Services {
        let config = self.instance.trust_config(&self.versions).to_string();
        let (config, root) = TrustConfig::read(config.as_bytes()).unwrap();
        assert!(root.is_some());
        config.services(self.wanted, now()).unwrap()
    }

    fn statement() -> Vec<u8> {
        statement(NAME, Digest::of(BYTES), &Claim::Publication).unwrap()
    }

    fn sign(&self, claims: &Claims) -> Result<SignedStatement, SigningError> {
        let token = IdentityToken::read(&self.instance.token(claims)).unwrap();
        let courier = InMemory(&self.instance);
        sign_keyless(&Self::statement(), &token, &self.services(), &courier)
    }

    /// How it ends, with the hint.
    fn told(&self, claims: &Claims) -> String {
        let signed = match self.sign(claims) {
            Ok(signed) => signed,
            Err(error) => return format!("{error}\n{}", error.hint()),
        };
        let artifact = (Artifact::Bytes(BYTES), NAME);
        match confirm(&signed, artifact, (&self.root(), None), self.wanted) {
            Ok(_) => "confirmed".to_owned(),
            Err(error) => format!("{error}\n{}", error.hint()),
        }
    }
}

fn check(fault: Fault) -> String {
    let bench = Bench::new(1, Use::Bundle);
    bench.instance.fail(fault);
    bench.told(&Claims::default())
}

/// The step that a lie ends at, against a log of one version.
fn lie(version: u32, fault: Fault) -> String {
    let bench = Bench::new(version, Use::Bundle);
    bench.instance.fail(fault);
    let signed = match bench.sign(&Claims::default()) {
        Ok(signed) => signed,
        Err(error) => return error.to_string(),
    };
    let artifact = (Artifact::Bytes(BYTES), NAME);
    match confirm(&signed, artifact, (&bench.root(), None), Use::Bundle) {
        Ok(_) => "confirmed".to_owned(),
        Err(error) => format!("{} {}", error.refusal.step.id(), error.refusal.code),
    }
}

#[test]
fn what_is_signed_verifies() {
    for (version, wanted) in [(1, Use::Bundle), (2, Use::Bundle), (1, Use::Index)] {
        let bench = Bench::new(version, wanted);
        assert_eq!(
            bench.told(&Claims::default()),
            "confirmed",
            "{version} {wanted:?}"
        );
        let asked = bench.instance.asked();
        let last = match (version, wanted) {
            (1, _) => "/rekor/api/v1/log/entries",
            _ => "/tiles/api/v2/log/entries",
        };
        assert_eq!(asked.last().map(String::as_str), Some(last));
        assert_eq!(asked.len(), if wanted == Use::Index { 2 } else { 3 });
    }
}

#[test]
fn other_bytes_another_name_and_another_instance_do_not_verify() {
    let bench = Bench::new(1, Use::Index);
    let signed = bench.sign(&Claims::default()).unwrap();
    let told = |artifact: &[u8], name, root: &TrustRoot| {
        let artifact = (Artifact::Bytes(artifact), name);
        match confirm(&signed, artifact, (root, None), Use::Index) {
            Ok(_) => "confirmed".to_owned(),
            Err(error) => error.to_string(),
        }
    };
    let root = bench.root();
    insta::assert_snapshot!(told(BYTES, NAME, &root), @"confirmed");
    insta::assert_snapshot!(told(b"others", NAME, &root), @"what was signed does not verify: artifact: the statement is about other bytes [digest-mismatch]");
    insta::assert_snapshot!(told(BYTES, "lab-1.1.tar.gz", &root), @"what was signed does not verify: subject-name: `lab-1.0.tar.gz` was signed, not `lab-1.1.tar.gz` [name-mismatch]");
    let other = Bench::new(1, Use::Index).root();
    insta::assert_snapshot!(told(BYTES, NAME, &other), @"what was signed does not verify: log-promise: the root of trust does not name the log of an entry [unknown-log]");
}

#[test]
fn refusals_are_told_with_their_service_and_a_remedy() {
    insta::assert_snapshot!(check(Fault::Authority(500)), @r"
    the certificate authority `http://127.0.0.1:1/fulcio/api/v2/signingCert` refused with status 500: the authority is unwell
    the service is unwell; sign again later, nothing was written
    ");
    insta::assert_snapshot!(check(Fault::Authority(403)), @r"
    the certificate authority `http://127.0.0.1:1/fulcio/api/v2/signingCert` refused with status 403: the authority is unwell
    the token is of an issuer that this authority does not know, has ended, or is made out for somebody else; the job needs `id-token: write` (GitHub) or `id_tokens` (GitLab)
    ");
    insta::assert_snapshot!(check(Fault::Log(409)), @r"
    the transparency log `http://127.0.0.1:1/rekor/api/v1/log/entries` refused with status 409: an equivalent entry already exists in the transparency log
    the same signature is in the log already; look for the evidence that came of it
    ");
    insta::assert_snapshot!(check(Fault::Log(503)), @r#"
    the transparency log `http://127.0.0.1:1/rekor/api/v1/log/entries` refused with status 503: {\"code\": 3, \"message\": \"the log\u{1b}[31m is unwell\"}
    the service is unwell; sign again later, nothing was written
    "#);
    insta::assert_snapshot!(check(Fault::Clock(429)), @r"
    the timestamp authority `http://127.0.0.1:1/clock/api/v1/timestamp` refused with status 429: the clock stands still
    the service is unwell; sign again later, nothing was written
    ");
    insta::assert_snapshot!(check(Fault::Nonsense), @r"
    the certificate authority `http://127.0.0.1:1/fulcio/api/v2/signingCert` answered with something else: no certificate
    look at the address in the signing configuration: it may be another service, or another version of it
    ");
    insta::assert_snapshot!(check(Fault::Redirect), @r"
    the certificate authority `http://127.0.0.1:1/fulcio/api/v2/signingCert` refused with status 307: 
    look at the address in the signing configuration: it may be another service, or another version of it
    ");
}

#[test]
fn a_token_that_is_not_meant_is_refused_by_the_authority_too() {
    let bench = Bench::new(1, Use::Bundle);
    let told = |claims: Claims| {
        let told = bench.told(&claims);
        told.lines().next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(told(Claims { ends_in: -30, ..Claims::default() }), @"the certificate authority `http://127.0.0.1:1/fulcio/api/v2/signingCert` refused with status 400: the token has expired");
    insta::assert_snapshot!(told(Claims { audience: "index".to_owned(), ..Claims::default() }), @"the certificate authority `http://127.0.0.1:1/fulcio/api/v2/signingCert` refused with status 400: the token has another audience");
}

#[test]
fn a_token_is_not_repeated() {
    let bench = Bench::new(1, Use::Bundle);
    bench.instance.fail(Fault::Echo);
    let token = bench.instance.token(&Claims::default());
    let read = IdentityToken::read(&token).unwrap();
    let courier = InMemory(&bench.instance);
    let error = sign_keyless(b"{}", &read, &bench.services(), &courier).unwrap_err();
    let told = format!("{error} {error:?} {read:?}");
    assert!(told.contains("***"), "{told}");
    for part in token.split('.') {
        assert!(!told.contains(part), "{told}");
    }
}

#[test]
fn lies_of_services_do_not_verify() {
    insta::assert_snapshot!(lie(1, Fault::OtherCertificateLog), @"certificate-log certificate-not-logged");
    insta::assert_snapshot!(lie(1, Fault::EndedCertificate), @"certificate-chain chain-invalid");
    insta::assert_snapshot!(lie(1, Fault::OtherEntry), @"log-entry entry-mismatch");
    insta::assert_snapshot!(lie(1, Fault::OtherPromise), @"log-promise promise-invalid");
    insta::assert_snapshot!(lie(1, Fault::OtherProof), @"inclusion-proof proof-invalid");
    insta::assert_snapshot!(lie(1, Fault::OtherStamp), @"timestamp timestamp-invalid");
    insta::assert_snapshot!(lie(1, Fault::Ahead), @"signing-time time-impossible");
    // A log of version 1 looks at the signature itself.
    insta::assert_snapshot!(lie(1, Fault::OtherKey), @"the transparency log `http://127.0.0.1:1/rekor/api/v1/log/entries` refused with status 400: the signature does not verify");
    insta::assert_snapshot!(lie(2, Fault::OtherKey), @"signature signature-invalid");
    insta::assert_snapshot!(lie(2, Fault::OtherEntry), @"log-entry entry-mismatch");
    insta::assert_snapshot!(lie(2, Fault::OtherProof), @"inclusion-proof proof-invalid");
    insta::assert_snapshot!(lie(2, Fault::OtherStamp), @"timestamp timestamp-invalid");
}

#[test]
fn a_key_signs_with_a_log_and_without() {
    for kind in [KeyKind::P256, KeyKind::Ed25519] {
        let bench = Bench::new(1, Use::Bundle);
        let new = NewKey::new(kind).unwrap();
        let key = SigningKey::read(new.private.reveal()).unwrap();
        let public = key.public().unwrap();
        let artifact = (Artifact::Bytes(BYTES), NAME);
        let alone = sign_with_key(&Bench::statement(), &key, None).unwrap();
        assert!(alone.attestation().is_none());
        let bare = TrustRoot::without_services().unwrap();
        let told =
            |signed: &SignedStatement, root: &TrustRoot, key: &crate::PublicKey| match confirm(
                signed,
                artifact,
                (root, Some(key)),
                Use::Bundle,
            ) {
                Ok(_) => "confirmed".to_owned(),
                Err(error) => error.refusal.code.to_owned(),
            };
        assert_eq!(told(&alone, &bare, &public), "confirmed");
        assert_eq!(told(&alone, &bench.root(), &public), "no-log-entry");
        let other = NewKey::new(kind).unwrap();
        let other = SigningKey::read(other.private.reveal()).unwrap();
        assert_eq!(
            told(&alone, &bare, &other.public().unwrap()),
            "signature-invalid"
        );
        // The laboratory's log takes signatures on P-256 only, and a log of version 2 too.
        if kind == KeyKind::P256 {
            for version in [1, 2] {
                let bench = Bench::new(version, Use::Bundle);
                let courier = InMemory(&bench.instance);
                let services = bench.services();
                let log = Some((&services, &courier as &dyn Courier));
                let signed = sign_with_key(&Bench::statement(), &key, log).unwrap();
                assert_eq!(
                    told(&signed, &bench.root(), &public),
                    "confirmed",
                    "{version}"
                );
            }
        } else {
            let bench = Bench::new(2, Use::Bundle);
            let courier = InMemory(&bench.instance);
            let services = bench.services();
            let log = Some((&services, &courier as &dyn Courier));
            let error = sign_with_key(&Bench::statement(), &key, log).unwrap_err();
            assert_eq!(error, SigningError::KeyOfLog);
        }
    }
}
