//! An account, as `platform:login`. Logins are compared as the hosting services do: without capitals.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// The longest account.
const LONGEST: usize = 120;

/// An account on a platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(String);

/// A text is no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an account is `platform:login`, of letters, digits and `-_.[]`")]
pub struct NoAccount;

impl Account {
    /// The account of a login of the hosting service.
    pub fn hosted(login: &str) -> Result<Self, NoAccount> {
        format!("github:{login}").parse()
    }

    /// What it is called on its platform.
    pub fn login(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, login)| login)
    }

    /// The platform.
    pub fn platform(&self) -> &str {
        self.0.split_once(':').map_or("", |(platform, _)| platform)
    }

    /// The whole of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Account {
    type Err = NoAccount;

    fn from_str(text: &str) -> Result<Self, NoAccount> {
        let (platform, login) = text.split_once(':').ok_or(NoAccount)?;
        let is_platform =
            !platform.is_empty() && platform.bytes().all(|it| it.is_ascii_lowercase());
        let is_login = !login.is_empty()
            && login
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-_.[]".contains(&it));
        if is_platform && is_login && text.len() <= LONGEST {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(NoAccount)
        }
    }
}

impl serde::Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_apart_without_capitals() {
        let ann: Account = "github:Ann".parse().unwrap();
        assert_eq!(ann.to_string(), "github:ann");
        assert_eq!((ann.platform(), ann.login()), ("github", "ann"));
        assert_eq!(
            Account::hosted("dependabot[bot]").unwrap().login(),
            "dependabot[bot]"
        );
        for wrong in [
            "",
            "ann",
            ":ann",
            "github:",
            "github:a b",
            "github:a\n",
            "Git:x",
            "github:<x>",
        ] {
            assert_eq!(wrong.parse::<Account>(), Err(NoAccount), "{wrong}");
        }
    }
}
