//! Versions of conda packages, in the order of conda's `VersionOrder`
//! ([CEP 33](https://github.com/conda/ceps/blob/main/cep-0033.md)).
//!
//! `[epoch!]version[+local]`, lower case. Components between stops and underscores are runs of digits and of letters;
//! one that starts with a letter has a nought before it. `dev` stands before every word, words before numbers, `post`
//! after every number, and what is missing is nought. An underscore at the end is a word of its own, taken after a
//! number only.

use std::{cmp::Ordering, fmt, str::FromStr};

use super::number::Number;
use crate::scanner::{Scanner, excerpt};

/// A version. Equality is that of the order: `1.1` equals `1.1.0`.
#[derive(Debug, Clone)]
pub struct Version {
    text: Box<str>,
    epoch: Number,
    release: Vec<Component>,
    local: Vec<Component>,
}

/// The text is not a version of this scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It does not follow the scheme.
    #[error("`{0}` is not a version of a conda package")]
    NotConda(String),
    /// Nobody writes a version of this length.
    #[error("a version of {0} bytes is longer than the limit of {limit}", limit = Version::MAX_LENGTH)]
    TooLong(usize),
}

/// What stands between two stops.
type Component = Vec<Run>;

/// A run of a component, in its order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// `dev` is written `DEV` here: capitals stand before the underscore and small letters.
    Word(Box<str>),
    Number(Number),
    /// `post` stands after every number.
    Post,
}

/// What is missing.
const NOUGHT: Run = Run::Number(Number::ZERO);

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
        read(text.trim()).ok_or_else(|| VersionError::NotConda(excerpt(text)))
    }
}

fn read(text: &str) -> Option<Version> {
    let mut lower = text.to_ascii_lowercase();
    // Hyphens are taken for underscores, but not beside them.
    if lower.contains('-') && !lower.contains('_') {
        lower = lower.replace('-', "_");
    }
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"*.+!_".contains(&byte);
    if !lower.bytes().all(is_taken) {
        return None;
    }
    let (epoch, rest) = match lower.split_once('!') {
        Some((epoch, rest)) => (Number::parse(epoch)?, rest),
        None => (Number::ZERO, lower.as_str()),
    };
    let (release, local) = match rest.split_once('+') {
        Some((release, local)) => (release, Some(local)),
        None => (rest, None),
    };
    // An underscore at the end is part of the last component: `1.0.1_` stands before `1.0.1a`.
    let (body, ending) = match release.strip_suffix('_') {
        Some(body) => (body, "_"),
        None => (release, ""),
    };
    Some(Version {
        text: text.into(),
        epoch,
        release: components(body, ending)?,
        local: local.map_or(Some(Vec::new()), |local| components(local, ""))?,
    })
}

/// `None` where a component is empty, or holds what separates the parts of a version.
fn components(text: &str, ending: &str) -> Option<Vec<Component>> {
    let mut components: Vec<String> = text.split(['.', '_']).map(str::to_owned).collect();
    components.last_mut()?.push_str(ending);
    components.iter().map(|text| component(text)).collect()
}

fn component(text: &str) -> Option<Component> {
    if text.is_empty() {
        return None;
    }
    let mut scanner = Scanner::new(text);
    let mut runs = Vec::new();
    while !scanner.is_at_end() {
        if let Some(number) = Number::parse(scanner.take_digits()) {
            runs.push(Run::Number(number));
            continue;
        }
        if runs.is_empty() {
            runs.push(NOUGHT);
        }
        if scanner.eat("_") {
            // After a word conda and rattler disagree about it.
            let follows_number = matches!(runs.as_slice(), [.., Run::Number(_)]);
            runs.push(follows_number.then(|| Run::Word("_".into()))?);
            continue;
        }
        runs.push(match scanner.take_ascii_while(|byte| byte == b'*') {
            "" => match scanner.take_ascii_while(|byte| byte.is_ascii_lowercase()) {
                "" => return None,
                "post" => Run::Post,
                "dev" => Run::Word("DEV".into()),
                word => Run::Word(word.into()),
            },
            stars => Run::Word(stars.into()),
        });
    }
    Some(runs)
}

/// Compares two lists, of which the shorter one goes on with `missing`.
fn compare_padded<T>(
    a: &[T],
    b: &[T],
    missing: &T,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Ordering {
    (0..a.len().max(b.len()))
        .map(|index| {
            compare(
                a.get(index).unwrap_or(missing),
                b.get(index).unwrap_or(missing),
            )
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_components(a: &[Component], b: &[Component]) -> Ordering {
    compare_padded(a, b, &Vec::new(), |a, b| {
        compare_padded(a, b, &NOUGHT, Run::cmp)
    })
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_components(&self.release, &other.release))
            .then_with(|| compare_components(&self.local, &other.local))
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
    fn the_order_is_that_of_conda() {
        let ascending = [
            "0.4",
            "0.4.1.rc",
            "0.4.1",
            "0.5a1",
            "0.5b3",
            "0.5C1",
            "0.5",
            "0.9.6",
            "0.960923",
            "1.0",
            "1.1dev1",
            "1.1_",
            "1.1a1",
            "1.1.0dev1",
            "1.1.a1",
            "1.1.0rc1",
            "1.1.0+a",
            "1.1.0",
            "1.1.0+1",
            "1.1.0post1",
            "1996.07.12",
            "1!0.4.1",
            "1!3.1.1.6",
            "2!0.4.1",
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
            ("0.4", "0.4.0"),
            ("1.1.0post1", "1.1.post1"),
            ("1.0-rc1", "1.0_RC1"),
            ("1.1.0dev1", "1.1.dev1"),
        ] {
            assert!(parse(a).cmp(&parse(b)).is_eq(), "{a} {b}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "", "x!1", "1!", "1!2!3", "1+2+3", "1..0", "+1", "1.0-a_b", "1.0~1", "1.0 a",
        ] {
            let error = text.parse::<Version>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{text}` is not a version of a conda package")
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "([0-9]!)?[0-9][0-9a-c._*]{0,8}(\\+[0-9a-c]{1,3})?") {
            if let Ok(version) = text.parse::<Version>() {
                prop_assert_eq!(parse(&version.to_string()), version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("([01]!)?[01a](\\.?[01a_*]|dev|post){0,4}(\\+[01a])?", 3)) {
            let mut versions: Vec<Version> = texts.iter().filter_map(|text| text.parse().ok()).collect();
            versions.sort();
            prop_assert!(versions.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(versions.first() <= versions.last());
        }
    }
}
