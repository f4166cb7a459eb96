//! Folders and files that only their owner may read, and lines that are added to them for good.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

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
pub(crate) fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

/// Whether others can: not told on this system.
#[cfg(not(unix))]
pub(crate) fn is_open(_path: &Path) -> bool {
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
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let file = private().truncate(false).write(true).open(path)?;
    match file.lock() {
        // A file system without locks: whoever shares it has to take turns.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
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
