//! Reads a version in every spelling that PEP 440 takes, in one pass.

use std::str::FromStr;

use super::{LocalSegment, PreKind, Version};
use crate::{
    scanner::{Scanner, is_python_space},
    version::{VersionError, VersionOrder, number::Number},
};

/// Spellings of pre-releases; a longer one stands before its beginning.
const PRE_SPELLINGS: [(&str, PreKind); 8] = [
    ("alpha", PreKind::Alpha),
    ("a", PreKind::Alpha),
    ("beta", PreKind::Beta),
    ("b", PreKind::Beta),
    ("preview", PreKind::Candidate),
    ("pre", PreKind::Candidate),
    ("rc", PreKind::Candidate),
    ("c", PreKind::Candidate),
];
const POST_SPELLINGS: [(&str, ()); 3] = [("post", ()), ("rev", ()), ("r", ())];
const DEV_SPELLINGS: [(&str, ()); 1] = [("dev", ())];

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        VersionOrder::Pep440.read(text, |text| {
            Scanner::whole(text.trim_matches(is_python_space), read)
        })
    }
}

fn read(scanner: &mut Scanner<'_>) -> Option<Version> {
    scanner.eat_ignoring_case("v");
    let mut first = Number::parse(scanner.take_digits())?;
    let mut epoch = Number::ZERO;
    if scanner.eat("!") {
        epoch = std::mem::replace(&mut first, Number::parse(scanner.take_digits())?);
    }
    let release = read_release(scanner, first);
    // Most versions end here.
    if scanner.is_at_end() {
        return Some(Version {
            epoch,
            release,
            pre: None,
            post: None,
            dev: None,
            local: Vec::new(),
        });
    }
    let pre = read_labelled(scanner, &PRE_SPELLINGS);
    let post = read_implicit_post(scanner)
        .or_else(|| read_labelled(scanner, &POST_SPELLINGS).map(|((), number)| number));
    let dev = read_labelled(scanner, &DEV_SPELLINGS).map(|((), number)| number);
    let local = if scanner.eat("+") {
        read_local(scanner)?
    } else {
        Vec::new()
    };
    Some(Version {
        epoch,
        release,
        pre,
        post,
        dev,
        local,
    })
}

fn read_release(scanner: &mut Scanner<'_>, first: Number) -> Vec<Number> {
    let mut release = Vec::with_capacity(4);
    release.push(first);
    loop {
        let mut ahead = *scanner;
        if !ahead.eat(".") {
            return release;
        }
        let Some(number) = Number::parse(ahead.take_digits()) else {
            return release;
        };
        release.push(number);
        *scanner = ahead;
    }
}

/// `1.0-1` is the first post-release of `1.0`.
fn read_implicit_post(scanner: &mut Scanner<'_>) -> Option<Number> {
    let mut ahead = *scanner;
    let number = if ahead.eat("-") {
        Number::parse(ahead.take_digits())
    } else {
        None
    }?;
    *scanner = ahead;
    Some(number)
}

/// A label with an optional separator before and after it; a missing number is nought.
fn read_labelled<T: Copy>(
    scanner: &mut Scanner<'_>,
    spellings: &[(&str, T)],
) -> Option<(T, Number)> {
    let mut ahead = *scanner;
    eat_separator(&mut ahead);
    let &(_, kind) = spellings
        .iter()
        .find(|(spelling, _)| ahead.eat_ignoring_case(spelling))?;
    eat_separator(&mut ahead);
    let number = Number::parse(ahead.take_digits()).unwrap_or(Number::ZERO);
    *scanner = ahead;
    Some((kind, number))
}

fn eat_separator(scanner: &mut Scanner<'_>) -> bool {
    scanner.eat_byte_if(|byte| matches!(byte, b'.' | b'_' | b'-'))
}

fn read_local(scanner: &mut Scanner<'_>) -> Option<Vec<LocalSegment>> {
    let mut segments = Vec::new();
    loop {
        let segment = scanner.take_ascii_while(|byte| byte.is_ascii_alphanumeric());
        if segment.is_empty() {
            return None;
        }
        segments.push(match Number::parse(segment) {
            Some(number) => LocalSegment::Number(number),
            None => LocalSegment::Word(segment.to_ascii_lowercase().into()),
        });
        if !eat_separator(scanner) {
            return Some(segments);
        }
    }
}
