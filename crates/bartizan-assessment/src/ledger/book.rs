//! Ledgers on disk, a file for each package.
//!
//! A ledger is read, changed and replaced as a whole, under a lock, so that two looks at once lose nothing of each other. One
//! that cannot be read is left as it is: what it holds cannot be had again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_formats::{
    ledger::{self, LARGEST_LEDGER, Ledger, LedgerError},
    tree::TreeError,
};
use bartizan_model::ecosystem::Package;
use bartizan_sources::disk;
use thiserror::Error;

/// The directory of ledgers.
#[derive(Debug, Clone)]
pub struct Book {
    directory: PathBuf,
}

/// Why a ledger cannot be kept.
#[derive(Debug, Error)]
pub enum BookError {
    /// A name of a package that is none.
    #[error("`{name}` is no name of a package")]
    Name {
        /// The name.
        name: String,
    },
    /// The file cannot be read.
    #[error("cannot read the ledger `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: TreeError,
    },
    /// The file is no ledger.
    #[error("cannot read the ledger `{}`", path.display())]
    Ledger {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: LedgerError,
    },
    /// The file cannot be written.
    #[error("cannot write the ledger `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// The system lets go of the lock when the process ends, however it ends.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

impl Book {
    /// The ledgers of a directory that need not exist yet.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// What is kept of a package; an empty ledger where nothing is.
    pub fn read(&self, package: &Package) -> Result<Ledger, BookError> {
        let path = self.path(package, "json")?;
        let empty = || Ledger {
            package: package.name().to_owned(),
            ..Ledger::default()
        };
        match disk::read_small(&path, LARGEST_LEDGER) {
            Ok(bytes) => ledger::read(&bytes).map_err(|source| BookError::Ledger { path, source }),
            Err(TreeError::NotFound) => Ok(empty()),
            Err(source) => Err(BookError::Read { path, source }),
        }
    }

    /// Changes what is kept of a package.
    pub fn update(
        &self,
        package: &Package,
        change: impl FnOnce(&mut Ledger),
    ) -> Result<Ledger, BookError> {
        let path = self.path(package, "json")?;
        let write = |source| BookError::Write {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(&self.directory).map_err(write)?;
        let _lock = lock(&self.path(package, "lock")?).map_err(write)?;
        let mut ledger = self.read(package)?;
        change(&mut ledger);
        let mut file = tempfile::NamedTempFile::new_in(&self.directory).map_err(write)?;
        file.write_all(ledger.to_text().as_bytes()).map_err(write)?;
        file.as_file().sync_all().map_err(write)?;
        file.persist(&path).map_err(|error| write(error.error))?;
        Ok(ledger)
    }

    fn path(&self, package: &Package, ending: &str) -> Result<PathBuf, BookError> {
        let name = package.name();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_name = !name.is_empty()
            && name.len() <= 200
            && !name.starts_with('.')
            && name.chars().all(is_plain);
        if !is_name {
            let name = name.chars().take(100).collect();
            return Err(BookError::Name { name });
        }
        Ok(self.directory.join(format!("{name}.{ending}")))
    }
}

fn lock(path: &Path) -> io::Result<Lock> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.lock() {
        // A file system without locks: the last of two looks at once wins.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(Lock(file)),
    }
}

#[cfg(test)]
mod tests {
    use bartizan_formats::ledger::{LedgerFile, Seen};

    use super::*;

    fn file(name: &str) -> LedgerFile {
        LedgerFile {
            name: name.to_owned(),
            sha256: None,
            version: "1.0".to_owned(),
            uploaded: None,
            is_yanked: false,
            listed: bartizan_model::Timestamp::UNIX_EPOCH,
            sboms: None,
            sightings: Vec::new(),
        }
    }

    #[test]
    fn two_looks_at_once_lose_nothing_of_each_other() {
        let place = tempfile::tempdir().unwrap();
        let book = Book::new(place.path().join("ledger"));
        let package = Package::pypi("lab");
        std::thread::scope(|scope| {
            for turn in 0..8 {
                let (book, package) = (&book, &package);
                scope.spawn(move || {
                    let name = format!("lab-1.{turn}.tar.gz");
                    book.update(package, |ledger| {
                        let entry = ledger.entry(file(&name)).unwrap();
                        entry.see("i", Seen::None, bartizan_model::Timestamp::UNIX_EPOCH);
                    })
                    .unwrap();
                });
            }
        });
        assert_eq!(book.read(&package).unwrap().files.len(), 8);
        let left = fs::read_dir(place.path().join("ledger")).unwrap().count();
        assert_eq!(left, 2, "the ledger and its lock");
    }

    #[test]
    fn what_cannot_be_read_is_left_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let book = Book::new(place.path().to_owned());
        let package = Package::pypi("lab");
        fs::write(place.path().join("lab.json"), "precious").unwrap();
        assert!(book.update(&package, |_| {}).is_err());
        let kept = fs::read_to_string(place.path().join("lab.json")).unwrap();
        assert_eq!(kept, "precious");
        for name in ["../lab", "", "a/b"] {
            assert!(matches!(
                book.read(&Package::pypi(name)),
                Err(BookError::Name { .. })
            ));
        }
    }
}
