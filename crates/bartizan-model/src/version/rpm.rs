//! Versions of RPM packages, in the order of `rpmvercmp`
//! ([rpm-version(7)](https://rpm.org/docs/latest/man/rpm-version.7)).
//!
//! `[epoch:]version[-release]`. A missing epoch equals `0`; a missing release stands before every release. Of the
//! other two parts runs of digits and runs of letters count, whatever stands between them; a tilde stands before the
//! end, a caret after the end and before everything else, and words before numbers.

use super::{
    VersionOrder,
    number::Number,
    spelled::{OrderKey, Spelled},
};
use crate::scanner::Scanner;

/// A version. Equality is that of the order: `1.0` equals `0:1_00`.
pub type Version = Spelled<Key>;

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    epoch: Vec<Segment>,
    version: Vec<Segment>,
    release: Option<Vec<Segment>>,
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

impl OrderKey for Key {
    const ORDER: VersionOrder = VersionOrder::Rpm;

    fn read(text: &str) -> Option<Self> {
        if text.is_empty()
            || text.contains(|taken: char| taken.is_whitespace() || taken.is_control())
        {
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
        Some(Self {
            epoch: segments(epoch),
            version: segments(version),
            release: release.map(segments),
        })
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    #[test]
    fn the_order_is_that_of_rpmvercmp() {
        laws::ascends::<Version>(&[
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
        ]);
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        laws::are_equal::<Version>(&[
            ("1.0", "0:1.0"),
            ("1.0", ":1_00"),
            ("2.0.1", "2..0.1.é"),
            ("18446744073709551616", "018446744073709551616"),
        ]);
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(&["", " ", "1 0", "1\u{7}"], "a version of an RPM package");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "([0-9]{1,3}:)?[0-9a-c.+~^_-]{1,12}") {
            if let Ok(version) = text.parse::<Version>() {
                laws::survives_printing(&version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("([01]:)?[01a~^.-]{1,6}", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
