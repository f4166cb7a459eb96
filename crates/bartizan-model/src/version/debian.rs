//! Versions of Debian packages, in the order of dpkg
//! ([deb-version(7)](https://manpages.debian.org/deb-version), Debian Policy 5.6.12).
//!
//! Ubuntu shares it. `[epoch:]upstream[-revision]`: epochs are numbers; the other two are compared piece by piece, a
//! run without digits and a number in turn, where a tilde stands before the end, the end before letters, and letters
//! before everything else. A missing revision equals `0`.

use std::{cmp::Ordering, fmt, str::FromStr};

use super::number::Number;
use crate::scanner::{Scanner, excerpt};

/// A version. Equality is that of the order: `1.0` equals `0:1.0-0`.
#[derive(Debug, Clone)]
pub struct Version {
    text: Box<str>,
    epoch: Number,
    upstream: Vec<Piece>,
    revision: Vec<Piece>,
}

/// The text is not a version of this scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It does not follow the scheme.
    #[error("`{0}` is not a version of a Debian package")]
    NotDebian(String),
    /// Nobody writes a version of this length.
    #[error("a version of {0} bytes is longer than the limit of {limit}", limit = Version::MAX_LENGTH)]
    TooLong(usize),
}

/// A run without digits and the number after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    /// Ends with [`Rank::End`], so that a tilde stands before what is shorter.
    run: Vec<Rank>,
    number: Number,
}

/// The place of a character in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Tilde,
    End,
    Letter(u8),
    Other(u8),
}

impl Version {
    /// Longer texts are refused.
    pub const MAX_LENGTH: usize = 1 << 16;
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(VersionError::TooLong(text.len()));
        }
        read(text.trim()).ok_or_else(|| VersionError::NotDebian(excerpt(text)))
    }
}

fn read(text: &str) -> Option<Version> {
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) => (Number::parse(epoch)?, rest),
        None => (Number::ZERO, text),
    };
    let (upstream, revision) = match rest.rsplit_once('-') {
        Some((_, "")) => return None,
        Some((upstream, revision)) => (upstream, revision),
        None => (rest, "0"),
    };
    let is_taken = |text: &str, signs: &[u8]| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
    };
    if upstream.is_empty() || !is_taken(upstream, b".-+~:") || !is_taken(revision, b".+~") {
        return None;
    }
    Some(Version {
        text: text.into(),
        epoch,
        upstream: pieces(upstream),
        revision: pieces(revision),
    })
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut scanner = Scanner::new(text);
    let mut pieces = Vec::new();
    while !scanner.is_at_end() {
        let run = scanner.take_ascii_while(|byte| !byte.is_ascii_digit());
        let run = run.bytes().map(rank).chain([Rank::End]).collect();
        let number = Number::parse(scanner.take_digits()).unwrap_or(Number::ZERO);
        pieces.push(Piece { run, number });
    }
    pieces
}

fn rank(byte: u8) -> Rank {
    match byte {
        b'~' => Rank::Tilde,
        letter if letter.is_ascii_alphabetic() => Rank::Letter(letter),
        other => Rank::Other(other),
    }
}

/// What is shorter goes on as an empty run and nought.
fn compare_pieces(a: &[Piece], b: &[Piece]) -> Ordering {
    let missing = Piece {
        run: vec![Rank::End],
        number: Number::ZERO,
    };
    (0..a.len().max(b.len()))
        .map(|index| {
            let piece = |pieces| <[Piece]>::get(pieces, index).unwrap_or(&missing);
            piece(a).cmp(piece(b))
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_pieces(&self.upstream, &other.upstream))
            .then_with(|| compare_pieces(&self.revision, &other.revision))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Version {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn the_order_is_that_of_dpkg() {
        let ascending = [
            "0~~",
            "0~~a",
            "0~",
            "0",
            "1.0~rc1-1",
            "1.0",
            "1.0-1~deb7u1",
            "1.0-1",
            "1.0-1+b1",
            "1.0-1.1",
            "1.0a",
            "1.0z",
            "1.0+dfsg",
            "1.0.1",
            "1.2",
            "1.10",
            "18446744073709551616",
            "1:0",
            "2:0",
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(parse(a).cmp(&parse(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        for (a, b) in [
            ("1.0", "0:1.0-0"),
            ("1.0", "01.00-00"),
            ("1.0a", "1.0a0"),
            ("1:2", "01:2"),
        ] {
            assert!(parse(a).cmp(&parse(b)).is_eq(), "{a} {b}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "a:1", "1-", ":1", "1 0", "1.0_1", "1.0-é", "-1"] {
            let error = text.parse::<Version>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{text}` is not a version of a Debian package")
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "([0-9]{1,25}:)?[0-9][0-9a-c.+~-]{0,12}") {
            if let Ok(version) = text.parse::<Version>() {
                prop_assert_eq!(parse(&version.to_string()), version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("([0-2]:)?[01][01a~+.-]{0,6}", 3)) {
            let mut versions: Vec<Version> = texts.iter().filter_map(|text| text.parse().ok()).collect();
            versions.sort();
            prop_assert!(versions.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(versions.first() <= versions.last());
        }
    }
}
