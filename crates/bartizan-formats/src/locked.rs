//! Which files a lock allows, by digest: `pylock.toml`, `uv.lock`, `poetry.lock`, `pdm.lock`, `Pipfile.lock`, requirements with
//! hashes, `pixi.lock`, `conda-lock.yml` and explicit lists of conda.
//!
//! Only projects, versions and digests are read, as installers compare them: what a lock does not name by a digest is not
//! allowed by it. A digest by MD5 or SHA-1 vouches for nothing and is counted apart.

mod conda;
mod python;
mod requirements;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::ecosystem::Package;
use thiserror::Error;

use crate::file_hash::{Algorithm, FileHash};

/// The largest lock that is read.
pub const LARGEST_LOCK: usize = 64 << 20;

/// What a lock allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locked {
    /// By project.
    pub packages: BTreeMap<Package, LockedPackage>,
}

/// What a lock allows of one project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockedPackage {
    /// Its versions, as far as the lock states them.
    pub versions: BTreeSet<String>,
    /// The digests of its files.
    pub hashes: BTreeSet<FileHash>,
    /// How many of its files have no digest that vouches for them: none at all, or one by MD5 or SHA-1.
    pub unvouched: usize,
}

impl LockedPackage {
    /// The algorithms of its digests.
    pub fn algorithms(&self) -> BTreeSet<Algorithm> {
        self.hashes.iter().map(FileHash::algorithm).collect()
    }

    /// Whether a file with these digests is one of those.
    pub fn allows(&self, hashes: &BTreeSet<FileHash>) -> bool {
        !self.hashes.is_disjoint(hashes)
    }

    /// Takes a file by the digests that are stated of it.
    fn file(&mut self, hashes: impl IntoIterator<Item = FileHash>) {
        let mut hashes = hashes.into_iter().peekable();
        self.unvouched += usize::from(hashes.peek().is_none());
        self.hashes.extend(hashes);
    }
}

impl Locked {
    /// The entry of a project, which is made where there is none.
    fn package(&mut self, package: Package, version: Option<&str>) -> &mut LockedPackage {
        let entry = self.packages.entry(package).or_default();
        entry.versions.extend(version.map(str::to_owned));
        entry
    }
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
    /// Nothing in it has a digest that counts.
    #[error("the lock names no digest by SHA-256, SHA-384 or SHA-512")]
    NoDigest,
}

/// Reads a lock. Its kind is told by its content.
pub fn read(bytes: &[u8]) -> Result<Locked, LockedError> {
    if bytes.len() > LARGEST_LOCK {
        return Err(LockedError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_cause| shape("not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begins = |start: &str| {
        text.lines()
            .any(|line| line.trim_start().starts_with(start))
    };
    let locked = if text.trim_start().starts_with('{') {
        python::json(text)?
    } else if begins("[[") {
        python::toml(text)?
    } else if begins(conda::MARK) {
        conda::explicit(text)
    } else if text
        .lines()
        .any(|line| matches!(line.trim_end(), "packages:" | "package:"))
    {
        conda::yaml(text)?
    } else {
        requirements::read(text)
    };
    if locked.packages.values().all(|it| it.hashes.is_empty()) {
        return Err(LockedError::NoDigest);
    }
    Ok(locked)
}

fn shape(why: &str) -> LockedError {
    LockedError::Shape {
        why: why.chars().take(200).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let locked = match read(text.as_bytes()) {
            Err(error) => return error.to_string(),
            Ok(locked) => locked,
        };
        let told = |(package, it): (&Package, &LockedPackage)| {
            let cut = |it: &FileHash| it.to_string().chars().take(9).collect::<String>();
            let hashes: Vec<String> = it.hashes.iter().map(cut).collect();
            let versions: Vec<&str> = it.versions.iter().map(String::as_str).collect();
            let unvouched = match it.unvouched {
                0 => String::new(),
                count => format!(" +{count}"),
            };
            let (ecosystem, name) = (package.ecosystem(), package.name());
            format!(
                "{ecosystem} {name} {} [{}]{unvouched}\n",
                versions.join("|"),
                hashes.join(",")
            )
        };
        locked.packages.iter().map(told).collect()
    }

    fn digest(first: &str) -> String {
        format!("{first}{}", "0".repeat(62))
    }

    #[test]
    fn locks_of_python_are_read() {
        let (a, b) = (digest("aa"), digest("bb"));
        let long = format!("cc{}", "0".repeat(126));
        insta::assert_snapshot!(check(&format!("[[packages]]\nname = 'Lab'\nversion = '1.0'\nwheels = [{{name = 'x', hashes = {{sha512 = '{long}'}}}}]\nsdist = {{hashes = {{sha256 = '{b}', md5 = '1'}}}}\n[[packages]]\nname = 'bare'\n[[packages]]\nname = 'old'\nsdist = {{hashes = {{md5 = '{b}'}}}}\n")), @"
        PyPI bare  []
        PyPI lab 1.0 [sha256:bb,sha512:cc]
        PyPI old  [] +1
        ");
        insta::assert_snapshot!(check(&format!("version = 1\n[[package]]\nname = 'lab'\nversion = '2'\nsdist = {{ url = 'u', hash = 'sha256:{a}' }}\nwheels = [{{ url = 'u', hash = 'sha256:{b}' }}, {{ url = 'v' }}]\n")), @"PyPI lab 2 [sha256:aa,sha256:bb] +1");
        insta::assert_snapshot!(check(&format!("[[package]]\nname = 'lab'\nversion = '2'\nfiles = [{{file = 'lab-2.tar.gz', hash = 'sha256:{a}'}}]\n[metadata]\nlock-version = '2.1'\n")), @"PyPI lab 2 [sha256:aa]");
        insta::assert_snapshot!(check(&format!("{{\"_meta\": {{\"hash\": {{\"sha256\": \"00\"}}}}, \"default\": {{\"lab\": {{\"hashes\": [\"sha256:{a}\"], \"version\": \"==1.0\"}}}}, \"develop\": {{\"lab\": {{\"hashes\": [\"sha256:{b}\"]}}}}}}")), @"PyPI lab 1.0 [sha256:aa,sha256:bb]");
        insta::assert_snapshot!(check(&format!("-r x\nlab[x]==1.0 ; python_version > '3' \\\n  --hash=sha256:{a} \\\n  --hash=sha512:{long} # via y\nbare==1\nloop @ https://host/loop-1.0-py3-none-any.whl --hash=sha256:{b}\n")), @"
        PyPI bare 1 []
        PyPI lab 1.0 [sha256:aa,sha512:cc]
        PyPI loop 1.0 [sha256:bb]
        ");
    }

    #[test]
    fn locks_of_conda_are_read() {
        let (a, b) = (digest("aa"), digest("bb"));
        insta::assert_snapshot!(check(&format!("version: 6\nenvironments: {{}}\npackages:\n- conda: https://host/linux-64/zlib-1.2-0.conda\n  sha256: {a}\n  md5: '00'\n- conda: https://host/linux-64/old-1-0.tar.bz2\n  md5: '00'\n- pypi: https://host/lab-1.0-py3-none-any.whl\n  name: lab\n  version: '1.0'\n  sha256: {b}\n")), @"
        PyPI lab 1.0 [sha256:bb]
        conda old 1 [] +1
        conda zlib 1.2 [sha256:aa]
        ");
        insta::assert_snapshot!(check(&format!("version: 1\nmetadata: {{}}\npackage:\n- name: zlib\n  version: '1.2'\n  manager: conda\n  platform: linux-64\n  url: https://host/linux-64/zlib-1.2-0.conda\n  hash:\n    md5: '00'\n    sha256: {a}\n- name: lab\n  version: '1.0'\n  manager: pip\n  platform: linux-64\n  hash:\n    sha256: {b}\n")), @"
        PyPI lab 1.0 [sha256:bb]
        conda zlib 1.2 [sha256:aa]
        ");
        insta::assert_snapshot!(check(&format!("# platform: linux-64\n@EXPLICIT\nhttps://host/linux-64/zlib-1.2-0.conda#{a}\nhttps://host/linux-64/zstd-1-0.conda#sha256:{b}\nhttps://host/linux-64/old-1-0.tar.bz2#00\n# pip lab @ https://host/lab-1.0.tar.gz --hash=sha256:{b}\n")), @"
        PyPI lab 1.0 [sha256:bb]
        conda old 1 [] +1
        conda zlib 1.2 [sha256:aa]
        conda zstd 1 [sha256:bb]
        ");
    }

    #[test]
    fn what_allows_nothing_is_told() {
        insta::assert_snapshot!(check("lab==1.0\n"), @"the lock names no digest by SHA-256, SHA-384 or SHA-512");
        insta::assert_snapshot!(check("lab==1.0 --hash=md5:d41d8cd98f00b204e9800998ecf8427e\n"), @"the lock names no digest by SHA-256, SHA-384 or SHA-512");
        insta::assert_snapshot!(check("[[packages]]\nname = 1\n"), @"the lock cannot be read: invalid type: integer `1`, expected a string");
        insta::assert_snapshot!(check("{"), @"the lock cannot be read: EOF while parsing an object at line 1 column 1");
    }

    proptest! {
        #[test]
        fn never_panics(text in "(packages?:\n|@EXPLICIT\n|\\{|\\[\\[package\\]\\]\n)?[\\[\\]{}=\"a-z0-9:\\\\ #\n-]{0,60}") {
            let _ = read(text.as_bytes());
        }
    }
}
