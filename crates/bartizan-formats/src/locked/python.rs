//! Locks of Python packages in TOML and JSON.

use std::collections::BTreeMap;

use bartizan_model::ecosystem::Package;
use serde::Deserialize;

use super::{Locked, LockedError, shape};
use crate::file_hash::FileHash;

#[derive(Deserialize)]
struct Wire {
    /// In `pylock.toml`.
    #[serde(default)]
    packages: Vec<WirePackage>,
    /// In `uv.lock`, `poetry.lock` and `pdm.lock`.
    #[serde(default)]
    package: Vec<WirePackage>,
}

#[derive(Deserialize)]
struct WirePackage {
    name: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    wheels: Vec<WireFile>,
    #[serde(default)]
    sdist: Option<WireFile>,
    #[serde(default)]
    archive: Option<WireFile>,
    /// Of poetry and pdm.
    #[serde(default)]
    files: Vec<WireFile>,
}

#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    hash: Option<String>,
}

impl WireFile {
    fn hashes(&self) -> impl Iterator<Item = FileHash> + '_ {
        let several = self.hashes.iter();
        let several = several.filter_map(|(algorithm, digits)| FileHash::parse(algorithm, digits));
        let one = self.hash.as_deref().and_then(FileHash::parse_named);
        several.chain(one)
    }
}

/// `pylock.toml`, `uv.lock`, `poetry.lock`, `pdm.lock`.
pub(super) fn toml(text: &str) -> Result<Locked, LockedError> {
    let wire: Wire = ::toml::from_str(text).map_err(|error| shape(error.message()))?;
    let mut locked = Locked::default();
    for package in wire.packages.into_iter().chain(wire.package) {
        let entry = locked.package(Package::pypi(&package.name), package.version.as_deref());
        let files = package
            .wheels
            .iter()
            .chain(&package.sdist)
            .chain(&package.archive)
            .chain(&package.files);
        files.for_each(|file| entry.file(file.hashes()));
    }
    Ok(locked)
}

#[derive(Deserialize)]
struct WireLocked {
    #[serde(default)]
    hashes: Vec<String>,
    #[serde(default)]
    version: Option<String>,
}

/// `Pipfile.lock`: groups of packages beside `_meta`.
pub(super) fn json(text: &str) -> Result<Locked, LockedError> {
    let groups: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| shape(&error.to_string()))?;
    let mut locked = Locked::default();
    for (_, group) in groups.into_iter().filter(|(name, _)| name != "_meta") {
        let packages: BTreeMap<String, WireLocked> =
            serde_json::from_value(group).map_err(|error| shape(&error.to_string()))?;
        for (name, package) in packages {
            let version = package.version.as_deref();
            let version = version.and_then(|it| it.strip_prefix("=="));
            let entry = locked.package(Package::pypi(&name), version);
            for hash in &package.hashes {
                entry.file(FileHash::parse_named(hash));
            }
        }
    }
    Ok(locked)
}
