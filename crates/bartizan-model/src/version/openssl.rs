//! Versions of OpenSSL ([release strategy](https://openssl-library.org/policies/releasestrat/)).
//!
//! Up to 1.1.1 a release is mended by letters: `1.0.2`, `1.0.2a` … `1.0.2z`, `1.0.2za`. Since 3.0 by its third number.
//! Development, alpha, beta and other previews stand before their release. What follows a `+`, and `-fips`, says
//! how it is built, not what it is.

use super::{
    VersionOrder,
    number::Number,
    spelled::{OrderKey, Spelled},
};
use crate::scanner::Scanner;

/// A version. Equality is that of the order: `1.0.2k-fips` equals `1.0.2k`.
pub type Version = Spelled<Key>;

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    numbers: [Number; 3],
    letters: Box<str>,
    stage: Stage,
}

/// How far a release is, in their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Development,
    Alpha(Number),
    Beta(Number),
    Preview(Number),
    Release,
}

impl OrderKey for Key {
    const ORDER: VersionOrder = VersionOrder::OpenSsl;

    fn read(text: &str) -> Option<Self> {
        let (text, _) = text.split_once('+').unwrap_or((text, ""));
        let text = text.strip_suffix("-fips").unwrap_or(text);
        Scanner::whole(text, key)
    }
}

fn key(scanner: &mut Scanner<'_>) -> Option<Key> {
    let major = Number::parse(scanner.take_digits())?;
    let mut further = || {
        if scanner.eat(".") {
            Number::parse(scanner.take_digits())
        } else {
            Some(Number::ZERO)
        }
    };
    let numbers = [major, further()?, further()?];
    let letters = scanner.take_ascii_while(|byte| byte.is_ascii_lowercase());
    let stage = if scanner.eat("-") {
        stage(scanner)?
    } else {
        Stage::Release
    };
    Some(Key {
        numbers,
        letters: letters.into(),
        stage,
    })
}

fn stage(scanner: &mut Scanner<'_>) -> Option<Stage> {
    let word = scanner.take_ascii_while(|byte| byte.is_ascii_lowercase());
    let number = Number::parse(scanner.take_digits());
    let number = number.unwrap_or(Number::ZERO);
    match word {
        "dev" => Some(Stage::Development),
        "alpha" => Some(Stage::Alpha(number)),
        "beta" => Some(Stage::Beta(number)),
        "pre" => Some(Stage::Preview(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    #[test]
    fn letters_then_numbers() {
        // The dates of the releases in OpenSSL's change log agree with this order within each line.
        laws::ascends::<Version>(&[
            "0.9.6m",
            "0.9.8-beta1",
            "0.9.8",
            "0.9.8a",
            "0.9.8lt",
            "0.9.8z",
            "0.9.8za",
            "0.9.8zh",
            "0.9.8ztl",
            "1.0.0e",
            "1.0.0r",
            "1.0.1h",
            "1.0.2-beta1",
            "1.0.2",
            "1.0.2a",
            "1.0.2u",
            "1.0.2z",
            "1.0.2zd",
            "1.0.2zh",
            "1.1.1-dev",
            "1.1.1-pre1",
            "1.1.1-pre9",
            "1.1.1",
            "1.1.1ag",
            "1.1.1k",
            "1.1.1w",
            "1.1.1z",
            "3.0.0-alpha17",
            "3.0.0-beta2",
            "3.0.0",
            "3.0.9",
            "3.0.13",
            "3.1.0",
            "4.1.11",
            "4.2.0",
        ]);
    }

    #[test]
    fn how_it_was_built_says_nothing() {
        laws::are_equal::<Version>(&[
            ("1.0.2k-fips", "1.0.2k"),
            ("3.0.7+quic", "3.0.7"),
            ("3.1", "3.1.0"),
        ]);
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &[
                "",
                "a",
                "1.",
                "1.0.2K",
                "1.0.2.1",
                "1.0.2-rc1",
                "1.0.2a1",
                "OpenSSL 1.0.2",
            ],
            "a version of OpenSSL",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "[0-9]{1,25}(\\.[0-9]{1,3}){0,2}[a-z]{0,2}(-(dev|alpha|pre)[0-9]{0,2})?") {
            laws::survives_printing::<Version>(&text.parse().unwrap());
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("[01](\\.[01]){0,2}[az]{0,2}(-(dev|alpha|beta|pre)[01]?)?", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
