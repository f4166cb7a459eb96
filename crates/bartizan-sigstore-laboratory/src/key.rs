//! Keys on the curve P-256.

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
        UnparsedPublicKey,
    },
};

use crate::text::sha256;

/// The bytes of an uncompressed point.
const POINT: usize = 65;

/// A key.
pub(crate) struct Key {
    pair: EcdsaKeyPair,
    /// Its public half, as DER.
    pub(crate) public: Vec<u8>,
}

impl Key {
    pub(crate) fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let public = der.as_ref().to_vec();
        Self { pair, public }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.pair.sign(&SystemRandom::new(), message).unwrap();
        signature.as_ref().to_vec()
    }

    /// The digest of its public half, by which logs name it.
    pub(crate) fn id(&self) -> [u8; 32] {
        sha256(&self.public)
    }

    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        has_signed(&self.public, message, signature)
    }
}

/// Whether the holder of a public key, given as DER, signed a message.
pub(crate) fn has_signed(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let point = &public[public.len().saturating_sub(POINT)..];
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point);
    key.verify(message, signature).is_ok()
}

/// The first key on the curve P-256 in DER; nothing where there is none.
pub(crate) fn in_der(der: &[u8]) -> Vec<u8> {
    let start: &[u8] = &[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48];
    let place = der.windows(start.len()).position(|window| window == start);
    let of = |place: usize| der[place..].iter().take(91).copied().collect();
    place.map_or_else(Vec::new, of)
}
