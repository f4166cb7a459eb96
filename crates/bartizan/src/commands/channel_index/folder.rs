//! One folder of a channel: the packages of a platform, and the evidence that lies beside them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    archive::Limits,
    attestation::{self, Content, ENDINGS, EvidenceKind, LARGEST_EVIDENCE},
    conda_channel::{self, Record, SIDECAR, bundles, sidecar},
    conda_package,
    digest::Digest,
    file_name,
    tree::{Entry, EntryKind, Tree},
};
use bartizan_sources::disk::{self, DiskTree};

use crate::{bills::conda, error::Failure, output};

/// A folder with what is to be written into it.
pub(super) struct Folder {
    pub(super) name: String,
    path: PathBuf,
    records: BTreeMap<String, Record>,
    /// The attestations of a package, by its name.
    sidecars: BTreeMap<String, Vec<u8>>,
    /// What was left out, and why.
    pub(super) problems: Vec<String>,
}

impl Folder {
    /// Reads the packages of a folder, which need not be there.
    pub(super) fn read(channel: &Path, name: String) -> Result<Self, Failure> {
        let path = channel.join(&name);
        let entries = if path.is_dir() {
            DiskTree.list(&path).map_err(|error| {
                Failure::usage(format!("cannot list `{}`: {error}", path.display()))
                    .hint("name a folder that may be read")
            })?
        } else {
            Vec::new()
        };
        let mut folder = Self {
            name,
            path,
            records: BTreeMap::new(),
            sidecars: BTreeMap::new(),
            problems: Vec::new(),
        };
        for entry in &entries {
            if let Some(name) = package_name(entry) {
                match folder.record(&entry.path, name) {
                    Ok(record) => {
                        folder.records.insert(name.to_owned(), record);
                    }
                    Err(why) => folder.problems.push(format!("{name}: {why}; left out")),
                }
            }
        }
        Ok(folder)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.problems.is_empty()
    }

    pub(super) fn packages(&self) -> usize {
        self.records.len()
    }

    pub(super) fn attested(&self) -> usize {
        self.sidecars.len()
    }

    /// What a channel says of one package.
    fn record(&mut self, path: &Path, name: &str) -> Result<Record, String> {
        let open = || DiskTree.open(path).map_err(|error| error.to_string());
        let index = conda_package::read_index(open()?, &Limits::NATIVE);
        let index = index.map_err(|error| error.to_string())?;
        let text = |key: &str| index.get(key).and_then(|it| it.as_str());
        let stem = match (text("name"), text("version"), text("build")) {
            (Some(name), Some(version), Some(build)) => format!("{name}-{version}-{build}"),
            _ => return Err("its `info/index.json` does not say what it is".to_owned()),
        };
        if name
            .strip_prefix(stem.as_str())
            .is_none_or(|it| ![".conda", ".tar.bz2"].contains(&it))
        {
            return Err(format!("says that it is `{stem}`"));
        }
        if let Some(subdir) = text("subdir").filter(|it| *it != self.name) {
            return Err(format!("says that it is for `{subdir}`"));
        }
        let sha256 = Digest::of_reader(&mut open()?).map_err(|error| error.to_string())?;
        let size = std::fs::metadata(path)
            .map_err(|error| error.to_string())?
            .len();
        let attestations = self.attestations(name, sha256)?;
        Ok(Record {
            index,
            sha256,
            size,
            attestations,
        })
    }

    /// The digest of the attestations of a package, from what is served and what lies beside it.
    fn attestations(&mut self, name: &str, digest: Digest) -> Result<Option<Digest>, String> {
        let beside = |ending: &str| self.path.join(format!("{name}{ending}"));
        let served = read_whole(&beside(SIDECAR))?;
        let mut new = Vec::new();
        for ending in ENDINGS.iter().filter(|it| **it != SIDECAR) {
            let Some(bytes) = read_whole(&beside(ending))? else {
                continue;
            };
            for bundle in bundles(&bytes) {
                match is_about(&bundle, name, digest) {
                    Ok(()) => new.push(bundle),
                    Err(why) => self
                        .problems
                        .push(format!("{name}{ending}: {why}; left out")),
                }
            }
        }
        for bundle in served.as_deref().map(bundles).unwrap_or_default() {
            if let Err(why) = is_about(&bundle, name, digest) {
                let problem = format!("{name}{SIDECAR}: {why}; it was served before, and stays");
                self.problems.push(problem);
            }
        }
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let all = sidecar(served.as_deref(), &new).map_err(|error| error.to_string())?;
        Ok(all.map(|bytes| {
            let digest = Digest::of(&bytes);
            self.sidecars.insert(name.to_owned(), bytes);
            digest
        }))
    }

    /// Writes the attestations, and then what advertises them.
    pub(super) fn write(&self) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.path).map_err(|error| {
            Failure::usage(format!("cannot make `{}`: {error}", self.path.display()))
                .hint("name a folder that may be written to")
        })?;
        for (name, bytes) in &self.sidecars {
            let text = String::from_utf8_lossy(bytes);
            let digest = Digest::of(bytes);
            for ending in [format!("{SIDECAR}.{digest}"), SIDECAR.to_owned()] {
                let file = self.path.join(format!("{name}{ending}"));
                output::write(&text, Some(&file))?;
            }
        }
        let text = conda_channel::repodata(&self.name, &self.records);
        output::write(&text, Some(&self.path.join("repodata.json")))
    }
}

/// The name of a package, where an entry is one.
fn package_name(entry: &Entry) -> Option<&str> {
    let name = entry.path.file_name()?.to_str()?;
    let is_it = entry.kind == EntryKind::File && file_name::conda(name).is_some();
    (is_it && conda::is_package(&entry.path)).then_some(name)
}

fn read_whole(path: &Path) -> Result<Option<Vec<u8>>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let bytes = disk::read_small(path, LARGEST_EVIDENCE);
    let bytes = bytes.map_err(|error| format!("`{}`: {error}", path.display()))?;
    std::str::from_utf8(&bytes).map_err(|_cause| format!("`{}`: not UTF-8", path.display()))?;
    Ok(Some(bytes))
}

/// Whether a bundle is a statement about a package, by its name and digest. Whether it was signed is for `verify` to say.
fn is_about(bundle: &str, name: &str, digest: Digest) -> Result<(), String> {
    let read = attestation::read(bundle.as_bytes()).map_err(|error| error.to_string())?;
    let [item] = read.items.as_slice() else {
        return Err("not one bundle".to_owned());
    };
    if read.kind != EvidenceKind::SigstoreBundle {
        return Err(format!("{}, and channels serve bundles", read.kind.title()));
    }
    let bundle = item.bundle.as_ref().map_err(ToString::to_string)?;
    let Content::Envelope { payload, .. } = &bundle.content else {
        return Err("a signature without a statement".to_owned());
    };
    let statement = attestation::statement(payload).map_err(|error| error.to_string())?;
    let digest = digest.to_string();
    let is_it = statement.subjects.iter().any(|it| {
        let digests = it.digests.iter();
        let mut of_it = digests.filter(|(algorithm, _)| algorithm == "sha256");
        it.name == name && of_it.any(|(_, stated)| *stated == digest)
    });
    if is_it {
        Ok(())
    } else {
        Err("a statement about other bytes or another name".to_owned())
    }
}
