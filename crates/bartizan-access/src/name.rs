//! Names at a code host. A host does not tell upper from lower case, so each is kept in lower case and compared as it is.
//!
//! A name is never empty, never longer than [`LONGEST`], and has no sign that steers a terminal or an address.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest name of an account, a team or a repository with its owner. Hosts allow 39, 100 and 140.
pub const LONGEST: usize = 200;

/// The longest text of others that is kept.
const LONGEST_TEXT: usize = 300;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// Of an account or an organisation.
    #[error("no account is called that")]
    Login,
    /// Of a team or a repository.
    #[error("write a name as `organisation/name`")]
    Pair,
}

/// The name of a person, a bot or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login(Arc<str>);

/// The name of a team: `organisation/slug`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TeamName(Arc<str>);

/// The name of a repository: `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(Arc<str>);

/// A text of others: short, in one line, without signs that steer a terminal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Text(String);

/// Signs of names. Those with brackets are of apps: `dependabot[bot]`.
fn is_part(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(&byte);
    !matches!(text, "" | "." | "..") && text.bytes().all(is_plain)
}

fn pair(text: &str) -> Result<Arc<str>, NameError> {
    let (first, second) = text.split_once('/').ok_or(NameError::Pair)?;
    let is_pair = is_part(first) && is_part(second) && text.len() <= LONGEST;
    let lower = || text.to_ascii_lowercase().into();
    is_pair.then(lower).ok_or(NameError::Pair)
}

impl Login {
    /// Reads a name.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let is_one = is_part(text) && text.len() <= LONGEST;
        let lower = || Self(text.to_ascii_lowercase().into());
        is_one.then(lower).ok_or(NameError::Login)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the two kinds of names with an owner have in common.
macro_rules! pairs {
    ($name:ident) => {
        impl $name {
            /// Reads `owner/name`.
            pub fn new(text: &str) -> Result<Self, NameError> {
                pair(text).map(Self)
            }

            /// The name with its owner.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The owner.
            pub fn owner(&self) -> &str {
                self.0.split_once('/').map_or("", |it| it.0)
            }

            /// The name without its owner.
            pub fn name(&self) -> &str {
                self.0.split_once('/').map_or("", |it| it.1)
            }
        }
    };
}

pairs!(TeamName);
pairs!(RepositoryName);

impl Text {
    /// Keeps of a text what may be shown.
    pub fn new(text: &str) -> Self {
        let plain = text
            .chars()
            .map(|it| if is_steering(it) { ' ' } else { it });
        let kept: String = plain.take(LONGEST_TEXT).collect();
        Self(kept.trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Controls, and signs that turn the direction of what stands beside them.
fn is_steering(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The ways between names and texts.
macro_rules! texts {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts!(Login, TeamName, RepositoryName);

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let login = Login::new(text).map(|it| it.to_string());
        let team = TeamName::new(text).map(|it| format!("{} of {}", it.name(), it.owner()));
        format!(
            "{}, {}",
            login.unwrap_or_default(),
            team.unwrap_or_default()
        )
    }

    #[test]
    fn names() {
        for (text, expect) in [
            ("Ann-B", "ann-b, "),
            ("dependabot[bot]", "dependabot[bot], "),
            ("Lab/Core-Team", ", core-team of lab"),
            ("", ", "),
            ("a b", ", "),
            ("..", ", "),
            ("a/b/c", ", "),
            ("a/..", ", "),
            ("a/", ", "),
            ("ä", ", "),
        ] {
            assert_eq!(check(text), expect, "{text}");
        }
        assert_eq!(check(&"a".repeat(LONGEST + 1)), ", ");
    }

    #[test]
    fn texts_of_others_steer_nothing() {
        assert_eq!(Text::new(" a\u{1b}[31m\u{202e}b\n").as_str(), "a [31m b");
        assert_eq!(Text::new(&"x".repeat(400)).as_str().len(), LONGEST_TEXT);
    }

    proptest! {
        #[test]
        fn never_panics_and_is_read_again(text in "\\PC{0,40}") {
            check(&text);
            let kept = Text::new(&text);
            assert_eq!(Text::new(kept.as_str()), kept);
        }
    }
}
