//! Versions of Julia packages, in the order of Julia's
//! [`VersionNumber`](https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals).
//!
//! They look like `SemVer`, but build numbers count: binary packages (`OpenSSL_jll`) are rebuilt as `3.0.8+1`.

use std::{cmp::Ordering, fmt, str::FromStr};

use super::{
    VersionError, VersionOrder,
    identifier::{Identifier, Precedence, read_core, read_identifiers, write_identifiers},
};
use crate::scanner::Scanner;

/// A version. `1.0` equals `1.0.0`; a version without build number stands before those with one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// One empty identifier (`1.0-`) stands before every pre-release.
    precedence: Precedence,
    /// One empty identifier (`1.0+`) stands after every build.
    build: Vec<Identifier>,
}

impl Version {
    /// Whether it is a pre-release.
    pub fn is_prerelease(&self) -> bool {
        self.precedence.is_prerelease()
    }

    fn is_after_every_build(&self) -> bool {
        self.build == [Identifier::Empty]
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        VersionOrder::Julia.read(text, |text| Scanner::whole(text, read))
    }
}

fn read(scanner: &mut Scanner<'_>) -> Option<Version> {
    scanner.eat_ignoring_case("v");
    let core = read_core(scanner)?;
    // The hyphen may be left out where a letter follows: `1.0rc1`.
    let has_pre = scanner.eat("-")
        || scanner
            .peek_byte()
            .is_some_and(|byte| byte.is_ascii_alphabetic());
    let pre = if has_pre {
        read_identifiers(scanner)
    } else {
        Vec::new()
    };
    let build = if scanner.eat("+") {
        read_identifiers(scanner)
    } else {
        Vec::new()
    };
    let has_gap = |part: &[Identifier]| part.len() > 1 && part.contains(&Identifier::Empty);
    let is_open_with_build = pre == [Identifier::Empty] && !build.is_empty();
    (!has_gap(&pre) && !has_gap(&build) && !is_open_with_build).then_some(Version {
        precedence: Precedence { core, pre },
        build,
    })
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.precedence
            .cmp(&other.precedence)
            .then_with(|| {
                self.is_after_every_build()
                    .cmp(&other.is_after_every_build())
            })
            .then_with(|| self.build.cmp(&other.build))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
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
    fn builds_count_in_the_order() {
        laws::ascends::<Version>(&[
            "0-",
            "0",
            "4.5.0",
            "4.5.1-",
            "4.5.1-0",
            "4.5.1-rc1",
            "4.5.1-rc1+0",
            "4.5.1",
            "4.5.1+0",
            "4.5.1+0.1",
            "4.5.1+1",
            "4.5.1+10",
            "4.5.1+a",
            "4.5.1+",
            "4.6",
        ]);
        assert_eq!("1.0".parse::<Version>(), "1.0.0".parse::<Version>());
    }

    #[test]
    fn spellings_that_julia_takes_are_taken() {
        check("v1", "1.0.0");
        check("1.2rc1", "1.2.0-rc1");
        check("V1.2.3-a.1+5.b", "1.2.3-a.1+5.b");
        check("99999999999999999999.0.0+1", "99999999999999999999.0.0+1");
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &[
                "", "x", "1.2.3.4", "1.0-a..b", "1.0-+1", "1.0+a..b", "1.0 ", "1.", "1.0-é",
            ],
            "a version of a Julia package",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "v?[0-9]{1,25}(\\.[0-9]{1,3}){0,2}(-?[a-z][0-9a-c-]{0,6})?(\\+[0-9a-z]{0,6})?") {
            laws::survives_printing::<Version>(&text.parse().unwrap());
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("[0-1](\\.[0-1]){0,2}(-[01ab]{0,2})?(\\+[01ab]{1,2})?", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
