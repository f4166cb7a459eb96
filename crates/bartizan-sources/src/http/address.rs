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
    /// The address as it is requested: with its query, without user and password.
    pub(crate) fn target(&self) -> String {
        let (scheme, authority, rest) = self.parts();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let rest = rest.split('#').next().unwrap_or_default();
        format!("{scheme}://{host}{rest}")
    }

    /// The value of an `Authorization` header, where the address has a user or a password.
    pub(super) fn authorization(&self) -> Option<String> {
        let (_, authority, _) = self.parts();
        let (credentials, _) = authority.rsplit_once('@')?;
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let plain = [&percent_decoded(user)[..], b":", &percent_decoded(password)].concat();
        Some(format!("Basic {}", base64(&plain)))
    }

    /// Whether it has a user or a password.
    pub(crate) fn has_credentials(&self) -> bool {
        self.authorization().is_some()
    }

    /// Whether it is fetched over TLS.
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The address of something below this one. What is joined is percent-encoded, so that an id of a
    /// feed cannot lead elsewhere.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Self {
        let end = self.0.find(['?', '#']).unwrap_or(self.0.len());
        let (path, query) = self.0.split_at(end);
        let mut text = path.trim_end_matches('/').to_owned();
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
        text += query;
        Self(text)
    }

    /// The same address with an ending at its path.
    #[must_use]
    pub fn with_ending(&self, ending: &str) -> Self {
        let end = self.0.find(['?', '#']).unwrap_or(self.0.len());
        let (path, query) = self.0.split_at(end);
        Self(format!("{path}{ending}{query}"))
    }

    /// The same address, asking for something.
    #[must_use]
    pub(crate) fn with_query(&self, query: &str) -> Self {
        match query {
            "" => self.clone(),
            query => Self(format!("{}?{query}", self.0)),
        }
    }

    /// Whether both lead to the same host by the same way.
    pub(crate) fn has_same_origin(&self, other: &Self) -> bool {
        let ((scheme, authority, _), (other_scheme, other_authority, _)) =
            (self.parts(), other.parts());
        scheme == other_scheme && authority.eq_ignore_ascii_case(other_authority)
    }

    /// Whether it leads to this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let (_, authority, _) = self.parts();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let without_port = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next(),
            None => host.split(':').next(),
        };
        let host = without_port.unwrap_or_default();
        let is_address = |host: &str| {
            let parsed: Result<std::net::IpAddr, _> = host.parse();
            parsed.is_ok_and(|it| it.is_loopback())
        };
        host.eq_ignore_ascii_case("localhost") || is_address(host)
    }

    /// The address that a link on the page of this address leads to. User and password go along to the same host only;
    /// a page that came over TLS leads to no address without it.
    pub fn follow(&self, link: &str) -> Result<Self, AddressError> {
        let (scheme, authority, rest) = self.parts();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        let link = link.split('#').next().unwrap_or_default();
        let absolute = if link.starts_with("http://") || link.starts_with("https://") {
            link.to_owned()
        } else if link.starts_with("//") {
            format!("{scheme}:{link}")
        } else if link.starts_with('/') {
            format!("{scheme}://{host}{link}")
        } else {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{scheme}://{host}{}", climbed(folder, link))
        };
        let mut target: Self = absolute.parse()?;
        let (other_scheme, other_authority, other_rest) = target.parts();
        if self.is_encrypted() && !target.is_encrypted() {
            return Err(AddressError);
        }
        if scheme == other_scheme && host == other_authority && host != authority {
            target = Self(format!("{scheme}://{authority}{other_rest}"));
        }
        Ok(target)
    }

    /// Scheme, authority, and the rest from its `/`, `?` or `#` on.
    fn parts(&self) -> (&str, &str, &str) {
        let (scheme, after) = self.0.split_once("://").unwrap_or(("", &self.0));
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        (scheme, authority, rest)
    }
}

/// A relative link below a folder, its `.` and `..` followed; none leads above the root.
fn climbed(folder: &str, link: &str) -> String {
    let (path, query) = link.split_at(link.find('?').unwrap_or(link.len()));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}{query}", parts.join("/"))
}

/// Bytes with every `%41` made an `A`; what is no escape stays.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        decoded.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).unwrap_or_default();
        if let Ok(byte) = u8::from_str_radix(digits, 16) {
            decoded.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            decoded.push(b'%');
            rest = after;
        }
    }
    decoded.extend_from_slice(rest.as_bytes());
    decoded
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        let (_, three) = group.split_at_mut(1);
        for (place, byte) in three.iter_mut().zip(chunk) {
            *place = *byte;
        }
        let bits = u32::from_be_bytes(group);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            let letter = ALPHABET.get(value as usize).copied().unwrap_or(b'=');
            text.push(if digit <= chunk.len() { letter } else { b'=' }.into());
        }
    }
    text
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
        let (scheme, authority, rest) = self.parts();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        write!(f, "{scheme}://{host}{path}")
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
            joined.target(),
            "https://host.example/feed/PyPI/..%2F..%2Fx%3Fy%3D1%23z.json"
        );
        let signed: Address = "https://host.example/feed?signature=1".parse().unwrap();
        assert_eq!(
            signed.join(&["all.zip"]).target(),
            "https://host.example/feed/all.zip?signature=1"
        );
    }

    #[test]
    fn links_are_followed_as_far_as_they_may_lead() {
        let page: Address = "https://me:secret@host.example:8/simple/numpy/?token=1"
            .parse()
            .unwrap();
        let check = |link: &str| {
            page.follow(link)
                .map_or("refused".to_owned(), |address| address.0)
        };
        assert_eq!(
            check("../../files/a.whl#sha256=00"),
            "https://me:secret@host.example:8/files/a.whl"
        );
        assert_eq!(
            check("./a.whl?x=1"),
            "https://me:secret@host.example:8/simple/numpy/a.whl?x=1"
        );
        assert_eq!(check("/a.whl"), "https://me:secret@host.example:8/a.whl");
        assert_eq!(
            check("../../../../../a.whl"),
            "https://me:secret@host.example:8/a.whl"
        );
        assert_eq!(
            check("//other.example/a.whl"),
            "https://other.example/a.whl"
        );
        assert_eq!(
            check("https://host.example:9/a.whl"),
            "https://host.example:9/a.whl"
        );
        assert_eq!(check("http://host.example:8/a.whl"), "refused");
        assert_eq!(check("https:///a b"), "refused");
        assert_eq!(
            check("file:///etc/passwd"),
            "https://me:secret@host.example:8/simple/numpy/file:///etc/passwd"
        );
    }

    #[test]
    fn origins_are_told_apart() {
        let address = |text: &str| text.parse::<Address>().unwrap();
        let base = address("https://host.example/api/v3");
        assert!(base.has_same_origin(&address("https://HOST.example/x?y")));
        for other in [
            "http://host.example/api/v3",
            "https://host.example:8/api/v3",
            "https://host.example.evil/api/v3",
            "https://host.example@evil/api/v3",
        ] {
            assert!(!base.has_same_origin(&address(other)), "{other}");
        }
        for (text, expect) in [
            ("http://127.0.0.1:4010/a", true),
            ("http://localhost", true),
            ("http://[::1]:80/", true),
            ("http://127.0.0.1.evil.example/", false),
            ("http://127.0.0.1@evil.example/", false),
            ("http://localhost.evil.example", false),
        ] {
            assert_eq!(address(text).is_loopback(), expect, "{text}");
        }
    }

    #[test]
    fn credentials_are_sent_as_a_header_only() {
        for (text, target, authorization) in [
            (
                "https://host.example/a?b#c",
                "https://host.example/a?b",
                None,
            ),
            (
                "https://user:pass%40word@host.example/a",
                "https://host.example/a",
                Some("Basic dXNlcjpwYXNzQHdvcmQ="),
            ),
            (
                "https://token@host.example",
                "https://host.example",
                Some("Basic dG9rZW46"),
            ),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.target(), target);
            assert_eq!(address.authorization().as_deref(), authorization);
        }
    }
}
