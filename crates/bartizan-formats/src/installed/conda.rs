//! The packages of a prefix of conda, each with the file it came from and the files that it put there, by conda's own records
//! (`conda-meta/NAME-VERSION-BUILD.json`). Nobody signed them.

use std::path::Path;

use bartizan_model::problem::Problem;
use serde::Deserialize;

use super::{CONDA_RECORDS, InstalledDistribution, LARGEST_RECORD, MOST_RECORDS, Origin};
use crate::{
    file_hash::FileHash,
    file_name,
    target::entry_name,
    tree::{EntryKind, Tree},
};

/// A package of conda that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaInstalled {
    /// What it is, and which file it came from.
    pub distribution: InstalledDistribution,
    /// The files that it put into the prefix.
    pub files: Vec<CondaFile>,
}

/// A file of a package of conda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaFile {
    /// Its path below the prefix, as it is written.
    pub path: String,
    /// Its digest as it was installed; none of what conda made itself, or where it recorded none.
    pub hash: Option<FileHash>,
    /// Whether it is a link, which has no digest of its own.
    pub is_link: bool,
}

#[derive(Deserialize)]
struct Wire {
    name: String,
    version: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default, rename = "fn")]
    file: Option<String>,
    #[serde(default)]
    sha256: Option<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    paths_data: WirePaths,
}

#[derive(Deserialize, Default)]
struct WirePaths {
    #[serde(default)]
    paths: Vec<WirePath>,
}

#[derive(Deserialize)]
struct WirePath {
    #[serde(rename = "_path")]
    path: String,
    #[serde(default)]
    path_type: Option<String>,
    #[serde(default)]
    sha256: Option<String>,
    /// Of a file into which conda wrote the path of the prefix.
    #[serde(default)]
    sha256_in_prefix: Option<String>,
}

/// What conda installed in a prefix, sorted, and what could not be read.
pub fn conda_packages(tree: &dyn Tree, prefix: &Path) -> (Vec<CondaInstalled>, Vec<Problem>) {
    let (mut packages, mut problems) = (Vec::new(), Vec::new());
    let entries = tree.list(&prefix.join(CONDA_RECORDS)).unwrap_or_default();
    let records = entries.iter().filter(|entry| {
        entry.kind == EntryKind::File && entry_name(entry).strip_suffix(".json").is_some()
    });
    for entry in records.take(MOST_RECORDS) {
        let read = tree.read(&entry.path, LARGEST_RECORD);
        let read = read.map_err(|error| format!("cannot be read: {error}"));
        match read.and_then(|bytes| package(&bytes, prefix, &entry.path)) {
            Ok(package) => packages.push(package),
            Err(message) => {
                problems.push(Problem::new(entry.path.display().to_string(), message));
            }
        }
    }
    packages.sort_by(|a, b| a.distribution.cmp(&b.distribution));
    (packages, problems)
}

fn package(bytes: &[u8], prefix: &Path, record: &Path) -> Result<CondaInstalled, String> {
    let wire: Wire =
        serde_json::from_slice(bytes).map_err(|error| format!("not a record of conda: {error}"))?;
    let hash = wire.sha256.and_then(|it| FileHash::parse("sha256", &it));
    let origin = match wire.url.or(wire.file) {
        Some(url) => Origin::File {
            url,
            hashes: hash.into_iter().collect(),
        },
        None => Origin::Unrecorded,
    };
    let known: Vec<CondaFile> = wire
        .paths_data
        .paths
        .into_iter()
        .map(CondaFile::of)
        .collect();
    let bare = |path: String| CondaFile {
        path,
        hash: None,
        is_link: false,
    };
    Ok(CondaInstalled {
        distribution: InstalledDistribution {
            package: file_name::conda_package(&wire.name),
            version: wire.version,
            site: prefix.to_owned(),
            folder: None,
            locator: record.display().to_string(),
            origin,
        },
        // Older records name the files alone.
        files: if known.is_empty() {
            wire.files.into_iter().map(bare).collect()
        } else {
            known
        },
    })
}

impl CondaFile {
    fn of(wire: WirePath) -> Self {
        let stated = wire.sha256_in_prefix.or(wire.sha256);
        Self {
            path: wire.path,
            hash: stated.and_then(|it| FileHash::parse("sha256", &it)),
            is_link: wire.path_type.as_deref() == Some("softlink"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::MemoryTree;

    fn check(record: &str) -> String {
        let tree = MemoryTree::new([("p/conda-meta/lab-1.0-0.json", record)]);
        let (packages, problems) = conda_packages(&tree, Path::new("p"));
        let told = packages.iter().map(|it| {
            let files = it.files.iter().map(|file| {
                let hash = file
                    .hash
                    .as_ref()
                    .map(|it| it.to_string().chars().take(9).collect());
                let hash: String = hash.unwrap_or_else(|| "-".to_owned());
                format!(
                    "  {} {hash}{}\n",
                    file.path,
                    if file.is_link { " link" } else { "" }
                )
            });
            let (of, files) = (&it.distribution, files.collect::<String>());
            format!("{} {} {:?}\n{files}", of.package, of.version, of.origin)
        });
        let problems = problems.iter().map(|it| format!("! {}", it.message));
        told.chain(problems).collect()
    }

    #[test]
    fn a_record_names_files_with_their_digests() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        insta::assert_snapshot!(check(&format!(r#"{{"name": "lab", "version": "1.0", "build": "0", "fn": "lab-1.0-0.conda", "paths_data": {{"paths": [
            {{"_path": "lib/lab.so", "path_type": "hardlink", "sha256": "{a}"}},
            {{"_path": "bin/lab", "path_type": "hardlink", "sha256": "{a}", "sha256_in_prefix": "{b}"}},
            {{"_path": "lib/lab.so.1", "path_type": "softlink", "sha256": "{a}"}},
            {{"_path": "lib/lab.pyc", "path_type": "pyc_file"}}]}}}}"#)), @r#"
        lab 1.0 File { url: "lab-1.0-0.conda", hashes: {} }
          lib/lab.so sha256:aa
          bin/lab sha256:bb
          lib/lab.so.1 sha256:aa link
          lib/lab.pyc -
        "#);
        insta::assert_snapshot!(check(r#"{"name": "lab", "version": "1.0", "files": ["lib/lab.so"]}"#), @r"
        lab 1.0 Unrecorded
          lib/lab.so -
        ");
        insta::assert_snapshot!(check("{"), @"! not a record of conda: EOF while parsing an object at line 1 column 1");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\{\"name\": \"[a-z]?\", \"version\": \"\", \"files\": [\\[\\]\"a-z]{0,5}\\}?") {
            let _ = check(&text);
        }
    }
}
