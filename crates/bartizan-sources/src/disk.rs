//! The files of this machine, as formats see them; and what this machine is.
//!
//! Only regular files are opened. A pipe or a device that somebody put in the place of a lock file is
//! neither waited for nor read, and a link to a directory is not followed by a search.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::Path,
};

use bartizan_formats::{
    target::python_of_environment,
    tree::{Entry, EntryKind, ReadSeek, Tree, TreeError},
};
use bartizan_model::environment::{Platform, System};

/// The files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskTree;

impl Tree for DiskTree {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        let metadata = fs::metadata(path).map_err(tree_error)?;
        Ok(Entry {
            path: path.to_owned(),
            kind: kind(&metadata),
            size: size(&metadata),
        })
    }

    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError> {
        let mut entries = Vec::new();
        for found in fs::read_dir(directory).map_err(tree_error)? {
            let found = found?;
            let path = directory.join(found.file_name());
            // What vanished since, or cannot be looked at, is still listed: the reader states the problem.
            let (kind, size) = found.metadata().map_or((EntryKind::Other, 0), |own| {
                if own.is_symlink() {
                    behind_link(&path)
                } else {
                    (kind(&own), size(&own))
                }
            });
            entries.push(Entry { path, kind, size });
        }
        entries.sort();
        Ok(entries)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        let file = open_regular(path)?;
        let length = file.metadata()?.len();
        if length > limit {
            return Err(TreeError::TooLarge { limit });
        }
        // Room for all of it and for seeing its end, so that nothing is copied.
        let room = usize::try_from(length).unwrap_or(0).saturating_add(1);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(room).map_err(io::Error::from)?;
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(TreeError::TooLarge { limit });
        }
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        Ok(Box::new(open_regular(path)?))
    }
}

/// The whole of a regular file of at most `limit` bytes.
pub fn read_small(path: &Path, limit: usize) -> Result<Vec<u8>, TreeError> {
    DiskTree.read(path, limit as u64)
}

/// A link counts as the file that it leads to; a link to a directory is not followed.
fn behind_link(path: &Path) -> (EntryKind, u64) {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => (EntryKind::File, metadata.len()),
        _ => (EntryKind::Other, 0),
    }
}

/// Opens a regular file. It is looked at before, because opening a pipe may wait for ever, and after,
/// because it may have been exchanged in between.
fn open_regular(path: &Path) -> Result<File, TreeError> {
    let not_regular = || io::Error::new(io::ErrorKind::InvalidInput, "not a regular file");
    if !fs::metadata(path).map_err(tree_error)?.is_file() {
        return Err(TreeError::Io(not_regular()));
    }
    let file = File::open(path).map_err(tree_error)?;
    if !file.metadata()?.is_file() {
        return Err(TreeError::Io(not_regular()));
    }
    Ok(file)
}

fn tree_error(error: io::Error) -> TreeError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => TreeError::NotFound,
        _ => TreeError::Io(error),
    }
}

fn kind(metadata: &Metadata) -> EntryKind {
    if metadata.is_file() {
        EntryKind::File
    } else if metadata.is_dir() {
        EntryKind::Directory
    } else {
        EntryKind::Other
    }
}

fn size(metadata: &Metadata) -> u64 {
    if metadata.is_file() {
        metadata.len()
    } else {
        0
    }
}

/// The platform that this program runs on. A system that markers do not know counts as Linux.
pub fn host_platform() -> Platform {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    Platform::parse(&format!("{system}-{machine}")).unwrap_or_else(|| Platform {
        system: match system {
            "windows" => System::Windows,
            "macos" => System::MacOs,
            _ => System::Linux,
        },
        machine: machine.to_owned(),
    })
}

/// The version of Python of a virtual environment, for example of the one that `VIRTUAL_ENV` names.
pub fn active_python(environment: &Path) -> Option<String> {
    python_of_environment(&DiskTree, environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let show = |entry: Entry| {
            let name = entry
                .path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned();
            format!("{name} {:?} {}", entry.kind, entry.size)
        };
        DiskTree.list(path).unwrap().into_iter().map(show).collect()
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("file"), "abc").unwrap();
        fs::create_dir(path.join("folder")).unwrap();
        std::os::unix::fs::symlink("file", path.join("link")).unwrap();
        std::os::unix::fs::symlink("folder", path.join("shortcut")).unwrap();
        std::os::unix::fs::symlink("nowhere", path.join("broken")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", path.join("zero")).unwrap();
        let expect = [
            "broken Other 0",
            "file File 3",
            "folder Directory 0",
            "link File 3",
            "shortcut Other 0",
            "zero Other 0",
        ];
        assert_eq!(names(path), expect);
        assert_eq!(DiskTree.read(&path.join("link"), 3).unwrap(), b"abc");
        assert!(matches!(
            DiskTree.read(&path.join("link"), 2),
            Err(TreeError::TooLarge { limit: 2 })
        ));
        assert!(matches!(
            DiskTree.read(&path.join("zero"), 2),
            Err(TreeError::Io(_))
        ));
        assert!(matches!(
            DiskTree.read(&path.join("broken"), 2),
            Err(TreeError::NotFound)
        ));
        assert!(matches!(
            DiskTree.entry(&path.join("file/below")),
            Err(TreeError::NotFound)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("uv.lock");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        assert!(matches!(DiskTree.open(&pipe), Err(TreeError::Io(_))));
        assert_eq!(names(folder.path()), ["uv.lock Other 0"]);
    }

    #[test]
    fn the_active_python_is_told_by_its_configuration() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(active_python(folder.path()), None);
        fs::write(
            folder.path().join("pyvenv.cfg"),
            "home = /usr/bin\nversion_info = 3.12.4.final.0\n",
        )
        .unwrap();
        assert_eq!(active_python(folder.path()).as_deref(), Some("3.12.4"));
    }
}
