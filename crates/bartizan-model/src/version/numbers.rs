//! Release numbers as most C, C++ and Fortran libraries write them: `2.9.14`, `9e`, `1.14.1-2`, `2.10.0rc1`.
//!
//! Numbers count one after the other, whatever of `.`, `-` and `_` stands between them; a missing one is nought.
//! Words for previews stand before the release, a single letter (libjpeg's `9e`) and words for patches after it and before
//! the next number. A text with any other word is refused: a guess at its place could hide a vulnerability.

use super::{
    VersionOrder,
    number::Number,
    spelled::{OrderKey, Spelled},
};
use crate::scanner::Scanner;

/// A version. Equality is that of the order: `1.3` equals `1.3.0`.
pub type Version = Spelled<Key>;

/// What is ordered. The last token is `Token::End`; noughts before a word or the end are left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(Vec<Token>);

/// A token, in the order in which different ones stand where two versions part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    /// A word for what comes before the release, by its place in [`BEFORE`].
    Before(usize),
    End,
    /// A word for what comes after the release.
    Patch,
    Letter(u8),
    Number(Number),
}

/// Words for what comes before a release, each with its place in their order.
const BEFORE: [(&str, usize); 9] = [
    ("dev", 0),
    ("snapshot", 0),
    ("alpha", 1),
    ("beta", 2),
    ("pre", 3),
    ("prerelease", 3),
    ("preview", 3),
    ("rc", 4),
    ("cr", 4),
];
/// Words for what comes after a release.
const AFTER: [&str; 4] = ["p", "patch", "pl", "post"];

impl OrderKey for Key {
    const ORDER: VersionOrder = VersionOrder::Numbers;

    fn read(text: &str) -> Option<Self> {
        Scanner::whole(text, tokens).map(Self)
    }
}

fn tokens(scanner: &mut Scanner<'_>) -> Option<Vec<Token>> {
    let mut tokens = vec![Token::Number(Number::parse(scanner.take_digits())?)];
    while !scanner.is_at_end() {
        scanner.eat_byte_if(|byte| matches!(byte, b'.' | b'-' | b'_'));
        let token = match Number::parse(scanner.take_digits()) {
            Some(number) => Token::Number(number),
            None => word(scanner.take_ascii_while(|byte| byte.is_ascii_alphabetic()))?,
        };
        if !matches!(token, Token::Number(_)) {
            drop_noughts(&mut tokens);
        }
        tokens.push(token);
    }
    drop_noughts(&mut tokens);
    tokens.push(Token::End);
    Some(tokens)
}

fn word(word: &str) -> Option<Token> {
    let word = word.to_ascii_lowercase();
    if let Some((_, place)) = BEFORE.iter().find(|(known, _)| *known == word) {
        return Some(Token::Before(*place));
    }
    match word.as_bytes() {
        _ if AFTER.contains(&word.as_str()) => Some(Token::Patch),
        [letter] => Some(Token::Letter(*letter)),
        _ => None,
    }
}

/// Noughts at the end of the numbers say nothing.
fn drop_noughts(tokens: &mut Vec<Token>) {
    while matches!(tokens.last(), Some(Token::Number(number)) if number.is_zero()) {
        tokens.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    #[test]
    fn numbers_count_and_words_say_before_or_after() {
        laws::ascends::<Version>(&[
            "0",
            "1-dev",
            "1.0alpha",
            "1.0.0-beta.2",
            "1_rc1",
            "1.0-RC2",
            "1",
            "1.0p1",
            "1.0a",
            "1.0b",
            "1.0.1",
            "1.2.9",
            "1.2.10",
            "1.14.1",
            "1.14.1-2",
            "1.14.2",
            "6b",
            "9e",
            "9f",
            "2023.2.0",
            "20180911",
        ]);
    }

    #[test]
    fn spellings_of_one_release_are_equal() {
        laws::are_equal::<Version>(&[
            ("1.3", "1.3.0"),
            ("7_88_1", "7.88.1"),
            ("1.14.1-2", "1.14.1.2"),
            ("2.0.0rc1", "2.0-RC1"),
            ("1.02", "1.2"),
        ]);
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &[
                "",
                "v1",
                "1.",
                "1..2",
                "1.3.1.zlib-ng",
                "1.2.3+1",
                "1 2",
                "1.2za",
                "master",
            ],
            "a release number",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "[0-9]{1,25}([._-][0-9]{1,3}){0,3}([._-]?(rc|beta|patch|e)[0-9]{0,2})?") {
            laws::survives_printing::<Version>(&text.parse().unwrap());
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("[01]([.-][0-1]){0,2}(-?(rc|dev|p|b)[01]?)?", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
