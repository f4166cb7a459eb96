//! Which package an installed file belongs to, by what installers recorded.
//!
//! Only records are read here. A record may name any path; none of them is opened, they are compared with paths of
//! files that were found by walking.

mod distribution;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bartizan_model::{ecosystem::Package, problem::Problem};
use serde::Deserialize;

use crate::{
    file_name,
    target::{
        Candidate,
        conda::CondaPackage,
        entry_name,
        environment::{distribution as records, layout},
    },
    tree::{EntryKind, Tree, plain},
};

pub use distribution::{InstalledDistribution, Origin, distributions};

/// The folder of records in a prefix of conda.
const CONDA_RECORDS: &str = "conda-meta";

/// The largest record. Of a package with 100,000 files it has about 40 MiB.
const LARGEST_RECORD: u64 = 64 << 20;

/// The most records of one environment; a large one has 1,000.
const MOST_RECORDS: usize = 20_000;

/// A package that is installed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// The package, as advisories are looked up for it.
    pub package: Package,
    /// Its version.
    pub version: String,
}

/// Who owns which files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owners {
    /// The packages that own any of the files that were asked about, sorted.
    pub owners: BTreeSet<Owner>,
    /// The owner of each file, where it has one.
    pub of_file: BTreeMap<PathBuf, Owner>,
    /// Records that could not be read.
    pub problems: Vec<Problem>,
}

/// Where packages are installed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A prefix of conda.
    CondaPrefix,
    /// A virtual environment or a directory of installed packages; these are the directories of packages.
    Sites(Vec<PathBuf>),
}

/// The directories of packages of a prefix of conda.
pub fn sites_of_prefix(tree: &dyn Tree, prefix: &Path) -> Vec<PathBuf> {
    let entry = tree.entry(prefix).ok();
    entry.map_or_else(Vec::new, |entry| {
        layout::sites(tree, &Candidate::new(tree, entry))
    })
}

/// What kind of installation a directory is, if it is one.
pub fn place(tree: &dyn Tree, path: &Path) -> Option<Place> {
    let candidate = Candidate::new(tree, tree.entry(path).ok()?);
    if !candidate.is_directory() {
        return None;
    }
    let children = candidate.children().ok()?;
    if children
        .iter()
        .any(|entry| entry.kind == EntryKind::Directory && entry_name(entry) == CONDA_RECORDS)
    {
        return Some(Place::CondaPrefix);
    }
    if layout::is_environment(&candidate) {
        return Some(Place::Sites(layout::sites(tree, &candidate)));
    }
    layout::is_site(&candidate).then(|| Place::Sites(vec![path.to_owned()]))
}

impl Owners {
    /// Who owns these files of a prefix of conda: its own packages, else those that pip installed in it.
    pub fn in_conda_prefix(tree: &dyn Tree, prefix: &Path, files: &BTreeSet<PathBuf>) -> Self {
        let mut owners = Self::default();
        owners.read_conda(tree, prefix, files);
        for site in sites_of_prefix(tree, prefix) {
            owners.read_site(tree, &site, files);
        }
        owners
    }

    /// Who owns these files of directories of installed packages.
    pub fn in_sites(tree: &dyn Tree, sites: &[PathBuf], files: &BTreeSet<PathBuf>) -> Self {
        let mut owners = Self::default();
        for site in sites {
            owners.read_site(tree, site, files);
        }
        owners
    }

    fn read_site(&mut self, tree: &dyn Tree, site: &Path, files: &BTreeSet<PathBuf>) {
        for found in records::find(tree, site)
            .distributions
            .into_iter()
            .take(MOST_RECORDS)
        {
            let owner = Owner {
                package: found.package,
                version: found.version,
            };
            let locator = PathBuf::from(found.locator);
            let Some(folder) = locator.parent() else {
                continue;
            };
            let recorded = tree.read(&folder.join("RECORD"), LARGEST_RECORD);
            let installed = || tree.read(&folder.join("installed-files.txt"), LARGEST_RECORD);
            if let Ok(bytes) = recorded {
                self.claim(&owner, site, files, crate::record::paths(&bytes));
            } else if let Ok(bytes) = installed() {
                let text = String::from_utf8_lossy(&bytes);
                self.claim(&owner, folder, files, text.lines().map(str::to_owned));
            }
        }
    }

    fn read_conda(&mut self, tree: &dyn Tree, prefix: &Path, files: &BTreeSet<PathBuf>) {
        let entries = tree.list(&prefix.join(CONDA_RECORDS)).unwrap_or_default();
        let records = entries.iter().filter(|entry| {
            entry.kind == EntryKind::File && entry_name(entry).strip_suffix(".json").is_some()
        });
        for entry in records.take(MOST_RECORDS) {
            let read = tree.read(&entry.path, LARGEST_RECORD);
            let read = read.map_err(|error| format!("cannot be read: {error}"));
            match read.and_then(|bytes| CondaRecord::parse(&bytes)) {
                Ok(record) => {
                    let owner = record.owner();
                    self.claim(&owner, prefix, files, record.files.into_iter());
                }
                Err(message) => {
                    let subject = entry.path.display().to_string();
                    self.problems.push(Problem::new(subject, message));
                }
            }
        }
    }

    /// Gives files that nobody owns yet to an owner.
    fn claim(
        &mut self,
        owner: &Owner,
        base: &Path,
        files: &BTreeSet<PathBuf>,
        recorded: impl Iterator<Item = String>,
    ) {
        let mut owns_any = false;
        for path in recorded {
            let path = plain(&base.join(path));
            if files.contains(&path) && !self.of_file.contains_key(&path) {
                self.of_file.insert(path, owner.clone());
                owns_any = true;
            }
        }
        if owns_any {
            self.owners.insert(owner.clone());
        }
    }
}

/// The package of a conda archive, by its `info/index.json`.
pub fn conda_package(index: &[u8]) -> Option<Owner> {
    CondaRecord::parse(index).ok().map(|record| record.owner())
}

/// What conda says of a package: in `info/index.json` of an archive, and with its files where it is installed.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object of the names that conda gives")]
struct CondaRecord {
    name: String,
    version: String,
    #[serde(alias = "build_string")]
    build: Option<String>,
    subdir: Option<String>,
    #[serde(default)]
    files: Vec<String>,
}

impl CondaRecord {
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("not a record of conda: {error}"))
    }

    /// A package that is one Python distribution is looked up as that.
    fn owner(&self) -> Owner {
        let metadata = self.files.iter().filter_map(|file| {
            let folder = file.strip_suffix(".dist-info/METADATA")?;
            file_name::metadata_directory(folder.rsplit('/').next()?)
        });
        let mut metadata = metadata.collect::<Vec<_>>();
        if let (Some((package, version)), true) = (metadata.pop(), metadata.is_empty()) {
            return Owner { package, version };
        }
        let package = CondaPackage {
            name: self.name.clone(),
            version: self.version.clone(),
            build: self.build.clone(),
            subdir: self.subdir.clone(),
            ..CondaPackage::default()
        };
        Owner {
            package: package.component("").package,
            version: self.version.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn check(files: &[(&str, &str)], path: &str, natives: &[&str]) -> String {
        let tree = MemoryTree::new(files.iter().map(|(name, text)| (*name, *text)));
        let path = Path::new(path);
        let natives = natives.iter().map(PathBuf::from).collect();
        let owners = match place(&tree, path) {
            Some(Place::CondaPrefix) => Owners::in_conda_prefix(&tree, path, &natives),
            Some(Place::Sites(sites)) => Owners::in_sites(&tree, &sites, &natives),
            None => return "no installation".to_owned(),
        };
        let of_file = owners.of_file.iter().map(|(file, owner)| {
            let kind = owner.package.ecosystem();
            format!(
                "{}: {kind} {} {}",
                file.display(),
                owner.package,
                owner.version
            )
        });
        let problems = owners.problems.iter();
        let problems = problems.map(|it| format!("! {}: {}", it.subject, it.message));
        of_file.chain(problems).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_record_says_whose_a_file_is() {
        let site = "env/lib/python3.12/site-packages";
        let metadata = "Name: A\nVersion: 1.0\n";
        let files = [
            ("env/pyvenv.cfg".to_owned(), ""),
            (format!("{site}/a-1.0.dist-info/METADATA"), metadata),
            (
                format!("{site}/a-1.0.dist-info/RECORD"),
                "a/x.so,sha256=0,1\n\"a/y,z.so\",,\n../../../bin/tool,,\n../../../../etc/passwd,,\n",
            ),
            (
                format!("{site}/b.egg-info/PKG-INFO"),
                "Name: b\nVersion: 2\n",
            ),
            (
                format!("{site}/b.egg-info/installed-files.txt"),
                "../b/b.so\n",
            ),
        ];
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| (name.as_str(), *text))
            .collect();
        let natives = [
            "env/lib/python3.12/site-packages/a/x.so",
            "env/lib/python3.12/site-packages/a/y,z.so",
            "env/lib/python3.12/site-packages/b/b.so",
            "env/lib/python3.12/site-packages/c.so",
            "env/bin/tool",
        ];
        insta::assert_snapshot!(check(&files, "env", &natives), @r"
        env/bin/tool: PyPI a 1.0
        env/lib/python3.12/site-packages/a/x.so: PyPI a 1.0
        env/lib/python3.12/site-packages/a/y,z.so: PyPI a 1.0
        env/lib/python3.12/site-packages/b/b.so: PyPI b 2
        ");
        insta::assert_snapshot!(check(&files, "env/lib", &natives), @"no installation");
    }

    #[test]
    fn a_package_of_conda_is_the_distribution_that_it_holds() {
        let files = [
            (
                "p/conda-meta/libz-1.3-0.json",
                r#"{"name":"libz","version":"1.3","build":"0","files":["lib/libz.so.1"]}"#,
            ),
            (
                "p/conda-meta/np-2-0.json",
                r#"{"name":"np","version":"2","files":["lib/python3.12/site-packages/numpy-2.0.dist-info/METADATA","lib/python3.12/site-packages/n.so"]}"#,
            ),
            ("p/conda-meta/torn-1-0.json", "{"),
        ];
        let natives = [
            "p/lib/libz.so.1",
            "p/lib/python3.12/site-packages/n.so",
            "p/other.so",
        ];
        insta::assert_snapshot!(check(&files, "p", &natives), @r"
        p/lib/libz.so.1: conda libz 1.3
        p/lib/python3.12/site-packages/n.so: PyPI numpy 2.0
        ! p/conda-meta/torn-1-0.json: not a record of conda: EOF while parsing an object at line 1 column 1
        ");
    }
}
