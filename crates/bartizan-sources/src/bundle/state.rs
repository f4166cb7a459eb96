//! Which bundles this home has seen: what refuses an older one.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use bartizan_formats::{bundle::BundleManifest, digest::Digest};
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::InstallError;

/// The largest file that is read.
const LARGEST: u64 = 1 << 20;

/// What is known of earlier bundles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct BundleState {
    /// The newest bundle of each publisher.
    publishers: BTreeMap<String, Seen>,
    /// The bundle that was installed last.
    last: Option<Last>,
}

/// The bundle that was installed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Last {
    /// Who published it.
    publisher: String,
    /// The digest of the content of its snapshot.
    content_sha256: Digest,
}

/// The newest bundle of a publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// When it was made.
    created: String,
    /// The digest of the content of its snapshot.
    content_sha256: Digest,
}

impl BundleState {
    /// Reads the file. One that is there and cannot be read is an error: taken for empty, it would let every
    /// old bundle pass.
    pub(super) fn load(path: &Path) -> Result<Self, InstallError> {
        let unreadable = || InstallError::State {
            path: path.to_owned(),
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(_) => return Err(unreadable()),
        };
        let mut text = String::new();
        let read = file.take(LARGEST).read_to_string(&mut text);
        let state = read
            .ok()
            .and_then(|_length| serde_json::from_str::<Self>(&text).ok());
        let is_sound = |seen: &Seen| seen.created.parse::<Timestamp>().is_ok();
        state
            .filter(|state| state.publishers.values().all(is_sound))
            .ok_or_else(unreadable)
    }

    /// The file's new text.
    pub(super) fn text(&self) -> String {
        // Maps with text keys and plain values always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// When the newest bundle of a publisher was made, where `manifest` is not that one or a later one.
    pub(super) fn newer(&self, publisher: &str, manifest: &BundleManifest) -> Option<Timestamp> {
        let seen = self.publishers.get(publisher)?;
        let created: Timestamp = seen.created.parse().ok()?;
        let is_same = created == manifest.created && seen.content_sha256 == manifest.snapshot.0;
        (created >= manifest.created && !is_same).then_some(created)
    }

    /// Whether a snapshot is what a publisher's bundle put there, and nobody else since.
    pub(super) fn put(&self, publisher: &str, content: Digest) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| last.publisher == publisher && last.content_sha256 == content)
    }

    /// Notes a bundle that is being installed. One that is older on purpose leaves the newest known.
    pub(super) fn note(&mut self, publisher: &str, manifest: &BundleManifest) {
        let content_sha256 = manifest.snapshot.0;
        if self.newer(publisher, manifest).is_none() {
            let created = manifest.created.to_string();
            let seen = Seen {
                created,
                content_sha256,
            };
            self.publishers.insert(publisher.to_owned(), seen);
        }
        self.last = Some(Last {
            publisher: publisher.to_owned(),
            content_sha256,
        });
    }
}
