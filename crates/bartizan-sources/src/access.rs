//! Snapshots of who can do what, kept at home: one file each, named by its digest, never changed, for its owner's eyes only.
//!
//! A list beside them says which is of which organisations and when it was taken. A run that reads a large organisation keeps
//! the answers that it has had ([`Journal`]), so that the next one goes on where it was broken off.

mod journal;
mod kept;

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_access::{
    log::Log,
    snapshot::{LARGEST, Snapshot, SnapshotError},
    webhook::{Doubt, Doubts},
};
use bartizan_formats::{digest::Digest, moment};
use bartizan_model::{Timestamp, problem::Problem};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::{
    journal::{Journal, Subject},
    kept::KeptPlan,
};
use crate::{disk, home::Home, private::make_folder};

/// The largest list of snapshots that is read: a line has some hundred bytes.
const LARGEST_LIST: usize = 16 << 20;

/// How much of a digest names a snapshot at least.
const SHORTEST_NAME: usize = 6;

/// Snapshots in a folder.
#[derive(Debug, Clone)]
pub struct AccessStore {
    folder: PathBuf,
}

/// Why a snapshot can be neither kept nor read.
#[derive(Debug, Error)]
pub enum AccessStoreError {
    /// A file can be neither read nor written.
    #[error("cannot read or write `{}`", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// It is none.
    #[error("cannot read `{}`", path.display())]
    Broken {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: SnapshotError,
    },
    /// Its bytes are not those that it is named by.
    #[error("the snapshot `{}` was changed", path.display())]
    Changed {
        /// Where it is.
        path: PathBuf,
    },
    /// There is none.
    #[error("there is no snapshot `{name}` at home")]
    Absent {
        /// What was asked for.
        name: String,
    },
    /// There are several.
    #[error("several snapshots at home begin with `{name}`")]
    Ambiguous {
        /// What was asked for.
        name: String,
    },
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// What names it.
    pub digest: Digest,
    /// When reading began.
    #[serde(with = "moment")]
    pub taken: Timestamp,
    /// Of which organisations it is.
    pub organisations: Vec<String>,
}

impl AccessStore {
    /// The snapshots of a home, which need not exist yet.
    pub fn new(home: &Home) -> Self {
        Self {
            folder: home.access(),
        }
    }

    /// Where a snapshot lies.
    pub fn path(&self, digest: Digest) -> PathBuf {
        self.folder.join("snapshots").join(format!("{digest}.json"))
    }

    /// Where the answers of a run that is not finished lie.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("unfinished.jsonl")
    }

    fn list(&self) -> PathBuf {
        self.folder.join("snapshots.jsonl")
    }

    /// Keeps a snapshot, and says what names it. One that is kept already stays as it is.
    pub fn put(&self, snapshot: &Snapshot) -> Result<Digest, AccessStoreError> {
        let text = snapshot.to_text();
        let digest = Digest::of(text.as_bytes());
        let path = self.path(digest);
        let unusable = |cause| unusable(&path, cause);
        if !path.exists() {
            let folder = self.folder.join("snapshots");
            make_folder(&self.folder).map_err(unusable)?;
            fs::create_dir_all(&folder).map_err(unusable)?;
            // A temporary file is for its owner alone.
            let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(unusable)?;
            file.write_all(text.as_bytes()).map_err(unusable)?;
            file.persist(&path).map_err(|error| unusable(error.error))?;
        }
        let listed = Listed {
            digest,
            taken: snapshot.taken,
            organisations: snapshot
                .organisations
                .iter()
                .map(|it| it.name.to_string())
                .collect(),
        };
        if !self.listed()?.contains(&listed) {
            self.add(&listed)?;
        }
        Ok(digest)
    }

    fn add(&self, listed: &Listed) -> Result<(), AccessStoreError> {
        let path = self.list();
        let line = serde_json::to_string(listed).unwrap_or_default() + "\n";
        let open = OpenOptions::new().create(true).append(true).open(&path);
        let written = open.and_then(|mut file| file.write_all(line.as_bytes()));
        written.map_err(|cause| unusable(&path, cause))
    }

    /// All that are kept, in the order in which they came. A line that is none is passed over.
    pub fn listed(&self) -> Result<Vec<Listed>, AccessStoreError> {
        let path = self.list();
        if !path.exists() {
            return Ok(Vec::new());
        }
        let bytes = disk::read_small(&path, LARGEST_LIST);
        let bytes = bytes.map_err(|error| unusable(&path, io::Error::other(error)))?;
        let lines = bytes.split(|byte| *byte == b'\n');
        Ok(lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect())
    }

    /// The snapshot that a digest, or the beginning of one, names.
    pub fn get(&self, name: &str) -> Result<Snapshot, AccessStoreError> {
        let name = name.to_ascii_lowercase();
        let mut found: Vec<Digest> = self.listed()?.iter().map(|it| it.digest).collect();
        found.sort();
        found.dedup();
        found.retain(|it| name.len() >= SHORTEST_NAME && it.to_string().starts_with(&name));
        match found.as_slice() {
            [one] => self.whole(*one),
            [] => Err(AccessStoreError::Absent { name }),
            _ => Err(AccessStoreError::Ambiguous { name }),
        }
    }

    /// The newest snapshot of an organisation.
    pub fn newest(&self, organisation: &str) -> Result<Snapshot, AccessStoreError> {
        let listed = self.listed()?;
        let of_it = listed
            .iter()
            .filter(|it| it.organisations.iter().any(|it| it == organisation));
        // Of equal ages the one that came last.
        match of_it.max_by_key(|it| it.taken) {
            Some(it) => self.whole(it.digest),
            None => Err(AccessStoreError::Absent {
                name: organisation.to_owned(),
            }),
        }
    }

    /// What of a log the newest snapshots do not settle.
    pub fn doubts(&self, log: &Log) -> Result<Vec<Doubt>, AccessStoreError> {
        let doubts = Doubts::of(log);
        let mut newest = BTreeMap::new();
        for organisation in doubts.organisations() {
            match self.newest(organisation) {
                Ok(snapshot) => newest.insert(organisation.to_owned(), snapshot),
                Err(AccessStoreError::Absent { .. }) => None,
                Err(error) => return Err(error),
            };
        }
        Ok(doubts.beside(&newest))
    }

    fn whole(&self, digest: Digest) -> Result<Snapshot, AccessStoreError> {
        let path = self.path(digest);
        let (snapshot, _) = read(&path)?;
        if snapshot.digest() != digest {
            return Err(AccessStoreError::Changed { path });
        }
        Ok(snapshot)
    }
}

/// Reads a snapshot in a file, and says what in it does not fit together.
pub fn read(path: &Path) -> Result<(Snapshot, Vec<Problem>), AccessStoreError> {
    let bytes = disk::read_small(path, LARGEST);
    let bytes = bytes.map_err(|error| unusable(path, io::Error::other(error)))?;
    Snapshot::read(&bytes).map_err(|cause| {
        let path = path.to_owned();
        AccessStoreError::Broken { path, cause }
    })
}

/// Random bytes that nobody can guess, for one seal.
pub fn salt() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

fn unusable(path: &Path, cause: io::Error) -> AccessStoreError {
    let path = path.to_owned();
    AccessStoreError::Unusable { path, cause }
}

#[cfg(test)]
mod tests {
    use bartizan_access::laboratory::{Size, large};

    use super::*;

    fn snapshot(people: usize, seconds: i64) -> Snapshot {
        let size = Size {
            people,
            teams: 1,
            repositories: 1,
        };
        let mut made = large(size).unwrap();
        made.taken = Timestamp::from_second(seconds).unwrap();
        made
    }

    #[test]
    fn snapshots_are_kept_and_found_again() {
        let home = tempfile::tempdir().unwrap();
        let store = AccessStore::new(&Home::new(home.path()));
        assert_eq!(store.listed().unwrap(), []);
        let (old, new) = (snapshot(5, 100), snapshot(6, 200));
        let digest = store.put(&new).unwrap();
        store.put(&old).unwrap();
        assert_eq!(store.put(&new).unwrap(), digest);
        assert_eq!(store.listed().unwrap().len(), 2);
        assert_eq!(store.newest("lab").unwrap(), new);
        assert_eq!(store.get(&digest.to_string()[..10]).unwrap(), new);
        let told = |name: &str| store.get(name).unwrap_err().to_string();
        assert_eq!(told("zzzzzzzz"), "there is no snapshot `zzzzzzzz` at home");
        assert_eq!(told(""), "there is no snapshot `` at home");
        assert!(store.newest("other").is_err());
    }

    #[test]
    fn a_snapshot_that_was_changed_is_none() {
        let home = tempfile::tempdir().unwrap();
        let store = AccessStore::new(&Home::new(home.path()));
        let digest = store.put(&snapshot(5, 100)).unwrap();
        let path = store.path(digest);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("person-00004", "person-00009")).unwrap();
        let error = store.newest("lab").unwrap_err();
        assert!(matches!(error, AccessStoreError::Changed { .. }), "{error}");
        fs::write(&path, "{").unwrap();
        let error = store.newest("lab").unwrap_err();
        assert!(matches!(error, AccessStoreError::Broken { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let store = AccessStore::new(&Home::new(home.path().join("home")));
        let digest = store.put(&snapshot(5, 100)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.path(digest)), 0o600);
        assert_eq!(mode(&store.folder), 0o700);
    }
}
