//! The advisory database that a command answers from: the snapshot of a home, or the embedded sample.

mod reader;

use std::{
    fs::File,
    io::{self, ErrorKind},
    ops::Deref,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    advisory::{self, Statement},
    snapshot::{Snapshot, SnapshotError},
};
use bartizan_model::{
    Timestamp,
    advisory::{AliasGroup, Epss, KnownExploited, PackageAdvisories, RecordKey},
    ecosystem::{Ecosystem, Package},
};
use bartizan_vulnerability::advisories::{Advisories, AdvisoriesError};
use thiserror::Error;

pub use self::reader::{DatabaseReader, FileReader};
use crate::home::Home;
pub use crate::starter::{StarterError, database as starter};

/// An open advisory database.
pub struct Database {
    snapshot: Snapshot<DatabaseReader>,
}

/// Why there is no database to answer from.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// Nothing was ever synced.
    #[error("there is no advisory snapshot at `{}`", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error("cannot open the advisory snapshot `{}`", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is no snapshot that can be answered from.
    #[error("cannot use the advisory snapshot `{}`", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: SnapshotError,
    },
}

impl DatabaseError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "`bartizan db sync` fetches advisories",
            Self::Open { .. } => "check the permissions of the file and its directory",
            Self::Refused { source, .. } => source.hint(),
        }
    }
}

/// Opens the snapshot of a home.
pub fn open(home: &Home) -> Result<Database, DatabaseError> {
    open_file(&home.snapshot())
}

/// Opens a snapshot by its path.
pub fn open_file(path: &Path) -> Result<Database, DatabaseError> {
    let path = path.to_owned();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(DatabaseError::Missing { path });
        }
        Err(source) => return Err(DatabaseError::Open { path, source }),
    };
    match Snapshot::open(DatabaseReader::File(FileReader::new(file))) {
        Ok(snapshot) => Ok(Database { snapshot }),
        Err(source) => Err(DatabaseError::Refused { path, source }),
    }
}

impl Database {
    /// A database in memory.
    pub(crate) fn in_memory(bytes: Vec<u8>) -> Result<Self, SnapshotError> {
        let snapshot = Snapshot::open(DatabaseReader::Memory(bytes))?;
        Ok(Self { snapshot })
    }
}

impl Database {
    /// When the first of these records was published; `None` where none says.
    pub fn published(&self, records: &[RecordKey]) -> Result<Option<Timestamp>, AdvisoriesError> {
        let mut first: Option<Timestamp> = None;
        for key in records {
            let stored = self.snapshot.record(key);
            let stored = stored.map_err(|error| unanswered(&key.id, error))?;
            let read = stored.map(|stored| advisory::read(&key.id, stored.raw.as_bytes()));
            for statement in read.into_iter().flat_map(|read| read.statements) {
                if let Statement::Record(record) = statement
                    && let Some(published) = record.advisory.published
                {
                    first = Some(first.map_or(published, |first| first.min(published)));
                }
            }
        }
        Ok(first)
    }
}

impl Deref for Database {
    type Target = Snapshot<DatabaseReader>;

    fn deref(&self) -> &Self::Target {
        &self.snapshot
    }
}

impl Advisories for Database {
    fn package(&self, package: &Package) -> Result<Option<PackageAdvisories>, AdvisoriesError> {
        self.snapshot
            .package(package)
            .map_err(|error| unanswered(package.name(), error))
    }

    fn group(&self, key: &str) -> Result<Option<AliasGroup>, AdvisoriesError> {
        self.snapshot
            .group(key)
            .map_err(|error| unanswered(key, error))
    }

    fn epss(&self, cve: &str) -> Result<Option<Epss>, AdvisoriesError> {
        self.snapshot
            .epss(cve)
            .map_err(|error| unanswered(cve, error))
    }

    fn known_exploited(&self, cve: &str) -> Result<Option<KnownExploited>, AdvisoriesError> {
        self.snapshot
            .known_exploited(cve)
            .map_err(|error| unanswered(cve, error))
    }

    fn details(&self, record: &RecordKey) -> Result<Option<String>, AdvisoriesError> {
        let stored = self.snapshot.record(record);
        let stored = stored.map_err(|error| unanswered(&record.id, error))?;
        let read = stored.map(|stored| advisory::read(&record.id, stored.raw.as_bytes()));
        let statements = read.into_iter().flat_map(|read| read.statements);
        let mut texts = statements.filter_map(|statement| match statement {
            Statement::Record(record) => Some(record.advisory.details),
            _ => None,
        });
        Ok(texts.next())
    }

    fn covers(&self, ecosystem: &Ecosystem) -> bool {
        let covered = &self.snapshot.manifest().ecosystems;
        covered.iter().any(|family| family == ecosystem.family())
    }
}

fn unanswered(object: &str, error: SnapshotError) -> AdvisoriesError {
    AdvisoriesError {
        object: object.to_owned(),
        source: Box::new(error),
    }
}
