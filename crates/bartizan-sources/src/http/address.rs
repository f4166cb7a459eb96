//! An address to fetch from, which prints without its secrets.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// An `http` or `https` address. Its text form leaves out user, password and query.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

/// The text is not an address that can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an `http://` or `https://` address")]
pub struct AddressError;

impl Address {
    /// The address as it is requested, secrets and all.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is fetched over TLS.
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The address of something below this one. What is joined is percent-encoded, so that an id of a
    /// feed cannot lead elsewhere.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Self {
        let mut text = self.0.trim_end_matches('/').to_owned();
        for segment in segments {
            text.push('/');
            for byte in segment.bytes() {
                match byte {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                        text.push(byte.into());
                    }
                    other => text += &format!("%{other:02X}"),
                }
            }
        }
        Self(text)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        let has_host =
            rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']));
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if has_host && is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(AddressError)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest
            .split_once('/')
            .map_or((rest, None), |(a, p)| (a, Some(p)));
        let host = authority.rsplit('@').next().unwrap_or_default();
        match path {
            Some(path) => write!(f, "{scheme}://{host}/{path}"),
            None => write!(f, "{scheme}://{host}"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let printed = text
            .parse::<Address>()
            .map_or_else(|error| error.to_string(), |address| format!("{address:?}"));
        assert_eq!(printed, expect, "{text}");
    }

    #[test]
    fn secrets_are_not_printed() {
        check(
            "https://user:secret@host.example:8/a/b?token=secret#x",
            "Address(https://host.example:8/a/b)",
        );
        check("http://host.example", "Address(http://host.example)");
        check(
            "https://a@b@host.example/p@q",
            "Address(https://host.example/p@q)",
        );
    }

    #[test]
    fn what_cannot_be_fetched_is_refused() {
        for text in [
            "",
            "ftp://host.example",
            "https://",
            "https:///path",
            "https://host.example/a b",
            "host.example",
        ] {
            check(text, "not an `http://` or `https://` address");
        }
    }

    #[test]
    fn what_is_joined_cannot_lead_elsewhere() {
        let base: Address = "https://host.example/feed/".parse().unwrap();
        let joined = base.join(&["PyPI", "../../x?y=1#z.json"]);
        assert_eq!(
            joined.as_str(),
            "https://host.example/feed/PyPI/..%2F..%2Fx%3Fy%3D1%23z.json"
        );
    }
}
