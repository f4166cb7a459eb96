//! What `SemVer` and Julia share: three numbers, then identifiers separated by stops.

use std::{cmp::Ordering, fmt};

use super::number::Number;
use crate::scanner::Scanner;

/// One identifier of a pre-release or build part, in its order: an empty one, numbers, words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Identifier {
    Empty,
    Number(Number),
    Word(Box<str>),
}

impl Identifier {
    fn new(text: &str) -> Self {
        match Number::parse(text) {
            Some(number) => Self::Number(number),
            None if text.is_empty() => Self::Empty,
            None => Self::Word(text.into()),
        }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// The three numbers and the pre-release, which `SemVer` and Julia order alike (`SemVer` 2.0, section 11).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Precedence {
    pub(super) core: [Number; 3],
    pub(super) pre: Vec<Identifier>,
}

impl Precedence {
    /// Whether it is a pre-release.
    pub(super) fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }
}

impl Ord for Precedence {
    fn cmp(&self, other: &Self) -> Ordering {
        self.core
            .cmp(&other.core)
            // What has no pre-release part comes last.
            .then_with(|| other.is_prerelease().cmp(&self.is_prerelease()))
            .then_with(|| self.pre.cmp(&other.pre))
    }
}

impl PartialOrd for Precedence {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Precedence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = &self.core;
        write!(f, "{major}.{minor}.{patch}")?;
        write_identifiers(f, "-", &self.pre)
    }
}

/// Reads `1`, `1.2` or `1.2.3`; a missing number is nought.
pub(super) fn read_core(scanner: &mut Scanner<'_>) -> Option<[Number; 3]> {
    let mut core = [
        Number::parse(scanner.take_digits())?,
        Number::ZERO,
        Number::ZERO,
    ];
    for number in core.iter_mut().skip(1) {
        let mut ahead = *scanner;
        if !ahead.eat(".") {
            break;
        }
        let Some(next) = Number::parse(ahead.take_digits()) else {
            break;
        };
        *number = next;
        *scanner = ahead;
    }
    Some(core)
}

/// Reads letters, digits and hyphens, separated by stops; identifiers may be empty.
pub(super) fn read_identifiers(scanner: &mut Scanner<'_>) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    loop {
        let text = scanner.take_ascii_while(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        identifiers.push(Identifier::new(text));
        if !scanner.eat(".") {
            return identifiers;
        }
    }
}

/// Writes identifiers with stops between them, after a sign; nothing where there are none.
pub(super) fn write_identifiers(
    f: &mut fmt::Formatter<'_>,
    sign: &str,
    identifiers: &[Identifier],
) -> fmt::Result {
    for (index, identifier) in identifiers.iter().enumerate() {
        let separator = if index == 0 { sign } else { "." };
        write!(f, "{separator}{identifier}")?;
    }
    Ok(())
}
