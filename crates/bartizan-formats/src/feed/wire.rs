//! The list of a feed as JSON.

use std::collections::BTreeMap;

use bartizan_model::{
    Timestamp,
    ecosystem::{Ecosystem, Package},
};
use serde::{Deserialize, Serialize};

use super::{FeedFile, FeedManifest, MOST_FILES, error::FeedError};
use crate::{archive::is_plain_name, digest::Digest};

/// What every list says it is, so that no other file that somebody signs can pass for one.
const KIND: &str = "bartizan-feed";

/// The format that is written, and the only one that is read.
const FORMAT: u64 = 1;

/// What every version of the format has.
#[derive(Deserialize)]
struct Envelope {
    kind: String,
    format: u64,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    kind: String,
    format: u64,
    name: String,
    title: String,
    licence: String,
    prefixes: Vec<String>,
    packages: Vec<WirePackage>,
    sequence: u64,
    created: String,
    files: Vec<WireFile>,
}

#[derive(Serialize, Deserialize)]
struct WirePackage {
    ecosystem: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct WireFile {
    path: String,
    sha256: Digest,
    modified: String,
}

/// The text of a list.
pub(super) fn text(manifest: &FeedManifest) -> String {
    let package = |package: &Package| WirePackage {
        ecosystem: package.ecosystem().to_string(),
        name: package.name().to_owned(),
    };
    let file = |(path, file): (&String, &FeedFile)| WireFile {
        path: path.clone(),
        sha256: file.digest,
        modified: file.modified.to_string(),
    };
    let wire = Wire {
        kind: KIND.to_owned(),
        format: FORMAT,
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        licence: manifest.licence.clone(),
        prefixes: manifest.prefixes.clone(),
        packages: manifest.packages.iter().map(package).collect(),
        sequence: manifest.sequence,
        created: manifest.created.to_string(),
        files: manifest.files.iter().map(file).collect(),
    };
    // Texts and numbers always have a JSON form.
    serde_json::to_string_pretty(&wire).unwrap_or_default() + "\n"
}

/// Reads a list.
pub(super) fn manifest(bytes: &[u8]) -> Result<FeedManifest, FeedError> {
    let wrong = |what| FeedError::Inconsistent { what };
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(FeedError::Manifest)?;
    if envelope.kind != KIND {
        return Err(wrong("it is the list of something else"));
    }
    if envelope.format != FORMAT {
        return Err(FeedError::Newer {
            found: envelope.format,
            supported: FORMAT,
        });
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(FeedError::Manifest)?;
    if wire.files.len() > MOST_FILES {
        return Err(FeedError::TooMany { limit: MOST_FILES });
    }
    let mut files = BTreeMap::new();
    for file in wire.files {
        let is_listable = is_record(&file.path) && is_plain_name(&file.path);
        if !is_listable {
            return Err(wrong("it lists a file that cannot be a record"));
        }
        let entry = FeedFile {
            digest: file.sha256,
            modified: time(&file.modified)?,
        };
        if files.insert(file.path, entry).is_some() {
            return Err(wrong("it lists a file twice"));
        }
    }
    let package =
        |package: &WirePackage| Package::new(Ecosystem::new(&*package.ecosystem), &package.name);
    Ok(FeedManifest {
        name: wire.name,
        title: wire.title,
        licence: wire.licence,
        prefixes: wire.prefixes,
        packages: wire.packages.iter().map(package).collect(),
        sequence: wire.sequence,
        created: time(&wire.created)?,
        files,
    })
}

fn time(text: &str) -> Result<Timestamp, FeedError> {
    text.parse().map_err(|_cause| FeedError::Inconsistent {
        what: "a time in it is none",
    })
}

/// Whether a path of a feed is that of a record: a JSON file, neither hidden nor the list itself.
pub(super) fn is_record(path: &str) -> bool {
    let is_hidden = path
        .split('/')
        .any(|part| part.starts_with('.') || part.is_empty());
    let is_json = path
        .rsplit_once('.')
        .is_some_and(|(_, extension)| extension == "json");
    is_json && path != super::MANIFEST && !is_hidden && !path.contains('\\')
}
