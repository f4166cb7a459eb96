//! The distributions of an environment, each with where its installer says that it came from.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bartizan_model::{ecosystem::Package, problem::Problem};
use serde::Deserialize;

use crate::{
    file_hash::FileHash,
    target::environment::distribution,
    tree::{Tree, TreeError},
};

/// The largest `direct_url.json`.
const LARGEST_DIRECT_URL: u64 = 64 << 10;

/// A distribution that is installed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstalledDistribution {
    /// The package.
    pub package: Package,
    /// Its version.
    pub version: String,
    /// The directory of packages that it lies in.
    pub site: PathBuf,
    /// The `.dist-info` folder; nothing where the installer left an older kind of record.
    pub folder: Option<PathBuf>,
    /// The file that says what it is.
    pub locator: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a distribution came from, by its installer's word
/// ([direct URL origin](https://packaging.python.org/en/latest/specifications/direct-url/)). Nobody signed it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The installer recorded nothing, as it does for what comes from an index.
    Unrecorded,
    /// A file, with the digests that are stated of it.
    File {
        /// Its address.
        url: String,
        /// Its digests; none where the installer stated none.
        hashes: BTreeSet<FileHash>,
    },
    /// A directory of sources.
    Directory {
        /// Its address.
        url: String,
        /// Whether what is imported lies there, and not in the environment.
        is_editable: bool,
    },
    /// A repository.
    Repository {
        /// Its address.
        url: String,
        /// The commit.
        commit: String,
    },
    /// What the installer recorded cannot be read.
    Unreadable {
        /// Why.
        why: String,
    },
}

/// What is installed in a directory, sorted, and what could not be read there.
pub fn distributions(tree: &dyn Tree, site: &Path) -> (Vec<InstalledDistribution>, Vec<Problem>) {
    let found = distribution::find(tree, site);
    let mut all: Vec<_> = found
        .distributions
        .into_iter()
        .take(super::MOST_RECORDS)
        .map(|it| {
            let parent = Path::new(&it.locator).parent();
            let folder = parent.filter(|it| it.extension().is_some_and(|end| end == "dist-info"));
            InstalledDistribution {
                package: it.package,
                version: it.version,
                site: site.to_owned(),
                folder: folder.map(Path::to_owned),
                origin: folder.map_or(Origin::Unrecorded, |folder| Origin::read(tree, folder)),
                locator: it.locator,
            }
        })
        .collect();
    all.sort();
    (all, found.problems)
}

#[derive(Deserialize)]
struct Wire {
    url: String,
    archive_info: Option<WireFile>,
    dir_info: Option<WireDirectory>,
    vcs_info: Option<WireRepository>,
}

#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    /// How it was written before there were several.
    hash: Option<String>,
}

#[derive(Deserialize)]
struct WireDirectory {
    #[serde(default)]
    editable: bool,
}

#[derive(Deserialize)]
struct WireRepository {
    commit_id: String,
}

impl Origin {
    fn read(tree: &dyn Tree, folder: &Path) -> Self {
        match tree.read(&folder.join("direct_url.json"), LARGEST_DIRECT_URL) {
            Ok(bytes) => Self::parse(&bytes),
            Err(TreeError::NotFound) => Self::Unrecorded,
            Err(error) => Self::Unreadable {
                why: error.to_string(),
            },
        }
    }

    /// Reads a `direct_url.json`.
    pub fn parse(bytes: &[u8]) -> Self {
        let wire: Wire = match serde_json::from_slice(bytes) {
            Ok(wire) => wire,
            Err(error) => {
                return Self::Unreadable {
                    why: error.to_string(),
                };
            }
        };
        let url = wire.url;
        match (wire.archive_info, wire.dir_info, wire.vcs_info) {
            (Some(file), _, _) => {
                let several = file.hashes.iter();
                let several = several.filter_map(|(name, digits)| FileHash::parse(name, digits));
                let one = file.hash.as_deref().and_then(FileHash::parse_named);
                let hashes = several.chain(one).collect();
                Self::File { url, hashes }
            }
            (None, Some(directory), _) => Self::Directory {
                url,
                is_editable: directory.editable,
            },
            (None, None, Some(repository)) => Self::Repository {
                url,
                commit: repository.commit_id,
            },
            (None, None, None) => Self::Unreadable {
                why: "it names neither a file nor a directory nor a repository".to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::MemoryTree;

    fn check(direct_url: Option<&str>) -> String {
        let folder = "site/lab-1.0.dist-info";
        let metadata = (format!("{folder}/METADATA"), "Name: Lab\nVersion: 1.0\n");
        let direct_url = direct_url.map(|text| (format!("{folder}/direct_url.json"), text));
        let tree = MemoryTree::new([metadata].into_iter().chain(direct_url));
        let (found, problems) = distributions(&tree, Path::new("site"));
        assert_eq!(problems, []);
        let [found] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(found.folder.as_deref(), Some(Path::new(folder)));
        match &found.origin {
            Origin::File { url, hashes } => {
                let hashes: Vec<String> = hashes.iter().map(ToString::to_string).collect();
                format!("file {url} [{}]", hashes.join(","))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn an_origin_is_what_the_installer_recorded() {
        let digits = "0".repeat(64);
        insta::assert_snapshot!(check(None), @"Unrecorded");
        insta::assert_snapshot!(check(Some(&format!(r#"{{"url": "https://host/lab-1.0-py3-none-any.whl", "archive_info": {{"hash": "sha256={digits}", "hashes": {{"sha256": "{digits}", "md5": "00"}}}}}}"#))), @"file https://host/lab-1.0-py3-none-any.whl [sha256:0000000000000000000000000000000000000000000000000000000000000000]");
        insta::assert_snapshot!(check(Some(r#"{"url": "file:///x.whl", "archive_info": {}}"#)), @"file file:///x.whl []");
        insta::assert_snapshot!(check(Some(r#"{"url": "file:///x", "dir_info": {"editable": true}}"#)), @r#"Directory { url: "file:///x", is_editable: true }"#);
        insta::assert_snapshot!(check(Some(r#"{"url": "https://host/x", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}}"#)), @r#"Repository { url: "https://host/x", commit: "c0ffee" }"#);
        insta::assert_snapshot!(check(Some(r#"{"url": "https://host/x"}"#)), @r#"Unreadable { why: "it names neither a file nor a directory nor a repository" }"#);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\{\"url\": \"[a-z]{0,3}\"(, \"(archive|dir|vcs)_info\": [{}\"a-z:0-9]{0,12})?\\}?") {
            let _ = Origin::parse(text.as_bytes());
        }
    }
}
