//! Replies on disk, so that what has not changed is not sent again.
//!
//! A reply that cannot be kept or read is fetched anew: the cache is never needed. Its files are named by a hash of a key
//! that holds no secret; the key inside tells a collision.

use std::{fs, io::Write, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::http::Validators;

pub(crate) struct PageCache {
    directory: PathBuf,
}

/// A reply that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// What tells the server which reply it is.
    pub(crate) validators: Validators,
    /// Where the next page of a list is.
    pub(crate) next: Option<String>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// What precedes the body, in one line.
#[derive(Serialize, Deserialize)]
struct Head {
    #[serde(rename = "address")]
    key: String,
    etag: Option<String>,
    last_modified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl PageCache {
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(crate) fn get(&self, key: &str) -> Option<Kept> {
        let mut bytes = fs::read(self.file(key)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let body = bytes.split_off(end + 1);
        let head: Head = serde_json::from_slice(&bytes).ok()?;
        let validators = Validators {
            etag: head.etag,
            last_modified: head.last_modified,
        };
        let kept = Kept {
            validators,
            next: head.next,
            body,
        };
        (head.key == key).then_some(kept)
    }

    /// Keeps a reply. One that the server cannot be asked about again is fetched anew, and answers where there is no network.
    pub(crate) fn put(&self, key: &str, kept: &Kept) {
        // What cannot be kept is fetched again the next time.
        let _ = self.write(key, kept);
    }

    fn write(&self, key: &str, kept: &Kept) -> std::io::Result<()> {
        let head = Head {
            key: key.to_owned(),
            etag: kept.validators.etag.clone(),
            last_modified: kept.validators.last_modified.clone(),
            next: kept.next.clone(),
        };
        fs::create_dir_all(&self.directory)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        let mut line = serde_json::to_vec(&head)?;
        line.push(b'\n');
        file.write_all(&line)?;
        file.write_all(&kept.body)?;
        file.persist(self.file(key))?;
        Ok(())
    }

    fn file(&self, key: &str) -> PathBuf {
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.directory.join(format!("{hash:016x}.page"))
    }
}
