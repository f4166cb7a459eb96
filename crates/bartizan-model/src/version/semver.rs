//! Versions by [SemVer 2.0](https://semver.org/spec/v2.0.0.html).
//!
//! As lenient as OSV's own reading of `SEMVER` ranges, because records are written against it: a leading `v`, missing
//! minor and patch numbers, leading noughts and empty identifiers (read as `-`) are taken. A fourth number, or a
//! pre-release without its hyphen, is refused: guessing an order there could hide a vulnerability.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use super::{
    VersionError, VersionOrder,
    identifier::{Identifier, Precedence, read_core, read_identifiers, write_identifiers},
};
use crate::scanner::Scanner;

/// A version. Equality and order ignore build metadata, as the standard asks.
#[derive(Debug, Clone)]
pub struct Version {
    precedence: Precedence,
    build: Vec<Identifier>,
}

impl Version {
    /// Whether it is a pre-release.
    pub fn is_prerelease(&self) -> bool {
        self.precedence.is_prerelease()
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        VersionOrder::SemVer.read(text, |text| Scanner::whole(text, read))
    }
}

fn read(scanner: &mut Scanner<'_>) -> Option<Version> {
    scanner.eat("v");
    let core = read_core(scanner)?;
    let mut read_part = |sign| {
        if scanner.eat(sign) {
            read_identifiers(scanner)
        } else {
            Vec::new()
        }
    };
    let (mut pre, mut build) = (read_part("-"), read_part("+"));
    for identifier in pre.iter_mut().chain(&mut build) {
        if *identifier == Identifier::Empty {
            *identifier = Identifier::Word("-".into());
        }
    }
    let precedence = Precedence { core, pre };
    Some(Version { precedence, build })
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.precedence.cmp(&other.precedence)
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

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.precedence.hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.precedence.fmt(f)?;
        write_identifiers(f, "+", &self.build)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    fn check(text: &str, expect: &str) {
        let printed = text
            .parse::<Version>()
            .map_or_else(|error| error.to_string(), |version| version.to_string());
        assert_eq!(printed, expect, "{text}");
    }

    #[test]
    fn the_order_is_that_of_the_standard() {
        laws::ascends::<Version>(&[
            "0.0.0-0",
            "0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.18446744073709551616",
            "2.1.0",
            "2.1.1",
        ]);
        assert_eq!("1.0.0+a".parse::<Version>(), "v1+b".parse::<Version>());
    }

    #[test]
    fn spellings_that_osv_takes_are_taken() {
        check("v1.2", "1.2.0");
        check("01.2.03-04.a", "1.2.3-4.a");
        check("1.0.0-a..0+", "1.0.0-a.-.0+-");
        check("1.2.3-x-y.7.z+build.01", "1.2.3-x-y.7.z+build.1");
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &[
                "",
                "a",
                "1.2.3.4",
                "1.0.0rc1",
                "1.0.0-é",
                "1..2",
                " 1.0.0",
                "V1",
                "1.0.0+a+b",
                "-1",
            ],
            "a semantic version",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "v?[0-9]{1,25}(\\.[0-9]{1,3}){0,2}(-[0-9a-b.-]{0,6})?(\\+[0-9a-z.-]{0,6})?") {
            laws::survives_printing::<Version>(&text.parse().unwrap());
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("[0-1](\\.[0-1]){0,2}(-[0-1ab.-]{0,3})?", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
