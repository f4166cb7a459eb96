//! The key by which people are pseudonymised, in a file that only its owner reads.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_people::Key;
use thiserror::Error;

use crate::{disk, home::Home};

/// The bytes of a key.
const LENGTH: usize = 32;

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// It can be neither read nor made.
    #[error("cannot read or make the key of people `{}`", path.display())]
    Unusable {
        /// Where it is or should be.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// What is there is no key.
    #[error("the key of people `{}` has not {LENGTH} bytes", path.display())]
    NoKey {
        /// Where it is.
        path: PathBuf,
    },
    /// Others may read it.
    #[error("the key of people `{}` can be read by others", path.display())]
    Open {
        /// Where it is.
        path: PathBuf,
    },
}

/// The key of a home; it is made where there is none.
pub fn key(home: &Home) -> Result<Key, KeyError> {
    let path = home.people().join("key");
    if !path.exists() {
        make(&path).map_err(|cause| KeyError::Unusable {
            path: path.clone(),
            cause,
        })?;
    }
    if is_open(&path) {
        return Err(KeyError::Open { path });
    }
    let bytes = disk::read_small(&path, LENGTH)
        .map_err(|_unreadable| KeyError::NoKey { path: path.clone() })?;
    let bytes: [u8; LENGTH] = bytes
        .try_into()
        .map_err(|_length| KeyError::NoKey { path })?;
    Ok(Key::new(bytes))
}

/// Writes a new key beside, for its owner only, and gives it its name unless another run was faster.
fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    // Files of this kind are made with the mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&bytes)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_for_its_owner_only() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::new(place.path());
        let word = |key: &Key| key.pseudonym(&["x"]);
        let first = word(&key(&home).unwrap());
        assert_eq!(first, word(&key(&home).unwrap()));
        let path = home.people().join("key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(key(&home), Err(KeyError::Open { .. })));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        for wrong in [&b"short"[..], &[0; 33]] {
            fs::write(&path, wrong).unwrap();
            assert!(matches!(key(&home), Err(KeyError::NoKey { .. })));
        }
        assert_ne!(
            first,
            word(&key(&Home::new(place.path().join("other"))).unwrap())
        );
    }
}
