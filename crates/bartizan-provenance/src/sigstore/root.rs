//! Roots of trust: which authorities and logs are believed, and until when. Keys that users name.

use std::collections::BTreeSet;

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use sigstore_verify::{
    Verifier,
    trust_root::{self, SigstoreInstance, TimeRange, TrustedRoot},
    types::DerPublicKey,
};
use thiserror::Error;

/// The largest root of trust that is read. Real ones have some ten kilobytes.
const LARGEST_ROOT: usize = 4 << 20;

/// The day on which the embedded roots were released, with `sigstore-trust-root` 0.15.1.
const EMBEDDED: &str = "2026-10-23T00:00:00Z";

/// A root of trust that names nobody, as a file holds it.
pub const WITHOUT_SERVICES: &str =
    "{\"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}\n";

/// An instance of Sigstore whose root of trust is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Instance {
    /// The public one.
    PublicGood,
    /// The one for trying.
    Staging,
    /// GitHub's, for attestations of private repositories. It has no public log.
    GitHub,
}

impl Instance {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::PublicGood => "public-good",
            Self::Staging => "staging",
            Self::GitHub => "github",
        }
    }
}

/// The embedded signing configuration of an instance; GitHub's own signs for GitHub alone.
pub(crate) fn signing_configuration(instance: Instance) -> Option<&'static str> {
    match instance {
        Instance::PublicGood => Some(trust_root::SIGSTORE_PRODUCTION_SIGNING_CONFIG),
        Instance::Staging => Some(trust_root::SIGSTORE_STAGING_SIGNING_CONFIG),
        Instance::GitHub => None,
    }
}

/// Which authorities and logs are believed.
pub struct TrustRoot {
    pub(super) verifier: Verifier,
    /// Whether it names logs of signatures. One that names none has none, and asks for no entries.
    pub(super) has_logs: bool,
    /// The digests of their keys.
    pub(super) logs: BTreeSet<Vec<u8>>,
    /// Whether it names logs of certificates.
    pub(super) has_certificate_logs: bool,
    digest: Digest,
    instance: Option<Instance>,
    newest: Option<Timestamp>,
}

/// Why a root of trust cannot be used.
#[derive(Debug, Error)]
pub enum TrustRootError {
    /// It is larger than any.
    #[error("the root of trust is larger than {LARGEST_ROOT} bytes")]
    TooLarge,
    /// It is not of the shape of one.
    #[error("the root of trust cannot be read: {why}")]
    Shape {
        /// What is wrong.
        why: String,
    },
    /// A key has no time from which it counts.
    #[error("the key of the log `{log}` has no day from which it counts")]
    NoStart {
        /// The log's address.
        log: String,
    },
    /// A certificate or key in it cannot be used.
    #[error("the root of trust cannot be used: {why}")]
    Unusable {
        /// What is wrong.
        why: String,
    },
}

impl TrustRootError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "root-too-large",
            Self::Shape { .. } => "root-unreadable",
            Self::NoStart { .. } => "root-without-start",
            Self::Unusable { .. } => "root-unusable",
        }
    }
}

impl TrustRoot {
    /// The embedded root of an instance.
    pub fn embedded(instance: Instance) -> Result<Self, TrustRootError> {
        let known = match instance {
            Instance::PublicGood => SigstoreInstance::PublicGood,
            Instance::Staging => SigstoreInstance::Staging,
            Instance::GitHub => SigstoreInstance::GitHub,
        };
        let root = Self::of_json(known.embedded_trusted_root_json())?;
        Ok(Self {
            instance: Some(instance),
            ..root
        })
    }

    /// A root of trust that names nobody: for signatures by a key that the reader names.
    pub fn without_services() -> Result<Self, TrustRootError> {
        Self::of_json(WITHOUT_SERVICES)
    }

    /// A root of trust as a file holds it (`trusted_root.json`).
    pub fn read(bytes: &[u8]) -> Result<Self, TrustRootError> {
        if bytes.len() > LARGEST_ROOT {
            return Err(TrustRootError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_cause| TrustRootError::Shape {
            why: "not UTF-8".to_owned(),
        })?;
        Self::of_json(text)
    }

    fn of_json(json: &str) -> Result<Self, TrustRootError> {
        let root = TrustedRoot::from_json(json).map_err(|error| TrustRootError::Shape {
            why: error.to_string(),
        })?;
        let logs = root
            .tlogs
            .iter()
            .map(|log| (&log.base_url, &log.public_key));
        let certificate_logs = root
            .ctlogs
            .iter()
            .map(|log| (&log.base_url, &log.public_key));
        let endless = logs.chain(certificate_logs);
        if let Some((log, _)) = endless.into_iter().find(|(_, key)| key.valid_for.is_none()) {
            return Err(TrustRootError::NoStart { log: log.clone() });
        }
        let verifier = Verifier::new(&root).map_err(|error| TrustRootError::Unusable {
            why: error.to_string(),
        })?;
        Ok(Self {
            verifier,
            has_logs: !root.tlogs.is_empty(),
            logs: root
                .tlogs
                .iter()
                .map(|log| log.log_id.key_id.as_bytes().to_vec())
                .collect(),
            has_certificate_logs: !root.ctlogs.is_empty(),
            digest: Digest::of(json.as_bytes()),
            instance: None,
            newest: newest(&root),
        })
    }

    /// The instance whose embedded root it is; nothing where it was read from elsewhere.
    pub fn instance(&self) -> Option<Instance> {
        self.instance
    }

    /// The digest of the root as it was read.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// When the newest of its authorities and logs begins to count.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// The day of the embedded roots.
    pub fn embedded_on() -> Option<Timestamp> {
        EMBEDDED.parse().ok()
    }
}

fn newest(root: &TrustedRoot) -> Option<Timestamp> {
    let logs = root.tlogs.iter().map(|log| log.public_key.valid_for);
    let certificate_logs = root.ctlogs.iter().map(|log| log.public_key.valid_for);
    let authorities = root.certificate_authorities.iter().map(|it| it.valid_for);
    let clocks = root.timestamp_authorities.iter().map(|it| it.valid_for);
    let windows = logs
        .chain(certificate_logs)
        .chain(authorities)
        .chain(clocks);
    windows.flatten().map(|TimeRange { start, .. }| start).max()
}

/// A key that the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(pub(super) DerPublicKey);

impl PublicKey {
    /// Reads a key in PEM; nothing where it is none.
    pub fn read(pem: &str) -> Option<Self> {
        DerPublicKey::from_pem(pem).ok().map(Self)
    }

    /// The digest of the key.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_embedded_roots_can_be_used() {
        for instance in [Instance::PublicGood, Instance::Staging, Instance::GitHub] {
            let root = TrustRoot::embedded(instance).unwrap();
            assert_eq!(root.has_logs, instance != Instance::GitHub);
            assert!(
                root.newest() < TrustRoot::embedded_on(),
                "{}",
                instance.id()
            );
        }
    }

    #[test]
    fn what_is_no_root_is_refused() {
        let code = |bytes: &[u8]| TrustRoot::read(bytes).err().unwrap().code();
        assert_eq!(code(b"{}"), "root-unreadable");
        assert_eq!(code(&[0xff]), "root-unreadable");
        assert_eq!(code(&vec![b' '; LARGEST_ROOT + 1]), "root-too-large");
        let text = SigstoreInstance::PublicGood.embedded_trusted_root_json();
        let mut root: serde_json::Value = serde_json::from_str(text).unwrap();
        let windows = root["tlogs"][0]["publicKey"].as_object_mut().unwrap();
        windows.remove("validFor");
        assert_eq!(code(root.to_string().as_bytes()), "root-without-start");
    }

    /// The text with another letter in a place.
    fn replaced(text: &str, place: proptest::sample::Index, letter: &str) -> String {
        let place = place.index(text.len());
        let other = letter.chars().next().unwrap();
        let letters = text.char_indices();
        letters
            .map(|(at, old)| if at == place { other } else { old })
            .collect()
    }

    proptest! {
        #[test]
        fn never_panics(place: proptest::sample::Index, letter in "[\\[\\]{}\":0-9a-z,-]") {
            let text = SigstoreInstance::PublicGood.embedded_trusted_root_json();
            let _ = TrustRoot::read(replaced(text, place, &letter).as_bytes());
        }
    }
}
