//! A file that is being fetched, which a later attempt, or a later run, can go on with.
//!
//! The part goes on only where the server still has the same body: its strong `ETag` is kept in a file
//! beside it and sent along. Without one every attempt starts anew.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// The longest `ETag` that is kept.
const LONGEST_TAG: u64 = 1024;

/// A file that is being fetched. Kept until [`PartFile::discard`].
#[derive(Debug)]
pub struct PartFile {
    file: File,
    path: PathBuf,
    tag: Option<String>,
}

impl PartFile {
    /// Opens the part at `path`, or starts one.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let mut part = Self {
            file,
            path: path.to_owned(),
            tag: None,
        };
        part.tag = part.read_tag().filter(|tag| is_strong(tag));
        Ok(part)
    }

    /// Deletes the file and what is beside it.
    pub fn discard(self) {
        drop(self.file);
        // What cannot be deleted now is swept up with other leftovers.
        drop(fs::remove_file(tag_path(&self.path)));
        drop(fs::remove_file(&self.path));
    }

    /// The file, at its start.
    pub fn rewound(&mut self) -> io::Result<&mut File> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }

    /// How many bytes are here, and the `ETag` of the body that they belong to.
    pub(super) fn present(&self) -> Option<(u64, &str)> {
        let length = self.file.metadata().ok()?.len();
        let tag = self.tag.as_deref()?;
        (length > 0).then_some((length, tag))
    }

    /// Empties the file for a body with this `ETag`.
    pub(super) fn restart(&mut self, tag: Option<&str>) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.tag = tag.filter(|tag| is_strong(tag)).map(str::to_owned);
        match &self.tag {
            Some(tag) => fs::write(tag_path(&self.path), tag),
            None => match fs::remove_file(tag_path(&self.path)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }

    /// Goes to the end of what is here.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0)).map(drop)
    }

    fn read_tag(&self) -> Option<String> {
        let mut tag = String::new();
        let file = File::open(tag_path(&self.path)).ok()?;
        file.take(LONGEST_TAG).read_to_string(&mut tag).ok()?;
        Some(tag)
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The file beside a part that holds its `ETag`.
fn tag_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".etag");
    name.into()
}

/// Whether equal tags mean equal bytes, and the tag can be sent as a header.
fn is_strong(tag: &str) -> bool {
    tag.len() > 2
        && tag.starts_with('"')
        && tag.ends_with('"')
        && tag.bytes().all(|byte| byte.is_ascii_graphic())
}
