//! Versions of conda packages, in the order of conda's `VersionOrder`
//! ([CEP 33](https://github.com/conda/ceps/blob/main/cep-0033.md)).
//!
//! `[epoch!]version[+local]`, lower case. Components between stops and underscores are runs of digits and of letters;
//! one that starts with a letter has a nought before it. `dev` stands before every word, words before numbers, `post`
//! after every number, and what is missing is nought. An underscore at the end is a word of its own, taken after a
//! number only.

use super::{
    VersionOrder,
    number::Number,
    padded::Padded,
    spelled::{OrderKey, Spelled},
};
use crate::scanner::Scanner;

/// A version. Equality is that of the order: `1.1` equals `1.1.0`.
pub type Version = Spelled<Key>;

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    epoch: Number,
    release: Padded<Component>,
    local: Padded<Component>,
}

/// What stands between two stops.
type Component = Padded<Run>;

/// A run of a component, in its order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// `dev` is written `DEV` here: capitals stand before the underscore and small letters.
    Word(Box<str>),
    Number(Number),
    /// `post` stands after every number.
    Post,
}

/// What is missing is nought.
impl Default for Run {
    fn default() -> Self {
        Self::Number(Number::ZERO)
    }
}

impl OrderKey for Key {
    const ORDER: VersionOrder = VersionOrder::Conda;

    fn read(text: &str) -> Option<Self> {
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
        Some(Self {
            epoch,
            release: components(body, ending)?,
            local: match local {
                Some(local) => components(local, "")?,
                None => Padded::default(),
            },
        })
    }
}

/// `None` where a component is empty, or holds what separates the parts of a version.
fn components(text: &str, ending: &str) -> Option<Padded<Component>> {
    let mut components: Vec<String> = text.split(['.', '_']).map(str::to_owned).collect();
    components.last_mut()?.push_str(ending);
    let components: Option<_> = components.iter().map(|text| component(text)).collect();
    components.map(Padded)
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
            runs.push(Run::default());
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
    Some(Padded(runs))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::laws, *};

    #[test]
    fn the_order_is_that_of_conda() {
        laws::ascends::<Version>(&[
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
        ]);
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        laws::are_equal::<Version>(&[
            ("0.4", "0.4.0"),
            ("1.1.0post1", "1.1.post1"),
            ("1.0-rc1", "1.0_RC1"),
            ("1.1.0dev1", "1.1.dev1"),
        ]);
    }

    #[test]
    fn other_texts_are_refused() {
        laws::refuses::<Version>(
            &[
                "", "x!1", "1!", "1!2!3", "1+2+3", "1..0", "+1", "1.0-a_b", "1.0~1", "1.0 a",
            ],
            "a version of a conda package",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }

        #[test]
        fn print_then_parse_is_identity(text in "([0-9]!)?[0-9][0-9a-c._*]{0,8}(\\+[0-9a-c]{1,3})?") {
            if let Ok(version) = text.parse::<Version>() {
                laws::survives_printing(&version);
            }
        }

        #[test]
        fn the_order_is_total(texts in prop::collection::vec("([01]!)?[01a](\\.?[01a_*]|dev|post){0,4}(\\+[01a])?", 3)) {
            laws::is_total::<Version>(&texts);
        }
    }
}
