//! SHA-256 digests, as manifests write them.

use std::{fmt, io};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest. It is written as 64 small hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of everything that a reader gives.
    pub fn of_reader(reader: &mut dyn io::Read) -> io::Result<Self> {
        let mut sink = Digesting::new(io::sink());
        io::copy(reader, &mut sink)?;
        Ok(sink.finish().1)
    }

    /// Reads a digest; only the form that it is written in.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digest = [0; 32];
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        if pairs.len() != digest.len() {
            return None;
        }
        for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
            *byte = value(*high)? << 4 | value(*low)?;
        }
        Some(Self(digest))
    }
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom("not a SHA-256 digest in small hexadecimal digits"))
    }
}

/// A writer that counts and digests what passes through it.
pub struct Digesting<W> {
    inner: W,
    digest: Sha256,
    size: u64,
}

impl<W: io::Write> Digesting<W> {
    /// Writes to this writer.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            size: 0,
        }
    }

    /// The size and the digest of all that was written.
    pub fn finish(self) -> (u64, Digest) {
        (self.size, Digest(self.digest.finalize().into()))
    }
}

impl<W: io::Write> io::Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_digest_is_written_in_one_form() {
        let digest = Digest::of(b"");
        let text = digest.to_string();
        assert_eq!(
            text,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Digest::parse(&text), Some(digest));
        for other in [
            "",
            text.trim_start_matches('e'),
            &text.to_uppercase(),
            &format!("{text}0"),
            &text.replace('e', "g"),
        ] {
            assert_eq!(Digest::parse(other), None, "{other}");
        }
        let mut digesting = Digesting::new(Vec::new());
        digesting.write_all(b"ab").unwrap();
        digesting.write_all(b"c").unwrap();
        assert_eq!(digesting.finish(), (3, Digest::of(b"abc")));
    }
}
