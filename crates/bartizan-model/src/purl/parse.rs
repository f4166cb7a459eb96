//! Takes a package URL apart, from right to left as the specification says.

use std::{collections::BTreeMap, str::FromStr};

use super::{Purl, PurlError, PurlParts, encoding::decode};
use crate::scanner::excerpt;

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(PurlError::TooLong(text.len()));
        }
        let (rest, subpath) = text.rsplit_once('#').unwrap_or((text, ""));
        let (rest, qualifiers) = rest.rsplit_once('?').unwrap_or((rest, ""));
        let rest = match rest.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("pkg") => {
                rest.trim_start_matches('/')
            }
            _ => return Err(PurlError::NoScheme(excerpt(text))),
        };
        let (kind, rest) = rest
            .split_once('/')
            .ok_or_else(|| PurlError::BadType(excerpt(rest)))?;
        let (path, version) = split_version(rest);
        // Slashes before a version say that the name was forgotten; at the end of the text they say nothing.
        let path = if version.is_some() {
            path
        } else {
            path.trim_end_matches('/')
        };
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        Self::new(PurlParts {
            kind: kind.to_owned(),
            namespace: decode_segments(namespace)?,
            name: decode(name)?,
            version: version.map(decode).transpose()?,
            qualifiers: read_qualifiers(qualifiers)?,
            subpath: decode_segments(subpath)?,
        })
    }
}

/// The version follows the last `@`, unless that starts a scope that nobody encoded (`@scope/name`).
fn split_version(rest: &str) -> (&str, Option<&str>) {
    match rest.rsplit_once('@') {
        Some((path, version))
            if !((path.is_empty() || path.ends_with('/')) && version.contains('/')) =>
        {
            (path, Some(version))
        }
        _ => (rest, None),
    }
}

fn decode_segments(text: &str) -> Result<Vec<String>, PurlError> {
    text.split('/').map(decode).collect()
}

fn read_qualifiers(text: &str) -> Result<Vec<(String, String)>, PurlError> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((key.to_owned(), decode(value)?))
        })
        .collect()
}

/// Letters, digits, `.` and `-`, a letter first; in lower case.
pub(super) fn check_kind(kind: &str) -> Result<String, PurlError> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if kind.starts_with(|first: char| first.is_ascii_alphabetic()) && kind.bytes().all(is_allowed) {
        return Ok(kind.to_ascii_lowercase());
    }
    Err(PurlError::BadType(excerpt(kind)))
}

/// Leaves out empty and unwanted segments.
pub(super) fn check_segments(
    segments: Vec<String>,
    is_wanted: fn(&str) -> bool,
) -> Result<Vec<String>, PurlError> {
    let wanted: Vec<String> = segments
        .into_iter()
        .filter(|segment| !segment.is_empty() && is_wanted(segment))
        .collect();
    match wanted.iter().find(|segment| segment.contains('/')) {
        Some(segment) => Err(PurlError::EncodedSlash(excerpt(segment))),
        None => Ok(wanted),
    }
}

pub(super) fn check_qualifiers(
    pairs: Vec<(String, String)>,
) -> Result<BTreeMap<String, String>, PurlError> {
    let mut qualifiers = BTreeMap::new();
    for (key, value) in pairs {
        let key = key.to_ascii_lowercase();
        let is_allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_');
        if !key.starts_with(|first: char| first.is_ascii_lowercase())
            || !key.bytes().all(is_allowed)
        {
            return Err(PurlError::BadQualifier(excerpt(&key)));
        }
        if !value.is_empty() && qualifiers.insert(key.clone(), value).is_some() {
            return Err(PurlError::RepeatedQualifier(key));
        }
    }
    Ok(qualifiers)
}
