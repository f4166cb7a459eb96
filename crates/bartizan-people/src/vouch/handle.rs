//! Whom a vouch is about or from: an account, by the name that it has at a code host.

use std::fmt;

use thiserror::Error;

/// The longest name of a host or an account.
const LONGEST: usize = 100;

/// An account: `github:ann`, or `ann` where the platform goes without saying. Case does not matter and is kept.
#[derive(Debug, Clone)]
pub struct Handle {
    /// The code host, as the list writes it.
    pub platform: Option<String>,
    /// The name of the account there.
    pub login: String,
}

/// Why something names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no account is called that: write `platform:login`, of letters, digits and `-_.[]`")]
pub struct HandleError;

impl Handle {
    /// Reads `platform:login` or `login`.
    pub fn read(text: &str) -> Result<Self, HandleError> {
        let (platform, login) = match text.split_once(':') {
            Some((platform, login)) => (Some(platform), login),
            None => (None, text),
        };
        if !is_name(login) || !platform.is_none_or(is_name) {
            return Err(HandleError);
        }
        Ok(Self {
            platform: platform.map(str::to_owned),
            login: login.to_owned(),
        })
    }

    /// The same with a platform, where it has none.
    #[must_use]
    pub fn on(self, platform: &str) -> Self {
        Self {
            platform: self.platform.or_else(|| Some(platform.to_owned())),
            login: self.login,
        }
    }

    /// Whether two are one account, as far as that is said: a handle without a platform may be of any.
    pub fn may_be(&self, other: &Self) -> bool {
        let is_same_host = match (&self.platform, &other.platform) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => true,
        };
        is_same_host && self.login.eq_ignore_ascii_case(&other.login)
    }

    /// What is the same for equal accounts.
    fn words(&self) -> (Option<String>, String) {
        let lower = |it: &String| it.to_ascii_lowercase();
        (self.platform.as_ref().map(lower), lower(&self.login))
    }
}

/// Letters and digits of ASCII with what code hosts allow between them; that includes `[bot]`, and nothing that acts in a
/// terminal or begins another line.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.[]".contains(&byte))
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.words() == other.words()
    }
}

impl Eq for Handle {}

impl PartialOrd for Handle {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Handle {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.words().cmp(&other.words())
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.platform {
            Some(platform) => write!(f, "{platform}:{}", self.login),
            None => f.write_str(&self.login),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        Handle::read(text).map_or("none".to_owned(), |it| {
            format!("{it} {:?}", it.platform.is_some())
        })
    }

    #[test]
    fn accounts() {
        for (text, expect) in [
            ("ann", "ann false"),
            ("github:Ann-B", "github:Ann-B true"),
            ("github:dependabot[bot]", "github:dependabot[bot] true"),
            ("", "none"),
            (":ann", "none"),
            ("github:", "none"),
            ("-ann", "none"),
            ("@ann", "none"),
            ("a:b:c", "none"),
            ("ann@example.org", "none"),
            ("ann b", "none"),
        ] {
            assert_eq!(check(text), expect, "{text}");
        }
    }

    #[test]
    fn the_same_account() {
        let of = |text: &str| Handle::read(text).unwrap();
        assert_eq!(of("GitHub:Ann"), of("github:ann"));
        assert_ne!(of("github:ann"), of("ann"));
        assert!(of("github:ann").may_be(&of("ANN")));
        assert!(!of("github:ann").may_be(&of("gitlab:ann")));
        assert_eq!(of("ann").on("github"), of("github:ann"));
    }
}
