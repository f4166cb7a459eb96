//! Versions of RPM packages, in the order of `rpmvercmp`
//! ([rpm-version(7)](https://rpm.org/docs/latest/man/rpm-version.7)).
//!
//! `[epoch:]version[-release]`. A missing epoch equals `0`; a missing release stands before every release. Of the
//! other two parts runs of digits and runs of letters count, whatever stands between them; a tilde stands before the
//! end, a caret after the end and before everything else, and words before numbers.

use std::{fmt, str::FromStr};

use super::number::Number;
use crate::scanner::{Scanner, excerpt};

/// A version. Equality is that of the order: `1.0` equals `0:1_00`.
#[derive(Debug, Clone)]
pub struct Version {
    text: Box<str>,
    key: Key,
}

/// What is ordered: epoch, version, release.
type Key = (Vec<Segment>, Vec<Segment>, Option<Vec<Segment>>);

/// The text is not a version of this scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It does not follow the scheme.
    #[error("`{0}` is not a version of an RPM package")]
    NotRpm(String),
    /// Nobody writes a version of this length.
    #[error("a version of {0} bytes is longer than the limit of {limit}", limit = Version::MAX_LENGTH)]
    TooLong(usize),
}

/// A run of a version, in the order in which different ones stand where two versions part. Each list of them ends
/// with [`Segment::End`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Tilde,
    End,
    Caret,
    Word(Box<str>),
    Number(Number),
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
        read(text.trim()).ok_or_else(|| VersionError::NotRpm(excerpt(text)))
    }
}

fn read(text: &str) -> Option<Version> {
    if text.is_empty() || text.contains(|taken: char| taken.is_whitespace() || taken.is_control()) {
        return None;
    }
    // Only digits before the first colon are an epoch; none is the epoch 0.
    let (epoch, rest) = text
        .split_once(':')
        .filter(|(epoch, _)| epoch.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(("0", text), |(epoch, rest)| {
            (if epoch.is_empty() { "0" } else { epoch }, rest)
        });
    let (version, release) = rest
        .rsplit_once('-')
        .map_or((rest, None), |(version, release)| (version, Some(release)));
    let key = (segments(epoch), segments(version), release.map(segments));
    Some(Version {
        text: text.into(),
        key,
    })
}

fn segments(text: &str) -> Vec<Segment> {
    let mut scanner = Scanner::new(text);
    let mut segments = Vec::new();
    loop {
        scanner.take_while(|sign| !sign.is_ascii_alphanumeric() && !['~', '^'].contains(&sign));
        let segment = match scanner.peek_byte() {
            Some(b'~') if scanner.eat("~") => Segment::Tilde,
            Some(b'^') if scanner.eat("^") => Segment::Caret,
            Some(_) => match Number::parse(scanner.take_digits()) {
                Some(number) => Segment::Number(number),
                None => Segment::Word(
                    scanner
                        .take_ascii_while(|byte| byte.is_ascii_alphabetic())
                        .into(),
                ),
            },
            None => {
                segments.push(Segment::End);
                return segments;
            }
        };
        segments.push(segment);
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
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
    fn the_order_is_that_of_rpmvercmp() {
        let ascending = [
            "1.0~~",
            "1.0~rc1",
            "1.0~rc1^git1",
            "1.0",
            "1.0-1.el8",
            "1.0-1.el9",
            "1.0-10.el8",
            "1.0^",
            "1.0^git1",
            "1.0^git1.1",
            "1.0aa",
            "1.0.1",
            "1.1",
            "1.10",
            "1:0.1",
            "10:0",
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
            ("1.0", "0:1.0"),
            ("1.0", ":1_00"),
            ("2.0.1", "2..0.1.é"),
            ("18446744073709551616", "018446744073709551616"),
        ] {
            assert!(parse(a).cmp(&parse(b)).is_eq(), "{a} {b}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", " ", "1 0", "1\u{7}"] {
            let error = text.parse::<Version>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{text}` is not a version of an RPM package")
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "([0-9]{1,3}:)?[0-9a-c.+~^_-]{1,12}") {
            if let Ok(version) = text.parse::<Version>() {
                prop_assert_eq!(parse(&version.to_string()), version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("([01]:)?[01a~^.-]{1,6}", 3)) {
            let mut versions: Vec<Version> = texts.iter().filter_map(|text| text.parse().ok()).collect();
            versions.sort();
            prop_assert!(versions.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(versions.first() <= versions.last());
        }
    }
}
