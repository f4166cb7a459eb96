//! Channels of conda that are at hand as folders: which attestations a package has is what `repodata.json` says, by a digest
//! ([CEP 50](https://github.com/conda/ceps/blob/main/cep-0050.md)).
//!
//! What is advertised and cannot be had is a failure to answer, never the same as none.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    attestation::{self, LARGEST_EVIDENCE},
    conda_channel::{self, Advertised, LARGEST_REPODATA, SIDECAR},
    digest::Digest,
    file_name,
};
use bartizan_sources::disk;

use super::gather::{Found, Place};
use crate::error::Failure;

/// The channels that are named, and what was read of them.
pub(super) struct Channels {
    folders: Vec<PathBuf>,
    /// By the folder of a platform.
    read: RefCell<BTreeMap<PathBuf, Said>>,
}

/// What the `repodata.json` of a folder says, or why it cannot be read.
type Said = Result<BTreeMap<String, Advertised>, String>;

impl Channels {
    pub(super) fn new(folders: &[PathBuf]) -> Result<Self, Failure> {
        for folder in folders.iter().filter(|it| !it.is_dir()) {
            let message = format!("`{}` is no folder of a channel", folder.display());
            return Err(Failure::usage(message)
                .hint("name a folder with `linux-64`, `noarch` and so on in it"));
        }
        Ok(Self {
            folders: folders.to_owned(),
            read: RefCell::default(),
        })
    }

    /// What each channel says of a package. `folder` is that of its platform, where it is known.
    pub(super) fn places(
        &self,
        (folder, name): (Option<&str>, &str),
        digest: Digest,
    ) -> Vec<Place> {
        let channels = self.folders.iter();
        channels
            .map(|channel| Place {
                name: channel.display().to_string(),
                found: self.found(channel, (folder, name), digest),
            })
            .collect()
    }

    fn found(&self, channel: &Path, (folder, name): (Option<&str>, &str), digest: Digest) -> Found {
        let platforms = match folder.filter(|it| file_name::is_conda_subdir(it)) {
            Some(platform) => vec![channel.join(platform)],
            None => platforms(channel),
        };
        for platform in platforms {
            match self.said(&platform, name) {
                Ok(Some(said)) => return of_record(&said, &platform.join(name), digest),
                Ok(None) => {}
                Err(why) => return Found::Unanswered(why),
            }
        }
        Found::NotListed
    }

    fn said(&self, platform: &Path, name: &str) -> Result<Option<Advertised>, String> {
        let mut read = self.read.borrow_mut();
        let said = read.entry(platform.to_owned()).or_insert_with(|| {
            let file = platform.join("repodata.json");
            let told = |why: String| format!("`{}`: {why}", file.display());
            let bytes = disk::read_small(&file, LARGEST_REPODATA);
            let bytes = bytes.map_err(|error| told(error.to_string()))?;
            conda_channel::read(&bytes).map_err(told)
        });
        match said {
            Ok(records) => Ok(records.get(name).cloned()),
            Err(why) => Err(why.clone()),
        }
    }
}

/// The folders of platforms in a channel, sorted.
fn platforms(channel: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(channel).into_iter().flatten().flatten();
    let paths = entries.map(|it| it.path());
    let is_platform = |it: &PathBuf| {
        let name = it.file_name().and_then(|it| it.to_str());
        name.is_some_and(file_name::is_conda_subdir) && it.is_dir()
    };
    let mut platforms: Vec<PathBuf> = paths.filter(is_platform).collect();
    platforms.sort();
    platforms
}

fn of_record(said: &Advertised, package: &Path, digest: Digest) -> Found {
    if said.sha256.is_some_and(|it| it != digest) {
        return Found::OtherBytes;
    }
    let advertised = match &said.attestations {
        None => return Found::NotAdvertised,
        Some(Ok(digest)) => digest,
        Some(Err(text)) => {
            let text: String = text.chars().take(80).collect();
            return Found::Unanswered(format!("advertises `{text}`, which is no digest"));
        }
    };
    let mut file = package.as_os_str().to_owned();
    file.push(format!("{SIDECAR}.{advertised}"));
    match disk::read_small(Path::new(&file), LARGEST_EVIDENCE) {
        Ok(bytes) if Digest::of(&bytes) == *advertised => {
            Found::Evidence(attestation::read(&bytes))
        }
        Ok(_) => Found::Unanswered("the attestations are others than those advertised".to_owned()),
        Err(error) => Found::Unanswered(format!("advertised attestations cannot be read: {error}")),
    }
}
