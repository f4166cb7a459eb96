//! Addresses, and the keyed hashes that are all of them that leaves memory.
//!
//! A hash without a key would be no protection: addresses can be guessed. The key lies in the home of whoever runs
//! Bartizan, and hashes of two homes cannot be compared.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// An address of electronic mail. It cannot be printed, serialised or taken out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address(String);

impl Address {
    /// The address as it stands in a history.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What leaves memory in its place.
    pub fn keyed(&self, key: &Key) -> Pseudonym {
        key.pseudonym(&["address", &self.0.to_lowercase()])
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The key of a home. It cannot be printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of random bytes, which the caller keeps.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The keyed hash of some words. No choice of words equals another one.
    pub fn pseudonym(&self, words: &[&str]) -> Pseudonym {
        let Ok(mut hash) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // Every length of key is allowed.
            return Pseudonym([0; 16]);
        };
        for word in words {
            hash.update(&(word.len() as u64).to_le_bytes());
            hash.update(word.as_bytes());
        }
        let whole = hash.finalize().into_bytes();
        let mut first = [0; 16];
        first
            .iter_mut()
            .zip(whole)
            .for_each(|(to, byte)| *to = byte);
        Pseudonym(first)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A keyed hash that stands for a person or an address, as hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 16]);

impl Pseudonym {
    /// Reads what [`Display`](fmt::Display) writes; none where it is anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        let read = Self(bytes);
        (read.to_string() == text).then_some(read)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_seen_by_nobody() {
        let address = Address::new("Somebody@Example.org");
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_eq!(format!("{address:?} {one:?}"), "*** ***");
        assert_eq!(
            address.keyed(&one),
            Address::new("somebody@example.ORG").keyed(&one)
        );
        assert_ne!(address.keyed(&one), address.keyed(&other));
        assert_ne!(one.pseudonym(&["ab", "c"]), one.pseudonym(&["a", "bc"]));
        let pseudonym = address.keyed(&one);
        assert_eq!(Pseudonym::read(&pseudonym.to_string()), Some(pseudonym));
        for wrong in [
            "",
            "e7",
            "é",
            &format!("{pseudonym}0"),
            &pseudonym.to_string().to_uppercase(),
        ] {
            assert_eq!(Pseudonym::read(wrong), None, "{wrong}");
        }
        // RFC 4231 has no such words; what the hash is today it must stay, or people lose their names.
        insta::assert_snapshot!(address.keyed(&one), @"e72ac62a224df8b7e874e497a7f799ef");
    }
}
