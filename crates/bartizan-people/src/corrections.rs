//! `people.toml`: what a person of the project says about who is who, above everything that is guessed.
//!
//! People are named by the keyed hash of an address, by their account's number or name at a code host, or by a name, and
//! never by an address: the file may be published.

use std::collections::BTreeSet;

use serde::Deserialize;
use thiserror::Error;

use crate::{
    identity::{Account, Side},
    keyed::{Key, Pseudonym},
    object::Actor,
};

/// What is said, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Corrections {
    /// Those who are one person.
    #[serde(default)]
    pub join: Vec<Correction>,
    /// Those who are not, each of them another.
    #[serde(default)]
    pub split: Vec<Correction>,
    /// Who is to be forgotten: keyed hashes of their addresses. Not part of the file, which may be published.
    #[serde(skip)]
    pub forgotten: BTreeSet<Pseudonym>,
}

/// One thing that is said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Of whom.
    pub who: Vec<Selector>,
    /// Why.
    pub reason: String,
}

/// Whom a correction speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Selector {
    /// `hash:HEX`, the keyed hash of an address, or at least eight digits of it.
    Hash(String),
    /// `account:NUMBER` or `account:LOGIN`, at a code host.
    Account(String),
    /// `name:NAME`, without regard to case.
    Name(String),
}

/// The largest file that is read.
pub const LARGEST: usize = 1 << 20;

/// How few digits of a hash name somebody.
const FEWEST_DIGITS: usize = 8;

/// Why a file of corrections cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CorrectionsError {
    /// It is larger than anybody's.
    #[error("it is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is no such file.
    #[error("{why}")]
    Unreadable {
        /// What is wrong, with the line.
        why: String,
    },
    /// Something is said of fewer than two.
    #[error("a correction speaks of fewer than two: `{reason}`")]
    Alone {
        /// The reason in it.
        reason: String,
    },
}

impl Corrections {
    /// Reads `people.toml`.
    pub fn read(text: &str) -> Result<Self, CorrectionsError> {
        if text.len() > LARGEST {
            return Err(CorrectionsError::TooLarge);
        }
        let read: Self = toml::from_str(text).map_err(|error| CorrectionsError::Unreadable {
            why: error.to_string().trim_end().to_owned(),
        })?;
        match read
            .join
            .iter()
            .chain(&read.split)
            .find(|it| it.who.len() < 2)
        {
            Some(alone) => Err(CorrectionsError::Alone {
                reason: alone.reason.clone(),
            }),
            None => Ok(read),
        }
    }

    /// The numbers of the actors that are said to be one, for each correction.
    pub(crate) fn together(&self, actors: &[Actor], key: &Key) -> Vec<Vec<usize>> {
        let group = |it: &Correction| {
            let all = it.who.iter().flat_map(|who| who.matching(actors, key));
            all.collect::<BTreeSet<usize>>().into_iter().collect()
        };
        self.join.iter().map(group).collect()
    }

    /// The numbers of the actors that are on each side of each split.
    pub(crate) fn apart(&self, actors: &[Actor], key: &Key) -> Vec<(Side, Vec<usize>)> {
        let mut apart = Vec::new();
        for (split, it) in self.split.iter().enumerate() {
            for (side, who) in it.who.iter().enumerate() {
                apart.push(((split, side), who.matching(actors, key)));
            }
        }
        apart
    }
}

impl TryFrom<String> for Selector {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            let word: String = text.chars().take_while(|it| *it != ':').take(20).collect();
            format!("`{word}` names nobody: write `hash:`, `account:` or `name:`, and whom")
        };
        let (kind, value) = text.split_once(':').ok_or_else(wrong)?;
        let value = value.trim().to_lowercase();
        let is_hash =
            value.len() >= FEWEST_DIGITS && value.bytes().all(|it| it.is_ascii_hexdigit());
        match kind {
            "hash" if is_hash => Ok(Self::Hash(value)),
            "account" if !value.is_empty() => Ok(Self::Account(value)),
            "name" if !value.is_empty() => Ok(Self::Name(value)),
            _ => Err(wrong()),
        }
    }
}

impl Selector {
    /// The numbers of the actors that it names.
    pub(crate) fn matching(&self, actors: &[Actor], key: &Key) -> Vec<usize> {
        let numbered = actors.iter().enumerate();
        let named = numbered.filter(|(_, actor)| self.names(actor, key));
        named.map(|(number, _)| number).collect()
    }

    fn names(&self, actor: &Actor, key: &Key) -> bool {
        match self {
            Self::Hash(digits) => actor.address.keyed(key).to_string().starts_with(digits),
            Self::Name(name) => actor.name.to_lowercase() == *name,
            Self::Account(account) => Account::of(actor.address.text()).is_some_and(|it| {
                it.login == *account || it.number.is_some_and(|it| it.to_string() == *account)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match Corrections::read(text) {
            Ok(read) => format!("{} {}", read.join.len(), read.split.len()),
            Err(error) => error
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn what_may_stand_there() {
        for (text, expect) in [
            ("", "0 0"),
            (
                "[[join]]\nwho = ['name:Ann B', 'account:17']\nreason = 'she says so'",
                "1 0",
            ),
            (
                "[[split]]\nwho = ['hash:0123456789abcdef', 'account:ann']\nreason = 'two'",
                "0 1",
            ),
            (
                "[[join]]\nwho = ['name:Ann B']\nreason = 'alone'",
                "a correction speaks of fewer than two: `alone`",
            ),
            (
                "[[join]]\nwho = ['a@example.org', 'name:x']\nreason = 'x'",
                "`a@example.org` names nobody: write `hash:`, `account:` or `name:`, and whom",
            ),
            (
                "[[join]]\nwho = ['hash:01', 'name:x']\nreason = 'x'",
                "`hash` names nobody: write `hash:`, `account:` or `name:`, and whom",
            ),
            (
                "[[merge]]",
                "unknown field `merge`, expected `join` or `split`",
            ),
        ] {
            assert_eq!(check(text), expect, "{text}");
        }
    }
}
