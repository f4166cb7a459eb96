//! Versions of Debian packages, in the order of dpkg
//! ([deb-version(7)](https://manpages.debian.org/deb-version), Debian Policy 5.6.12).
//!
//! Ubuntu shares it. `[epoch:]upstream[-revision]`: epochs are numbers; the other two are compared piece by piece, a
//! run without digits and a number in turn, where a tilde stands before the end, the end before letters, and letters
//! before everything else. A missing revision equals `0`.

use super::{
    VersionOrder,
    number::Number,
    padded::Padded,
    spelled::{OrderKey, Spelled},
};
use crate::scanner::Scanner;

/// A version. Equality is that of the order: `1.0` equals `0:1.0-0`.
pub type Version = Spelled<Key>;

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    epoch: Number,
    upstream: Padded<Piece>,
    revision: Padded<Piece>,
}

/// A run without digits and the number after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    /// Ends with [`Rank::End`], so that a tilde stands before what is shorter.
    run: Vec<Rank>,
    number: Number,
}

/// What is shorter goes on as an empty run and nought.
impl Default for Piece {
    fn default() -> Self {
        Self {
            run: vec![Rank::End],
            number: Number::ZERO,
        }
    }
}

/// The place of a character in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Tilde,
    End,
    Letter(u8),
    Other(u8),
}

impl OrderKey for Key {
    const ORDER: VersionOrder = VersionOrder::Debian;

    fn read(text: &str) -> Option<Self> {
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
        Some(Self {
            epoch,
            upstream: pieces(upstream),
            revision: pieces(revision),
        })
    }
}

fn pieces(text: &str) -> Padded<Piece> {
    let mut scanner = Scanner::new(text);
    let mut pieces = Vec::new();
    while !scanner.is_at_end() {
        let run = scanner.take_ascii_while(|byte| !byte.is_ascii_digit());
        let run = run.bytes().map(rank).chain([Rank::End]).collect();
        let number = Number::parse(scanner.take_digits()).unwrap_or(Number::ZERO);
        pieces.push(Piece { run, number });
    }
    Padded(pieces)
}

fn rank(byte: u8) -> Rank {
    match byte {
        b'~' => Rank::Tilde,
        letter if letter.is_ascii_alphabetic() => Rank::Letter(letter),
        other => Rank::Other(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    #[test]
    fn the_order_is_that_of_dpkg() {
        laws::ascends::<Version>(&[
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
        ]);
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        laws::are_equal::<Version>(&[
            ("1.0", "0:1.0-0"),
            ("1.0", "01.00-00"),
            ("1.0a", "1.0a0"),
            ("1:2", "01:2"),
        ]);
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &["", "a:1", "1-", ":1", "1 0", "1.0_1", "1.0-é", "-1"],
            "a version of a Debian package",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "([0-9]{1,25}:)?[0-9][0-9a-c.+~-]{0,12}") {
            if let Ok(version) = text.parse::<Version>() {
                laws::survives_printing(&version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("([0-2]:)?[01][01a~+.-]{0,6}", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
