//! What a bundle says about itself.

use std::time::Duration;

use bartizan_model::Timestamp;

use super::error::BundleError;
use crate::{
    digest::Digest,
    snapshot::{Manifest, SourceState},
};

/// How far two clocks may be apart. A bundle from the future would make every later one look old.
const CLOCKS: Duration = Duration::from_hours(24);

/// What a bundle says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleManifest {
    /// When it was made. Of two bundles of one publisher the later is the newer.
    pub created: Timestamp,
    /// The snapshot that it holds or leads to.
    pub snapshot: SnapshotName,
    /// The snapshot whose changes it holds; `None` of a bundle that holds a whole one.
    pub base: Option<SnapshotName>,
    /// Its content.
    pub content: Content,
    /// What the snapshot holds of each source, sorted by id.
    pub sources: Vec<BundleSource>,
}

/// A snapshot, named by the digest of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotName(pub Digest);

impl SnapshotName {
    /// The id by which people call the snapshot.
    pub fn id(&self) -> String {
        self.0.to_string().chars().take(12).collect()
    }
}

/// Size and digest of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Its size in bytes.
    pub size: u64,
    /// Its digest.
    pub digest: Digest,
}

/// What a snapshot holds of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleSource {
    /// The source's id.
    pub id: String,
    /// Its name in words.
    pub title: String,
    /// The licence of its data.
    pub licence: String,
    /// Its records, or facts about CVEs.
    pub records: u64,
    /// When the publisher of the bundle last imported it. Ages are counted from here.
    pub imported: Timestamp,
    /// When the newest of its records was changed.
    pub newest: Option<Timestamp>,
}

impl From<&SourceState> for BundleSource {
    fn from(state: &SourceState) -> Self {
        Self {
            id: state.id.clone(),
            title: state.title.clone(),
            licence: state.licence.clone(),
            records: state.records,
            imported: state.imported,
            newest: state.newest,
        }
    }
}

impl BundleManifest {
    /// The name of the member that holds the content.
    pub fn content_name(&self) -> &'static str {
        match self.base {
            None => "snapshot.bdb",
            Some(_) => "changes.bdb",
        }
    }

    /// Whether a snapshot is the one that this bundle promises.
    pub fn check_snapshot(&self, manifest: &Manifest, content: Digest) -> Result<(), BundleError> {
        if content != self.snapshot.0 {
            return Err(BundleError::Changed);
        }
        let sources: Vec<BundleSource> = manifest.sources.iter().map(Into::into).collect();
        if sources != self.sources {
            let what = "its manifest lists other sources than its content has";
            return Err(BundleError::Inconsistent { what });
        }
        Ok(())
    }

    /// Whether no time in it is later than it can be.
    pub(super) fn check_times(&self, now: Timestamp) -> Result<(), BundleError> {
        let time = self.created;
        if time > now && time.duration_since(now).unsigned_abs() > CLOCKS {
            return Err(BundleError::Future { time });
        }
        if self
            .sources
            .iter()
            .any(|source| source.imported > self.created)
        {
            let what = "a source was imported after the bundle was made";
            return Err(BundleError::Inconsistent { what });
        }
        Ok(())
    }
}
