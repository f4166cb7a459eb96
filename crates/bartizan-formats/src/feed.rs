//! A feed: advisories that a project keeps itself, and the list of them that makes a state of it.
//!
//! A feed is a directory, usually a repository, of OSV records with [`MANIFEST`] beside them. The list names every
//! record with its digest and counts its own states, and [`SIGNATURE`] signs the list. So a mirror can be
//! held to it: nothing changed, nothing missing, nothing added, and no older state than one that was seen.

mod error;
mod wire;

use std::collections::BTreeMap;

use bartizan_model::{Timestamp, ecosystem::Package};
use jiff::SignedDuration;

pub use self::error::FeedError;
use crate::{
    digest::Digest,
    signature::{AllowedSigners, Signer, verify},
};

/// The file that lists the records.
pub const MANIFEST: &str = "feed.json";

/// The file that signs the list.
pub const SIGNATURE: &str = "feed.json.sig";

/// The largest list that is read: a hundred thousand records.
pub const LARGEST_MANIFEST: usize = 32 << 20;

/// The largest record that a feed holds.
pub const LARGEST_RECORD: usize = 4 << 20;

/// The most records of a feed.
pub const MOST_FILES: usize = 100_000;

/// How far two clocks may be apart.
const CLOCKS: SignedDuration = SignedDuration::from_hours(24);

/// What a feed says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedManifest {
    /// A word that names it.
    pub name: String,
    /// Its name in words.
    pub title: String,
    /// The licence of its records.
    pub licence: String,
    /// The prefixes of the ids that it gives out.
    pub prefixes: Vec<String>,
    /// The packages that it speaks about; none stands for all.
    pub packages: Vec<Package>,
    /// The number of this state. It grows with each.
    pub sequence: u64,
    /// When this state was made.
    pub created: Timestamp,
    /// Its records by their path, with `/` between folders.
    pub files: BTreeMap<String, FeedFile>,
}

/// A record as the list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFile {
    /// The digest of the file.
    pub digest: Digest,
    /// The time of its last change that the record states.
    pub modified: Timestamp,
}

/// The state of a feed that was seen last, for telling an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedState {
    /// Its number.
    pub sequence: u64,
    /// The digest of the list.
    pub digest: Digest,
}

/// A list of records that somebody who may sign stands for, or that nobody was asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedManifest {
    /// The list.
    pub manifest: FeedManifest,
    /// Who signed it; `None` where no signers were named.
    pub signer: Option<Signer>,
    /// What to remember of it.
    pub state: FeedState,
}

/// Whether a path below a feed's directory is that of a record: a JSON file, neither hidden nor the list itself.
pub fn is_record(path: &str) -> bool {
    wire::is_record(path)
}

/// Checks a list: who signed it, and that it is not older than what was seen. Where no signers are named, any list
/// is taken, and [`VerifiedManifest::signer`] says so.
pub fn verify_manifest(
    manifest: &[u8],
    signature: Option<&[u8]>,
    signers: Option<&AllowedSigners>,
    (last_seen, now): (Option<FeedState>, Timestamp),
) -> Result<VerifiedManifest, FeedError> {
    let signer = match (signers, signature) {
        (None, _) => None,
        (Some(_), None) => return Err(FeedError::Unsigned),
        (Some(signers), Some(signature)) => Some(verify(manifest, signature, signers, now)?),
    };
    let state_digest = Digest::of(manifest);
    let manifest = read_manifest(manifest)?;
    let created = manifest.created;
    if created > now && created.duration_since(now) > CLOCKS {
        return Err(FeedError::Future { created });
    }
    let state = FeedState {
        sequence: manifest.sequence,
        digest: state_digest,
    };
    match last_seen {
        Some(seen) if seen.sequence > state.sequence => Err(FeedError::Older {
            sequence: state.sequence,
            seen: seen.sequence,
        }),
        Some(seen) if seen.sequence == state.sequence && seen.digest != state.digest => {
            Err(FeedError::Forked {
                sequence: state.sequence,
            })
        }
        _ => Ok(VerifiedManifest {
            manifest,
            signer,
            state,
        }),
    }
}

/// Reads a list without asking who stands for it.
pub fn read_manifest(bytes: &[u8]) -> Result<FeedManifest, FeedError> {
    if bytes.len() > LARGEST_MANIFEST {
        return Err(FeedError::TooLarge {
            path: MANIFEST.to_owned(),
            limit: LARGEST_MANIFEST,
        });
    }
    wire::manifest(bytes)
}

impl FeedManifest {
    /// The text of the list: what is written and signed.
    pub fn text(&self) -> String {
        wire::text(self)
    }

    /// Whether these files, by path and digest, are the ones that are listed: each, unchanged, and no other.
    pub fn check_files<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a str, Digest)>,
    ) -> Result<(), FeedError> {
        let mut seen = 0;
        for (path, digest) in files {
            let path = path.to_owned();
            match self.files.get(&path) {
                None => return Err(FeedError::Added { path }),
                Some(listed) if listed.digest != digest => return Err(FeedError::Changed { path }),
                Some(_) => seen += 1,
            }
        }
        if seen == self.files.len() {
            return Ok(());
        }
        let count = self.files.len().saturating_sub(seen);
        Err(FeedError::Missing { count })
    }
}

#[cfg(test)]
mod tests;
