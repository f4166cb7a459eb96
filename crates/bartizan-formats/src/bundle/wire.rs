//! The manifest as JSON.

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    error::BundleError,
    manifest::{BundleManifest, BundleSource, Content, SnapshotName},
};
use crate::digest::Digest;

/// What every manifest says it is, so that no other file that somebody signs can pass for one.
const KIND: &str = "bartizan-bundle";

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
    created: String,
    snapshot: WireSnapshot,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<WireSnapshot>,
    content: WireContent,
    sources: Vec<WireSource>,
}

#[derive(Serialize, Deserialize)]
struct WireSnapshot {
    id: String,
    content_sha256: Digest,
}

#[derive(Serialize, Deserialize)]
struct WireContent {
    name: String,
    size: u64,
    sha256: Digest,
}

#[derive(Serialize, Deserialize)]
struct WireSource {
    id: String,
    title: String,
    licence: String,
    records: u64,
    imported: String,
    newest: Option<String>,
}

/// The text of a manifest.
pub(super) fn text(manifest: &BundleManifest) -> String {
    let wire = Wire {
        kind: KIND.to_owned(),
        format: FORMAT,
        created: manifest.created.to_string(),
        snapshot: manifest.snapshot.into(),
        base: manifest.base.map(Into::into),
        content: WireContent {
            name: manifest.content_name().to_owned(),
            size: manifest.content.size,
            sha256: manifest.content.digest,
        },
        sources: manifest.sources.iter().map(Into::into).collect(),
    };
    // Texts and numbers always have a JSON form.
    serde_json::to_string_pretty(&wire).unwrap_or_default() + "\n"
}

/// Reads a manifest.
pub(super) fn manifest(bytes: &[u8]) -> Result<BundleManifest, BundleError> {
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(BundleError::Manifest)?;
    if envelope.kind != KIND {
        let what = "its manifest is that of something else";
        return Err(BundleError::Inconsistent { what });
    }
    if envelope.format != FORMAT {
        return Err(BundleError::Newer {
            found: envelope.format,
            supported: FORMAT,
        });
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(BundleError::Manifest)?;
    let mut sources = Vec::new();
    for source in wire.sources {
        sources.push(BundleSource {
            imported: time(&source.imported)?,
            newest: source.newest.as_deref().map(time).transpose()?,
            id: source.id,
            title: source.title,
            licence: source.licence,
            records: source.records,
        });
    }
    let manifest = BundleManifest {
        created: time(&wire.created)?,
        snapshot: wire.snapshot.name()?,
        base: wire.base.map(WireSnapshot::name).transpose()?,
        content: Content {
            size: wire.content.size,
            digest: wire.content.sha256,
        },
        sources,
    };
    if wire.content.name != manifest.content_name() {
        let what = "its manifest names a content of another kind";
        return Err(BundleError::Inconsistent { what });
    }
    Ok(manifest)
}

fn time(text: &str) -> Result<Timestamp, BundleError> {
    text.parse().map_err(|_cause| BundleError::Inconsistent {
        what: "a time in its manifest is none",
    })
}

impl WireSnapshot {
    fn name(self) -> Result<SnapshotName, BundleError> {
        let name = SnapshotName(self.content_sha256);
        if name.id() == self.id {
            Ok(name)
        } else {
            let what = "the id of a snapshot is not the start of its digest";
            Err(BundleError::Inconsistent { what })
        }
    }
}

impl From<SnapshotName> for WireSnapshot {
    fn from(name: SnapshotName) -> Self {
        Self {
            id: name.id(),
            content_sha256: name.0,
        }
    }
}

impl From<&BundleSource> for WireSource {
    fn from(source: &BundleSource) -> Self {
        Self {
            id: source.id.clone(),
            title: source.title.clone(),
            licence: source.licence.clone(),
            records: source.records,
            imported: source.imported.to_string(),
            newest: source.newest.map(|newest| newest.to_string()),
        }
    }
}
