//! Which files a lock allows, by digest: `pylock.toml`, `uv.lock`, and requirements with hashes.
//!
//! Only projects and digests are read, as installers compare them: what a lock does not name by a digest is not allowed by it.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::ecosystem::Package;
use serde::Deserialize;
use thiserror::Error;

use crate::digest::Digest;

/// The largest lock that is read.
pub const LARGEST_LOCK: usize = 64 << 20;

/// The digests that a lock allows, by project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locked {
    /// By project.
    pub digests: BTreeMap<Package, BTreeSet<Digest>>,
}

/// Why a lock allows nothing that is known.
#[derive(Debug, Error)]
pub enum LockedError {
    /// It is larger than any.
    #[error("the lock is larger than {LARGEST_LOCK} bytes")]
    TooLarge,
    /// It is of no kind that is known.
    #[error("the lock cannot be read: {why}")]
    Shape {
        /// What is wrong.
        why: String,
    },
    /// Nothing in it has a digest.
    #[error("the lock names no SHA-256 digest")]
    NoDigest,
}

#[derive(Deserialize)]
struct Wire {
    /// In `pylock.toml`.
    #[serde(default)]
    packages: Vec<WirePackage>,
    /// In `uv.lock`.
    #[serde(default)]
    package: Vec<WirePackage>,
}

#[derive(Deserialize)]
struct WirePackage {
    name: String,
    #[serde(default)]
    wheels: Vec<WireFile>,
    #[serde(default)]
    sdist: Option<WireFile>,
    #[serde(default)]
    archive: Option<WireFile>,
}

#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    hash: Option<String>,
}

/// Reads a lock. TOML is told from requirements by its content.
pub fn read(bytes: &[u8]) -> Result<Locked, LockedError> {
    if bytes.len() > LARGEST_LOCK {
        return Err(LockedError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_cause| LockedError::Shape {
        why: "not UTF-8".to_owned(),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_toml = text.lines().any(|line| line.trim_start().starts_with("[["));
    let locked = if is_toml {
        toml(text)?
    } else {
        requirements(text)
    };
    if locked.digests.values().all(BTreeSet::is_empty) {
        return Err(LockedError::NoDigest);
    }
    Ok(locked)
}

fn toml(text: &str) -> Result<Locked, LockedError> {
    let wire: Wire = ::toml::from_str(text).map_err(|error| LockedError::Shape {
        why: error.message().to_owned(),
    })?;
    let mut locked = Locked::default();
    for package in wire.packages.into_iter().chain(wire.package) {
        let digests = locked
            .digests
            .entry(Package::pypi(&package.name))
            .or_default();
        let files = package
            .wheels
            .into_iter()
            .chain(package.sdist)
            .chain(package.archive);
        digests.extend(files.filter_map(WireFile::digest));
    }
    Ok(locked)
}

impl WireFile {
    fn digest(self) -> Option<Digest> {
        match self.hash {
            Some(hash) => Digest::parse(hash.strip_prefix("sha256:")?),
            None => Digest::parse(self.hashes.get("sha256")?),
        }
    }
}

fn requirements(text: &str) -> Locked {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut locked = Locked::default();
    for line in joined.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
        let name = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
        if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            continue;
        }
        let hashes = line
            .split_whitespace()
            .filter_map(|word| Digest::parse(word.strip_prefix("--hash=sha256:")?));
        locked
            .digests
            .entry(Package::pypi(name))
            .or_default()
            .extend(hashes);
    }
    locked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match read(text.as_bytes()) {
            Err(error) => error.to_string(),
            Ok(locked) => locked
                .digests
                .iter()
                .map(|(package, digests)| {
                    let digests: Vec<String> = digests
                        .iter()
                        .map(|it| it.to_string().chars().take(2).collect())
                        .collect();
                    format!("{} [{}]\n", package.name(), digests.join(","))
                })
                .collect::<Vec<_>>()
                .concat(),
        }
    }

    fn digest(first: &str) -> String {
        format!("{first}{}", "0".repeat(62))
    }

    #[test]
    fn locks_of_three_kinds_are_read() {
        let (a, b) = (digest("aa"), digest("bb"));
        insta::assert_snapshot!(check(&format!("[[packages]]\nname = 'Lab'\nwheels = [{{name = 'x', hashes = {{sha256 = '{a}'}}}}]\nsdist = {{hashes = {{sha256 = '{b}', md5 = '1'}}}}\n[[packages]]\nname = 'bare'\n")), @"
        bare []
        lab [aa,bb]
        ");
        insta::assert_snapshot!(check(&format!("version = 1\n[[package]]\nname = 'lab'\nsdist = {{ url = 'u', hash = 'sha256:{a}' }}\nwheels = [{{ url = 'u', hash = 'sha256:{b}' }}, {{ url = 'v' }}]\n")), @"lab [aa,bb]");
        insta::assert_snapshot!(check(&format!("-r x\nlab[x]==1.0 ; python_version > '3' \\\n  --hash=sha256:{a} \\\n  --hash=sha256:{b} # via y\nbare==1\n")), @"
        bare []
        lab [aa,bb]
        ");
    }

    #[test]
    fn what_allows_nothing_is_told() {
        insta::assert_snapshot!(check("lab==1.0\n"), @"the lock names no SHA-256 digest");
        insta::assert_snapshot!(check("[[packages]]\nname = 1\n"), @"the lock cannot be read: invalid type: integer `1`, expected a string");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]=\"a-z0-9:\\\\ #\n-]{0,60}") {
            let _ = read(text.as_bytes());
        }
    }
}
