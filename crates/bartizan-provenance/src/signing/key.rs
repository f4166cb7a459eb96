//! Keys that sign. None of them is ever printed, but for the text of a new one, which the caller asked for.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use bartizan_formats::digest::Digest;
use thiserror::Error;

use super::pem;
use crate::sigstore::PublicKey;

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// ECDSA on the curve P-256 with SHA-256, which everybody verifies.
    P256,
    /// Ed25519.
    Ed25519,
}

/// A key that signs. It prints as `***`.
pub struct SigningKey {
    pair: Pair,
    public: Vec<u8>,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A new key as texts.
pub struct NewKey {
    /// The key, in PEM. It prints as `***`.
    pub private: Secret,
    /// Its public half, in PEM.
    pub public: String,
}

/// A text that prints as `***`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a text that is not to be printed.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for where it belongs.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

/// Why a text is no key that signs. No text here holds any of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// It is no PEM.
    #[error("it is no key in PEM")]
    NoPem,
    /// It is encrypted.
    #[error("the key is encrypted")]
    Encrypted,
    /// It is PEM of something else.
    #[error("it holds a `{label}`, not a `PRIVATE KEY` (PKCS#8)")]
    Label {
        /// What it is labelled.
        label: String,
    },
    /// It is neither of the kinds that are known.
    #[error("the key is neither ECDSA on the curve P-256 nor Ed25519")]
    Unsupported,
    /// The machine gives no randomness, or the provider of cryptography failed.
    #[error("no key can be made")]
    Failed,
}

impl KeyError {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Encrypted => {
                "decrypt it into a file that only you can read: `openssl pkcs8 -in KEY -out NEW`"
            }
            Self::Label { .. } | Self::NoPem => {
                "convert it with `openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW`, or make one with `--new-key`"
            }
            Self::Unsupported | Self::Failed => "make one with `--new-key`",
        }
    }
}

impl SigningKey {
    /// Reads a key in PEM (PKCS#8, not encrypted).
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let (label, der) = pem::read(text).ok_or(KeyError::NoPem)?;
        match label {
            "PRIVATE KEY" => {}
            label if label.contains("ENCRYPTED") => return Err(KeyError::Encrypted),
            label => {
                let label = label.chars().take(40).flat_map(char::escape_default);
                return Err(KeyError::Label {
                    label: label.collect(),
                });
            }
        }
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der) {
            return Self::of(Pair::P256(pair));
        }
        match Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der) {
            Ok(pair) => Self::of(Pair::Ed25519(pair)),
            Err(_rejected) => Err(KeyError::Unsupported),
        }
    }

    /// A key for a moment.
    pub(super) fn passing() -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
        Self::of(Pair::P256(pair.map_err(|_unspecified| KeyError::Failed)?))
    }

    fn of(pair: Pair) -> Result<Self, KeyError> {
        let der: Result<PublicKeyX509Der<'_>, _> = match &pair {
            Pair::P256(pair) => pair.public_key().as_der(),
            Pair::Ed25519(pair) => pair.public_key().as_der(),
        };
        let public = der.map_err(|_unspecified| KeyError::Failed)?;
        let public = public.as_ref().to_vec();
        Ok(Self { pair, public })
    }

    /// Its kind.
    pub fn kind(&self) -> KeyKind {
        match self.pair {
            Pair::P256(_) => KeyKind::P256,
            Pair::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// Signs a message.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.pair {
            Pair::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message);
                let signature = signature.map_err(|_unspecified| KeyError::Failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }

    /// Its public half, as DER.
    pub(super) fn public_der(&self) -> &[u8] {
        &self.public
    }

    /// Its public half, in PEM.
    pub fn public_pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.public)
    }

    /// Its public half, to verify with.
    pub fn public(&self) -> Option<PublicKey> {
        PublicKey::read(&self.public_pem())
    }

    /// The digest of its public half, by which evidence names it.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.public)
    }
}

impl NewKey {
    /// Makes a key.
    pub fn new(kind: KeyKind) -> Result<Self, KeyError> {
        let failed = |_unspecified| KeyError::Failed;
        let (document, pair) = match kind {
            KeyKind::P256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
                let pair = pair.map_err(failed)?;
                (pair.to_pkcs8v1().map_err(failed)?, Pair::P256(pair))
            }
            KeyKind::Ed25519 => {
                let pair = Ed25519KeyPair::generate().map_err(failed)?;
                (pair.to_pkcs8v1().map_err(failed)?, Pair::Ed25519(pair))
            }
        };
        Ok(Self {
            private: Secret::new(pem::write("PRIVATE KEY", document.as_ref())),
            public: SigningKey::of(pair)?.public_pem(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match SigningKey::read(text) {
            Ok(key) => format!("{:?} {key:?}", key.kind()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_new_key_is_read_again_and_not_shown() {
        for kind in [KeyKind::P256, KeyKind::Ed25519] {
            let new = NewKey::new(kind).unwrap();
            let key = SigningKey::read(new.private.reveal()).unwrap();
            assert_eq!(key.kind(), kind);
            assert_eq!(key.public_pem(), new.public);
            assert_eq!(format!("{key:?} {:?}", new.private), "SigningKey(***) ***");
        }
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        insta::assert_snapshot!(check("hello"), @"it is no key in PEM");
        insta::assert_snapshot!(check(&pem::write("EC PRIVATE KEY", b"x")), @"it holds a `EC PRIVATE KEY`, not a `PRIVATE KEY` (PKCS#8)");
        insta::assert_snapshot!(check(&pem::write("ENCRYPTED PRIVATE KEY", b"x")), @"the key is encrypted");
        insta::assert_snapshot!(check(&pem::write("PRIVATE KEY", b"x")), @"the key is neither ECDSA on the curve P-256 nor Ed25519");
    }

    proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            prop_assert!(SigningKey::read(&pem::write("PRIVATE KEY", &bytes)).is_err());
        }
    }
}
