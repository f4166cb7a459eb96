//! Digests of files by the algorithms that installers accept: locks and records name files by more than SHA-256.
//!
//! What an installer does not accept as a guarantee (MD5, SHA-1) is none here.

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, Read},
};

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::digest::Digest;

/// An algorithm that vouches for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The algorithm of a name, as locks and records write it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A digest of a file and the algorithm that made it. It is written as `sha512:…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

impl FileHash {
    /// A digest; nothing where it is not as long as the algorithm makes them.
    pub fn new(algorithm: Algorithm, bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() == algorithm.size()).then_some(Self { algorithm, bytes })
    }

    /// A digest in hexadecimal digits, of an algorithm that counts.
    pub fn parse(algorithm: &str, digits: &str) -> Option<Self> {
        let (pairs, []) = digits.as_bytes().as_chunks::<2>() else {
            return None;
        };
        let digit = |digit: u8| char::from(digit).to_digit(16);
        let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
        let bytes = pairs.iter().map(byte).collect::<Option<_>>()?;
        Self::new(Algorithm::named(algorithm)?, bytes)
    }

    /// A digest as `ALGORITHM:DIGITS` or `ALGORITHM=DIGITS`.
    pub fn parse_named(text: &str) -> Option<Self> {
        let (algorithm, digits) = text.split_once([':', '='])?;
        Self::parse(algorithm, digits)
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The digest as SHA-256, where it is.
    pub fn sha256(&self) -> Option<Digest> {
        let bytes = self.bytes.as_slice().try_into().ok()?;
        (self.algorithm == Algorithm::Sha256).then_some(Digest(bytes))
    }

    /// The digests of everything that a reader gives, by each of these algorithms.
    pub fn of_reader(
        reader: &mut dyn Read,
        algorithms: &BTreeSet<Algorithm>,
    ) -> io::Result<BTreeSet<Self>> {
        let mut running: Vec<Running> = algorithms.iter().map(|it| Running::new(*it)).collect();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let read = buffer.get(..count).unwrap_or_default();
            for digest in &mut running {
                digest.take(read);
            }
        }
        Ok(running.into_iter().map(Running::finish).collect())
    }
}

impl From<Digest> for FileHash {
    fn from(digest: Digest) -> Self {
        Self {
            algorithm: Algorithm::Sha256,
            bytes: digest.0.to_vec(),
        }
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.algorithm.name())?;
        self.bytes
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A digest that is being computed.
enum Running {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Running {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha384 => Self::Sha384(Sha384::new()),
            Algorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(digest) => digest.update(bytes),
            Self::Sha384(digest) => digest.update(bytes),
            Self::Sha512(digest) => digest.update(bytes),
        }
    }

    fn finish(self) -> FileHash {
        let (algorithm, bytes) = match self {
            Self::Sha256(digest) => (Algorithm::Sha256, digest.finalize().to_vec()),
            Self::Sha384(digest) => (Algorithm::Sha384, digest.finalize().to_vec()),
            Self::Sha512(digest) => (Algorithm::Sha512, digest.finalize().to_vec()),
        };
        FileHash { algorithm, bytes }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digests_are_of_what_was_read() {
        let algorithms = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512].into();
        let all = FileHash::of_reader(&mut b"abc".as_slice(), &algorithms).unwrap();
        let told: Vec<String> = all
            .iter()
            .map(|it| it.to_string().chars().take(15).collect())
            .collect();
        // The first examples of FIPS 180-4.
        assert_eq!(
            told,
            ["sha256:ba7816bf", "sha384:cb00753f", "sha512:ddaf35a1"]
        );
        for hash in &all {
            assert_eq!(
                FileHash::parse_named(&hash.to_string()).as_ref(),
                Some(hash)
            );
        }
        let sha256 = all.iter().find_map(FileHash::sha256);
        assert_eq!(sha256, Some(Digest::of(b"abc")));
    }

    #[test]
    fn what_vouches_for_nothing_is_no_digest() {
        for text in [
            "md5:d41d8cd98f00b204e9800998ecf8427e",
            "sha256:",
            "sha256:00",
            "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "sha256",
        ] {
            assert_eq!(FileHash::parse_named(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(sha(256|384|512)|md5)?[:=]?[0-9a-gA-G]{0,130}") {
            if let Some(hash) = FileHash::parse_named(&text) {
                prop_assert_eq!(FileHash::parse_named(&hash.to_string()), Some(hash));
            }
        }
    }
}
