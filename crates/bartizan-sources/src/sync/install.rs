//! The directory a sync works in: its lock, its temporary files, and the swap at the end.
//!
//! A snapshot takes its name by one rename after it is safely on the disk, so at any moment the name leads
//! to a whole snapshot. What a killed sync leaves behind is swept up by the next one, which holds the lock.

use std::{
    fs::{self, DirEntry, File, OpenOptions, TryLockError},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use bartizan_model::Timestamp;
use jiff::SignedDuration;
use tempfile::NamedTempFile;

use super::error::SyncError;
use crate::home::Home;

/// What temporary files are called: `sync-….tmp`.
const PREFIX: &str = "sync-";
const SUFFIX: &str = ".tmp";

/// Where the system knows no files without a name, those of [`Workshop::spool`] are called so for a moment.
const NAMELESS: &str = ".tmp";

/// How long a download that broke off is kept for a later sync to go on with.
const PART_KEPT: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The directory, locked for one sync.
pub(crate) struct Workshop {
    directory: PathBuf,
    _lock: Lock,
}

/// The system lets go of the lock when the process ends, however it ends.
struct Lock(File);

impl Drop for Lock {
    /// Said aloud: a program that another thread starts at this moment holds the file until it has begun, and with it a
    /// lock that is only left to close.
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

impl Workshop {
    /// Makes the directory where there is none, locks it and clears away what earlier syncs left.
    pub(crate) fn open(home: &Home, now: Timestamp) -> Result<Self, SyncError> {
        let directory = home.advisories();
        fs::create_dir_all(&directory)
            .map_err(SyncError::home("make the directory", &directory))?;
        let path = home.sync_lock();
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(SyncError::home("open the lock file", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SyncError::Locked { path }),
            // A file system without locks: two syncs at once still each write a whole snapshot.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(source)) => {
                return Err(SyncError::home("lock", &path)(source));
            }
        }
        let workshop = Self {
            directory,
            _lock: Lock(lock),
        };
        workshop.clear(now)?;
        Ok(workshop)
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A file without a name: it goes away with this process.
    pub(crate) fn spool(&self) -> Result<File, SyncError> {
        tempfile::tempfile_in(&self.directory)
            .map_err(SyncError::home("make a temporary file in", &self.directory))
    }

    /// The file that becomes the snapshot.
    pub(crate) fn draft(&self) -> Result<Draft, SyncError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        {
            // What other users may do with it is up to the umask, as with any file of the user.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder
            .tempfile_in(&self.directory)
            .map_err(SyncError::home("make a temporary file in", &self.directory))?;
        Ok(Draft { file })
    }

    /// Writes a small file whole or not at all.
    pub(crate) fn save(&self, path: &Path, text: &str) -> Result<(), SyncError> {
        let draft = self.draft()?;
        draft
            .file
            .as_file()
            .write_all(text.as_bytes())
            .map_err(SyncError::home("write", path))?;
        draft.install(path)
    }

    /// Deletes what killed syncs left behind, and downloads that nobody went on with.
    fn clear(&self, now: Timestamp) -> Result<(), SyncError> {
        let look = SyncError::home("look into", &self.directory);
        let entries = fs::read_dir(&self.directory)
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(look)?;
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_ours = name.starts_with(PREFIX);
            let is_left = name.starts_with(NAMELESS) || is_ours && name.ends_with(SUFFIX);
            if is_left || is_ours && is_old_part(&entry, now) {
                let path = entry.path();
                fs::remove_file(&path).map_err(SyncError::home("delete", &path))?;
            }
        }
        Ok(())
    }
}

/// Whether something is a download, or beside one, that nobody went on with for long.
fn is_old_part(entry: &DirEntry, now: Timestamp) -> bool {
    let is_part = entry.file_name().to_string_lossy().contains(".part");
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    let modified = modified
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    is_part && modified.is_some_and(|modified| now.duration_since(modified) > PART_KEPT)
}

/// A snapshot that is being written. Dropped before [`Draft::install`], it is deleted.
pub(crate) struct Draft {
    file: NamedTempFile,
}

impl Draft {
    pub(crate) fn writer(&self) -> Result<BufWriter<File>, SyncError> {
        let file = self.file.as_file().try_clone();
        let file = file.map_err(SyncError::home("write to", self.file.path()))?;
        Ok(BufWriter::with_capacity(256 << 10, file))
    }

    /// What was written so far, for reading.
    pub(crate) fn reader(&self) -> Result<File, SyncError> {
        let file = self.file.reopen();
        file.map_err(SyncError::home("read again", self.file.path()))
    }

    /// Makes sure that the bytes are on the disk, gives them their name, and makes sure of that too.
    pub(crate) fn install(self, name: &Path) -> Result<(), SyncError> {
        let path = self.file.path().to_owned();
        self.file
            .as_file()
            .sync_all()
            .map_err(SyncError::home("write to the disk", &path))?;
        self.file
            .persist(name)
            .map_err(|error| SyncError::home("put into force", name)(error.error))?;
        sync_directory(name)
    }
}

/// A rename lasts only when its directory is on the disk.
#[cfg(unix)]
fn sync_directory(name: &Path) -> Result<(), SyncError> {
    let directory = name.parent().unwrap_or(name);
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(SyncError::home("write to the disk", directory))
}

/// Other systems have no such call.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> Result<(), SyncError> {
    Ok(())
}
