//! Where evidence of an artifact is looked for, and what was found at each place.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    attestation::{self, BundleError, ENDINGS, Evidence, LARGEST_EVIDENCE},
    digest::Digest,
    file_name,
    installed::{InstalledDistribution, Origin},
};
use bartizan_model::ecosystem::Package;
use bartizan_sources::{disk, index::ServedProvenance};

use super::answer::Asked;
use crate::{error::Failure, releases::Indexes};

/// A place where evidence was looked for.
pub(super) struct Place {
    /// A file or an index.
    pub(super) name: String,
    pub(super) found: Found,
}

/// What was found there.
pub(super) enum Found {
    /// This, or why it cannot be read.
    Evidence(Result<Evidence, BundleError>),
    /// Nothing.
    Nothing,
    /// The index says that there is none.
    StatedNone,
    /// The index says nothing of provenance: not the same as none.
    NotServed,
    /// The index does not list the file.
    NotListed,
    /// The channel lists the file, and advertises nothing.
    NotAdvertised,
    /// The index lists a file of this name with other bytes.
    OtherBytes,
    /// It was not asked.
    NotAsked,
    /// It did not answer.
    Unanswered(String),
    /// Nobody recorded which file was installed, so nothing can be looked for; why.
    Unrecorded(&'static str),
}

impl Found {
    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Evidence(_) => "found",
            Self::Nothing => "nothing",
            Self::StatedNone => "none",
            Self::NotServed => "not-served",
            Self::NotListed => "not-listed",
            Self::NotAdvertised => "not-advertised",
            Self::OtherBytes => "other-bytes",
            Self::NotAsked => "not-asked",
            Self::Unanswered(_) => "unanswered",
            Self::Unrecorded(_) => "unrecorded",
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Evidence(Ok(evidence)) => evidence.kind.title().to_owned(),
            Self::Evidence(Err(error)) => error.to_string(),
            Self::Nothing => "nothing there".to_owned(),
            Self::StatedNone => "the index says that there is none".to_owned(),
            Self::NotServed => {
                "provenance is not served here, which is not the same as none".to_owned()
            }
            Self::NotListed => "the index does not list the file".to_owned(),
            Self::NotAdvertised => "the channel advertises no attestation".to_owned(),
            Self::OtherBytes => "the index lists other bytes under this name".to_owned(),
            Self::NotAsked => "not asked; `--index` does".to_owned(),
            Self::Unanswered(why) => why.clone(),
            Self::Unrecorded(why) => (*why).to_owned(),
        }
    }
}

/// Looks everywhere: in the files that are named; else beside the artifact, in channels that are at hand, and on the index where
/// that is wanted. `folder` is what the folder of the file is called, as a channel has it.
pub(super) fn gather(
    path: &Path,
    folder: Option<&str>,
    digest: Digest,
    asked: &Asked<'_>,
) -> Result<Vec<Place>, Failure> {
    let mut places = Vec::new();
    for file in asked.evidence {
        let bytes = disk::read_small(file, LARGEST_EVIDENCE).map_err(|error| {
            Failure::usage(format!("cannot read `{}`: {error}", file.display()))
                .hint("`--provenance` takes a file of evidence")
        })?;
        places.push(of_file(file, &bytes));
    }
    // What was installed from a file that is gone has nothing beside it.
    if asked.evidence.is_empty() && path.exists() {
        beside(path, &mut places);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if file_name::conda(&name).is_some() {
        places.extend(asked.channels.places((folder, &name), digest));
    }
    places.push(of_index(path, digest, asked.indexes));
    Ok(places)
}

fn of_file(file: &Path, bytes: &[u8]) -> Place {
    Place {
        name: file.display().to_string(),
        found: Found::Evidence(attestation::read(bytes)),
    }
}

fn beside(path: &Path, places: &mut Vec<Place>) {
    let before = places.len();
    for ending in ENDINGS {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let file = PathBuf::from(name);
        if !file.exists() {
            continue;
        }
        places.push(match disk::read_small(&file, LARGEST_EVIDENCE) {
            Ok(bytes) => of_file(&file, &bytes),
            Err(error) => Place {
                name: file.display().to_string(),
                found: Found::Unanswered(error.to_string()),
            },
        });
    }
    if places.len() == before {
        places.push(Place {
            name: "beside the file".to_owned(),
            found: Found::Nothing,
        });
    }
}

fn of_index(path: &Path, digest: Digest, indexes: Option<&Indexes>) -> Place {
    let place = |name: String, found| Place { name, found };
    let Some(indexes) = indexes else {
        return place("the index".to_owned(), Found::NotAsked);
    };
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let named = name.and_then(|name| Some((package(&name)?, name)));
    let Some((package, name)) = named else {
        return place(indexes.names.clone(), Found::NotListed);
    };
    match indexes.provenance(&package, &name) {
        ServedProvenance::NotListed => place(indexes.names.clone(), Found::NotListed),
        ServedProvenance::Unanswered { why } => {
            place(indexes.names.clone(), Found::Unanswered(why))
        }
        ServedProvenance::NotServed { index, sha256 } => {
            place(index, told(sha256, digest, Found::NotServed))
        }
        ServedProvenance::None { index, sha256 } => {
            place(index, told(sha256, digest, Found::StatedNone))
        }
        ServedProvenance::Served {
            index,
            sha256,
            body,
        } => place(
            index,
            told(sha256, digest, Found::Evidence(attestation::read(&body))),
        ),
    }
}

/// What an index says of a file with other bytes is not about this one; its attestations would only fail.
fn told(stated: Option<Digest>, digest: Digest, found: Found) -> Found {
    match stated {
        Some(stated) if stated != digest => Found::OtherBytes,
        _ => found,
    }
}

impl Place {
    /// The place where an installer should have recorded the file that it installed.
    pub(super) fn unrecorded(it: &InstalledDistribution) -> Self {
        let why = match &it.origin {
            Origin::Unrecorded => "did not record which file was installed",
            Origin::File { .. } => "recorded no SHA-256 digest of the file",
            Origin::Directory { .. } => "recorded a directory of sources",
            Origin::Repository { .. } => "recorded a repository",
            Origin::Unreadable { .. } => "recorded something that cannot be read",
        };
        Self {
            name: "the installer".to_owned(),
            found: Found::Unrecorded(why),
        }
    }
}

/// The name of the folder of a file at an address: in a channel, the platform.
pub(super) fn folder_of(url: &str) -> Option<&str> {
    let bare = url.split(['#', '?']).next()?;
    bare.rsplit(['/', '\\']).nth(1).filter(|it| !it.is_empty())
}

/// The file at an address, or its name where it is on another machine.
pub(super) fn file_of(url: &str) -> PathBuf {
    let bare = url.split(['#', '?']).next().unwrap_or_default();
    let name = bare.rsplit('/').next().unwrap_or_default();
    match bare.strip_prefix("file://") {
        Some(path) if !path.contains('%') => PathBuf::from(path),
        _ => PathBuf::from(name.replace("%2B", "+").replace("%2b", "+")),
    }
}

/// The project that a file is of, conda's packages included.
pub(super) fn any_package(name: &str) -> Option<Package> {
    package(name).or_else(|| file_name::conda(name).map(|(package, _)| package))
}

/// The project of an index that a file is of.
pub(super) fn package(name: &str) -> Option<Package> {
    let named = file_name::wheel(name).or_else(|| file_name::source(name));
    named.map(|(package, _)| package)
}
