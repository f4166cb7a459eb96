//! What the lock says of the artifacts, and which of its projects nothing was looked at.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    digest::Digest,
    file_hash::{Algorithm, FileHash},
    installed::Origin,
    locked::{self, LARGEST_LOCK, Locked, LockedPackage},
    tree::Tree,
};
use bartizan_model::ecosystem::Package;
use bartizan_provenance::checks::{UNLOCKED_ARTIFACT, UNLOCKED_DISTRIBUTION};
use bartizan_sources::disk::{self, DiskTree};

use super::{finding::Finding, unreadable};
use crate::error::Failure;

/// A lock, and where it lies.
pub(super) struct LockInUse {
    pub(super) path: PathBuf,
    locked: Locked,
}

/// A project of the lock of which nothing was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Absent {
    pub(super) package: Package,
    pub(super) versions: Vec<String>,
    /// Whether the lock names any file of it by a digest that vouches for it.
    pub(super) has_digest: bool,
}

impl LockInUse {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::usage(format!("cannot use the lock `{}`: {why}", path.display())).hint(
                "name a `pylock.toml`, a `uv.lock`, another lock with digests, or requirements with hashes",
            )
        };
        let bytes = disk::read_small(path, LARGEST_LOCK);
        let bytes = bytes.map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            locked: locked::read(&bytes).map_err(|error| wrong(error.to_string()))?,
        })
    }

    /// What is wrong with a file by the lock.
    pub(super) fn file(
        &self,
        package: Option<&Package>,
        digest: Digest,
        path: &Path,
    ) -> Result<Option<Finding>, Failure> {
        let finding = |message: &str| Ok(Some(Finding::of(&UNLOCKED_ARTIFACT, message.to_owned())));
        let Some(entry) = package.and_then(|it| self.locked.packages.get(it)) else {
            return finding("the lock does not name its project");
        };
        if entry.hashes.is_empty() {
            return finding("the lock names no digest of its project that vouches for a file");
        }
        if entry.hashes.contains(&FileHash::from(digest)) {
            return Ok(None);
        }
        let mut others = entry.algorithms();
        others.remove(&Algorithm::Sha256);
        if !others.is_empty() {
            let file = DiskTree.open(path);
            let hashes = file.map_err(|error| unreadable(path, &error));
            let hashes = FileHash::of_reader(&mut hashes?, &others);
            if entry.allows(&hashes.map_err(|error| unreadable(path, &error))?) {
                return Ok(None);
            }
        }
        finding("the lock names other digests for its project")
    }

    /// What is wrong with what is installed by the lock.
    pub(super) fn installed(
        &self,
        package: &Package,
        version: &str,
        origin: &Origin,
    ) -> Option<Finding> {
        let finding = |message| Some(Finding::of(&UNLOCKED_DISTRIBUTION, message));
        let Some(entry) = self.locked.packages.get(package) else {
            return finding("the lock does not name its project".to_owned());
        };
        if !is_locked_version(entry, package, version) {
            let versions: Vec<&str> = entry.versions.iter().map(String::as_str).collect();
            let versions = versions.join(", ");
            return finding(format!(
                "{version} is installed, and the lock names {versions}"
            ));
        }
        let Origin::File { hashes, .. } = origin else {
            return None;
        };
        let algorithms = entry.algorithms();
        let mut comparable = hashes
            .iter()
            .filter(|it| algorithms.contains(&it.algorithm()));
        if comparable.next().is_some() && !entry.allows(hashes) {
            let message = "the lock names other digests than its installer recorded of the file";
            return finding(message.to_owned());
        }
        None
    }

    /// The projects of the lock that are none of these.
    pub(super) fn absent<'a>(&self, seen: impl Iterator<Item = &'a Package>) -> Vec<Absent> {
        let seen: BTreeSet<&Package> = seen.collect();
        let packages = self.locked.packages.iter();
        let absent = packages.filter(|(package, _)| !seen.contains(package));
        absent
            .map(|(package, entry)| Absent {
                package: package.clone(),
                versions: entry.versions.iter().cloned().collect(),
                has_digest: !entry.hashes.is_empty(),
            })
            .collect()
    }
}

/// Whether the lock names a version, or none at all.
fn is_locked_version(entry: &LockedPackage, package: &Package, version: &str) -> bool {
    let order = package.ecosystem().version_order();
    let parse = |text: &str| order.and_then(|order| order.parse(text));
    let installed = parse(version);
    let is_same = |locked: &String| {
        let equal = parse(locked).zip(installed.as_ref());
        let equal = equal.and_then(|(locked, installed)| locked.compare(installed));
        locked == version || equal.is_some_and(std::cmp::Ordering::is_eq)
    };
    entry.versions.is_empty() || entry.versions.iter().any(is_same)
}

impl Absent {
    /// It in words.
    pub(super) fn describe(&self) -> String {
        let mut text = self.package.name().to_owned();
        if !self.versions.is_empty() {
            text = format!("{text} {}", self.versions.join(", "));
        }
        if !self.has_digest {
            text += " (the lock names no digest of it)";
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lock: &str, name: &str, version: &str, origin: &Origin) -> String {
        let lock = LockInUse {
            path: PathBuf::new(),
            locked: locked::read(lock.as_bytes()).unwrap(),
        };
        let finding = lock.installed(&Package::pypi(name), version, origin);
        finding.map_or("allowed".to_owned(), |it| it.message)
    }

    #[test]
    fn what_is_installed_is_what_is_locked() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let lock = format!("lab==1.0 --hash=sha256:{a}\n");
        let none = Origin::Unrecorded;
        let from = |digits: &str| Origin::File {
            url: "u".to_owned(),
            hashes: FileHash::parse("sha256", digits).into_iter().collect(),
        };
        assert_eq!(check(&lock, "lab", "1.0", &none), "allowed");
        assert_eq!(check(&lock, "lab", "1.0.0", &from(&a)), "allowed");
        insta::assert_snapshot!(check(&lock, "lab", "1.1", &none), @"1.1 is installed, and the lock names 1.0");
        insta::assert_snapshot!(check(&lock, "lab", "1.0", &from(&b)), @"the lock names other digests than its installer recorded of the file");
        insta::assert_snapshot!(check(&lock, "other", "1.0", &none), @"the lock does not name its project");
    }

    #[test]
    fn what_was_not_looked_at_is_told() {
        let a = "a".repeat(64);
        let lock = LockInUse {
            path: PathBuf::new(),
            locked: locked::read(format!("lab==1.0 --hash=sha256:{a}\nbare==2\n").as_bytes())
                .unwrap(),
        };
        let told = |seen: &[Package]| {
            let absent = lock.absent(seen.iter());
            absent
                .iter()
                .map(Absent::describe)
                .collect::<Vec<_>>()
                .join("; ")
        };
        insta::assert_snapshot!(told(&[]), @"bare 2 (the lock names no digest of it); lab 1.0");
        insta::assert_snapshot!(told(&[Package::pypi("bare")]), @"lab 1.0");
    }
}
