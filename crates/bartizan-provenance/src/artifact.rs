//! What is asked about: bytes, or their digest where the bytes are elsewhere.

use bartizan_formats::digest::Digest;

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub enum Artifact<'a> {
    /// All of its bytes.
    Bytes(&'a [u8]),
    /// Its digest alone. Signatures by keys that sign whole messages cannot be verified by it.
    Digest(Digest),
}

impl Artifact<'_> {
    /// Its SHA-256 digest.
    pub fn digest(self) -> Digest {
        match self {
            Self::Bytes(bytes) => Digest::of(bytes),
            Self::Digest(digest) => digest,
        }
    }
}
