//! Pages of indexes on disk, so that what has not changed is not sent again.
//!
//! A page that cannot be kept or read is fetched anew: the cache is never needed. Its files are named by a hash of the
//! public part of the address; the address inside tells a collision.

use std::{fs, io::Write, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::http::{Address, Validators};

pub(super) struct Cache {
    directory: PathBuf,
}

/// What precedes the page, in one line.
#[derive(Serialize, Deserialize)]
struct Head {
    address: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Cache {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(super) fn get(&self, address: &Address) -> Option<(Validators, Vec<u8>)> {
        let mut bytes = fs::read(self.file(address)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let body = bytes.split_off(end + 1);
        let head: Head = serde_json::from_slice(&bytes).ok()?;
        let validators = Validators {
            etag: head.etag,
            last_modified: head.last_modified,
        };
        (head.address == address.to_string()).then_some((validators, body))
    }

    /// Keeps a page. One that the server cannot be asked about again is fetched anew, and answers where there is no network.
    pub(super) fn put(&self, address: &Address, validators: &Validators, body: &[u8]) {
        let head = Head {
            address: address.to_string(),
            etag: validators.etag.clone(),
            last_modified: validators.last_modified.clone(),
        };
        // What cannot be kept is fetched again the next time.
        let _ = self.write(address, &head, body);
    }

    fn write(&self, address: &Address, head: &Head, body: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        let mut line = serde_json::to_vec(head)?;
        line.push(b'\n');
        file.write_all(&line)?;
        file.write_all(body)?;
        file.persist(self.file(address))?;
        Ok(())
    }

    fn file(&self, address: &Address) -> PathBuf {
        let hash = address
            .to_string()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        self.directory.join(format!("{hash:016x}.page"))
    }
}
