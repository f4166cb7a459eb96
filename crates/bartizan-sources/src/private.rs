//! Folders and files that only their owner may read, and lines that are added to them for good.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::disk;

/// The name of the log in a folder.
const LOG: &str = "log.jsonl";

/// A folder with a log that only grows, held by this process until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    folder: PathBuf,
    /// While this is open nobody else adds anything.
    _lock: File,
}

/// Why a folder cannot be held, or its log neither read nor written.
#[derive(Debug)]
pub(crate) enum HeldError {
    /// A file can be neither read nor written.
    Unusable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Others may read the folder.
    Open {
        /// Where it is.
        path: PathBuf,
    },
}

impl Held {
    /// Holds a folder, which is made where there is none.
    pub(crate) fn open(folder: &Path) -> Result<Self, HeldError> {
        make_folder(folder).map_err(|cause| unusable(folder, cause))?;
        closed(folder)?;
        let path = folder.join("lock");
        let lock = lock(&path).map_err(|cause| unusable(&path, cause))?;
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
        })
    }

    /// The bytes of its log; none where there is no log yet.
    pub(crate) fn log(&self, limit: usize) -> Result<Vec<u8>, HeldError> {
        log(&self.folder, limit)
    }

    /// Adds a line to its log, so that it is there after whatever happens next.
    pub(crate) fn add(&self, line: &str) -> Result<(), HeldError> {
        let path = self.folder.join(LOG);
        append(&path, line).map_err(|cause| unusable(&path, cause))
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The bytes of the log in a folder, which nobody needs to hold for that; none where there is no log yet.
pub(crate) fn log(folder: &Path, limit: usize) -> Result<Vec<u8>, HeldError> {
    let path = folder.join(LOG);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = disk::read_small(&path, limit);
    bytes.map_err(|error| unusable(&path, io::Error::other(error)))
}

/// Whether nobody else can get into a folder.
pub(crate) fn closed(folder: &Path) -> Result<(), HeldError> {
    if is_open(folder) {
        let path = folder.to_owned();
        return Err(HeldError::Open { path });
    }
    Ok(())
}

fn unusable(path: &Path, cause: io::Error) -> HeldError {
    let path = path.to_owned();
    HeldError::Unusable { path, cause }
}

/// Makes a folder with those above it, for their owner only.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Whether others than the owner can get into a folder.
#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

/// Whether others can: not told on this system.
#[cfg(not(unix))]
fn is_open(_path: &Path) -> bool {
    false
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// Holds a file until it is closed, so that nobody else does.
fn lock(path: &Path) -> io::Result<File> {
    let file = private().truncate(false).write(true).open(path)?;
    match file.lock() {
        // A file system without locks: whoever shares it has to take turns.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

/// Holds a file until it is closed, or fails at once where somebody else does.
pub(crate) fn try_lock(path: &Path) -> io::Result<File> {
    let file = private().truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::Error::from(io::ErrorKind::ResourceBusy)),
        // A file system without locks: whoever shares it has to take turns.
        Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

/// Adds a line so that it is there after whatever happens next.
pub(crate) fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = private().append(true).open(path)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// Writes a file whole or not at all.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
