//! Whom this home is to forget: keyed hashes of their addresses in a file, and nothing else of them.
//!
//! Histories are public and keep their names; what is made of them here has a pseudonym in their place ever after. Without
//! the key of the home the file says nothing.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_people::Pseudonym;
use thiserror::Error;

use crate::{disk, home::Home};

/// The largest file: a million addresses.
const LARGEST: usize = 33 << 20;

/// Why it is not known whom to forget. Nobody is named then.
#[derive(Debug, Error)]
pub enum ForgottenError {
    /// The file can be neither read nor written.
    #[error("cannot read or write the list of forgotten people `{}`", path.display())]
    Unusable {
        /// Where it is.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// A line of it is no keyed hash.
    #[error("line {line} of the list of forgotten people `{}` is no keyed hash", path.display())]
    NoHash {
        /// Where it is.
        path: PathBuf,
        /// Which.
        line: usize,
    },
}

/// The keyed hashes of the addresses of those who are forgotten in a home.
pub fn forgotten(home: &Home) -> Result<BTreeSet<Pseudonym>, ForgottenError> {
    let path = path(home);
    if !path.exists() {
        return Ok(BTreeSet::new());
    }
    let bytes = disk::read_small(&path, LARGEST).map_err(|error| ForgottenError::Unusable {
        path: path.clone(),
        cause: io::Error::other(error),
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = (1..).zip(text.lines());
    lines
        .map(|(line, text)| {
            Pseudonym::read(text).ok_or_else(|| ForgottenError::NoHash {
                path: path.clone(),
                line,
            })
        })
        .collect()
}

/// Adds addresses, by their keyed hashes; says how many are new.
pub fn forget(home: &Home, addresses: &BTreeSet<Pseudonym>) -> Result<usize, ForgottenError> {
    let mut all = forgotten(home)?;
    let before = all.len();
    all.extend(addresses);
    let mut text = String::new();
    for address in &all {
        text += &format!("{address}\n");
    }
    let path = path(home);
    write(&path, &text).map_err(|cause| ForgottenError::Unusable { path, cause })?;
    Ok(all.len() - before)
}

fn path(home: &Home) -> PathBuf {
    home.people().join("forgotten")
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use bartizan_people::Key;

    use super::*;

    #[test]
    fn who_is_forgotten_stays_so() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::new(place.path());
        let of = |names: &[&str]| -> BTreeSet<Pseudonym> {
            let key = Key::new([1; 32]);
            names.iter().map(|it| key.pseudonym(&[it])).collect()
        };
        assert!(forgotten(&home).unwrap().is_empty());
        assert_eq!(forget(&home, &of(&["a", "b"])).unwrap(), 2);
        assert_eq!(forget(&home, &of(&["b", "c"])).unwrap(), 1);
        assert_eq!(forgotten(&home).unwrap(), of(&["a", "b", "c"]));
        fs::write(path(&home), "x\n").unwrap();
        assert!(matches!(
            forgotten(&home),
            Err(ForgottenError::NoHash { line: 1, .. })
        ));
    }
}
