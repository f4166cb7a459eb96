//! Feeds on this machine: reading one whole or not at all, and publishing one's own.
//!
//! A signed feed is believed as a state: every file is read once, held to the signed list, and handed on as the
//! bytes that were checked. A mirror that changes, hides or adds a file, or serves an older state, has no feed.

mod draft;
mod files;
mod publish;

use std::path::Path;

use bartizan_formats::{
    feed::{FeedError, FeedState, MANIFEST, SIGNATURE, VerifiedManifest, verify_manifest},
    signature::AllowedSigners,
};
use bartizan_model::Timestamp;

pub use self::draft::{DraftError, DraftRequest, Drafted, FromCommits, draft};
pub use self::publish::{
    FeedComplaint, FeedDetails, Planned, PublishError, PublishPlan, PublishRequest, Published,
    apply, plan,
};
pub use crate::git::program::GitError;

/// A feed, read whole and held to its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedFeed {
    /// Its list, who signed it, and what to remember of it.
    pub list: VerifiedManifest,
    /// Its records: path below the feed and bytes, in the order of their paths.
    pub records: Vec<(String, Vec<u8>)>,
}

/// Reads a feed from a directory or a zip archive. Checked are the signature, where signers are named; that the
/// state is not older than the one seen last; and that the records are those that the list names and no others.
pub fn open_feed(
    path: &Path,
    signers: Option<&AllowedSigners>,
    last_seen: Option<FeedState>,
    now: Timestamp,
) -> Result<VerifiedFeed, FeedError> {
    let mut files = files::read(path)?;
    let manifest = files.remove(MANIFEST).ok_or(FeedError::NoManifest)?;
    let signature = files.remove(SIGNATURE);
    let list = verify_manifest(&manifest, signature.as_deref(), signers, (last_seen, now))?;
    let digests = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bartizan_formats::digest::Digest::of(bytes)));
    list.manifest.check_files(digests)?;
    Ok(VerifiedFeed {
        list,
        records: files.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests;
