//! Versions of Alpine packages, in the order of apk-tools 3
//! ([apk-package(5)](https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd)).
//!
//! Wolfi and Chainguard share it. `number{.number}…[letter]{_suffix[number]}…[~hash][-rN]`. What does not follow that
//! is refused: versions 2 and 3 of apk order such texts differently, and a guess could hide a vulnerability. Only the
//! number after a letter (`5.9.2p1`) is taken, which Alpine has used and both order alike.

use super::{
    VersionOrder,
    number::Number,
    spelled::{OrderKey, Spelled},
};
use crate::scanner::Scanner;

/// A version. Equality is that of the order: `1-r1` equals `1-r01`.
pub type Version = Spelled<Key>;

/// What is ordered. The last token is `Token::End`, so that no version is the beginning of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(Vec<Token>);

/// A token, in the order in which tokens of different kinds stand where two versions part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    /// A suffix of what comes before the version, by its place in [`BEFORE`].
    Before(usize),
    End,
    Build(Number),
    Hash(Box<str>),
    SuffixNumber(Number),
    /// A suffix of what comes after the version, by its place in [`AFTER`].
    After(usize),
    Letter(u8),
    /// A number after a stop that starts with nought is ordered as text, before all others.
    LeadingZero(Box<str>),
    Number(Number),
}

/// Suffixes of what comes before a version, in their order.
const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
/// Suffixes of what comes after a version, in their order.
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

impl OrderKey for Key {
    const ORDER: VersionOrder = VersionOrder::Alpine;

    fn read(text: &str) -> Option<Self> {
        Scanner::whole(text, tokens).map(Self)
    }
}

fn tokens(scanner: &mut Scanner<'_>) -> Option<Vec<Token>> {
    let mut tokens = vec![Token::Number(Number::parse(scanner.take_digits())?)];
    while scanner.eat(".") {
        let digits = scanner.take_digits();
        let number = Number::parse(digits)?;
        tokens.push(if digits.starts_with('0') {
            Token::LeadingZero(digits.into())
        } else {
            Token::Number(number)
        });
    }
    if let Some(letter) = scanner.peek_byte().filter(u8::is_ascii_lowercase) {
        scanner.eat_byte_if(|_| true);
        tokens.push(Token::Letter(letter));
        tokens.extend(Number::parse(scanner.take_digits()).map(Token::Number));
    }
    while scanner.eat("_") {
        let word = scanner.take_ascii_while(|byte| byte.is_ascii_lowercase());
        let place = |words: &[&str]| words.iter().position(|known| *known == word);
        tokens.push(match place(&BEFORE) {
            Some(place) => Token::Before(place),
            None => Token::After(place(&AFTER)?),
        });
        tokens.extend(Number::parse(scanner.take_digits()).map(Token::SuffixNumber));
    }
    if scanner.eat("~") {
        let is_hash = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let hash = scanner.take_ascii_while(is_hash);
        tokens.push((!hash.is_empty()).then(|| Token::Hash(hash.into()))?);
    }
    if scanner.eat("-r") {
        tokens.push(Token::Build(Number::parse(scanner.take_digits())?));
    }
    tokens.push(Token::End);
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    #[test]
    fn the_order_is_that_of_apk() {
        laws::ascends::<Version>(&[
            "1.2_alpha",
            "1.2_alpha1",
            "1.2_beta",
            "1.2_rc1",
            "1.2_rc2",
            "1.2",
            "1.2-r0",
            "1.2-r1",
            "1.2~0a",
            "1.2_git",
            "1.2_p",
            "1.2_p1",
            "1.2a",
            "1.2b",
            "1.2b1-r0",
            "1.2b2",
            "1.2.0",
            "1.2.00",
            "1.2.01",
            "1.2.1",
            "1.2.10",
            "1.10",
            "10_pre2-r1",
            "10",
        ]);
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        laws::are_equal::<Version>(&[("01.2", "1.2"), ("1-r1", "1-r01")]);
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &[
                "", "a", "1.", "1..0", "1.2A", "1ab", "1_x", "1-1", "1-r", "1~", "1-r1_p1", "1.0 1",
            ],
            "a version of an Alpine package",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "[0-9]{1,25}(\\.[0-9]{1,3}){0,3}[a-z]?(_(alpha|rc|p|hg)[0-9]{0,2}){0,2}(~[0-9a-f]{1,4})?(-r[0-9])?") {
            if let Ok(version) = text.parse::<Version>() {
                laws::survives_printing(&version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("[01](\\.[0-2]{1,2}){0,2}[ab]?(_(alpha|rc|p)[01]?){0,2}(-r[01])?", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
