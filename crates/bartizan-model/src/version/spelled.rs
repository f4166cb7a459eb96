//! What the schemes share whose versions print as they are written: a spelling, and the key by which it is ordered.

use std::{cmp::Ordering, fmt, str::FromStr};

use super::{VersionError, VersionOrder};

/// What the versions of a scheme are ordered by. A scheme is its key.
pub trait OrderKey: Ord + Sized {
    /// The scheme.
    const ORDER: VersionOrder;

    /// Reads a version without space around it; `None` when it does not follow the scheme.
    fn read(text: &str) -> Option<Self>;
}

/// A version as it is written. Equality is that of the order, whatever the spelling.
#[derive(Debug, Clone)]
pub struct Spelled<K> {
    text: Box<str>,
    key: K,
}

impl<K: OrderKey> FromStr for Spelled<K> {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        K::ORDER.read(text, |text| {
            let text = text.trim();
            Some(Self {
                key: K::read(text)?,
                text: text.into(),
            })
        })
    }
}

impl<K: Ord> Ord for Spelled<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl<K: Ord> PartialOrd for Spelled<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> PartialEq for Spelled<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord> Eq for Spelled<K> {}

impl<K> fmt::Display for Spelled<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
