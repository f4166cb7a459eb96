//! Small files by the digest of what they were made from. What cannot be kept is fetched again.

use std::{fs, io::Write, path::PathBuf};

use bartizan_formats::digest::Digest;

use crate::disk;

pub(super) struct Store {
    directory: PathBuf,
}

impl Store {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(super) fn get(&self, digest: &Digest, kind: &str, limit: usize) -> Option<Vec<u8>> {
        disk::read_small(&self.file(digest, kind), limit).ok()
    }

    pub(super) fn put(&self, digest: &Digest, kind: &str, bytes: &[u8]) {
        let write = || -> std::io::Result<()> {
            let path = self.file(digest, kind);
            let folder = path.parent().unwrap_or(&self.directory);
            fs::create_dir_all(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(bytes)?;
            file.persist(path)?;
            Ok(())
        };
        drop(write());
    }

    fn file(&self, digest: &Digest, kind: &str) -> PathBuf {
        let name = digest.to_string();
        let (folder, name) = name.split_at_checked(2).unwrap_or_default();
        self.directory.join(folder).join(format!("{name}.{kind}"))
    }
}
