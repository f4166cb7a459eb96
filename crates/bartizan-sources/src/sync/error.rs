//! Why a sync failed. The old snapshot stays in force in every case.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use bartizan_formats::snapshot::{CopyError, SnapshotError, WriteError};
use bartizan_model::problem::Problem;
use thiserror::Error;

/// Why a sync failed. The snapshot in force before is still in force.
#[derive(Debug, Error)]
pub enum SyncError {
    /// Another sync of the same home is running.
    #[error("another sync is running: `{}` is locked", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// Fetching was asked for, and forbidden.
    #[error("cannot fetch advisories: offline")]
    Offline,
    /// An address of the settings is none.
    #[error("`{text}` of the settings is not an address")]
    Address {
        /// Its text, without secrets.
        text: String,
    },
    /// No input gave a single record, prediction or entry.
    #[error("nothing could be imported")]
    Nothing {
        /// Why not, input by input.
        problems: Vec<Problem>,
    },
    /// Something in the home could not be done: no space, no permission.
    #[error("cannot {operation} `{}`", path.display())]
    Home {
        /// What was tried.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The snapshot in force is there and cannot be read, so its records cannot be kept.
    #[error("cannot keep the records of `{}`", path.display())]
    Old {
        /// The snapshot.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: SnapshotError,
    },
    /// The new snapshot could not be encoded.
    #[error("cannot build the new snapshot")]
    Build(#[source] WriteError),
}

impl SyncError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "wait until it ends; the lock goes away with its process",
            Self::Offline => "name local files with `--from`, or leave out `--offline`",
            Self::Address { .. } => "an address starts with `https://` or `http://`",
            Self::Nothing { .. } => "see the problems of each input",
            Self::Home { source, .. } => match source.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                    "no space is left: free some or set BARTIZAN_HOME to a larger disk; a new snapshot is written beside the old one, which stays in force"
                }
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                    "check the permissions of the directory, or set BARTIZAN_HOME to another"
                }
                _ => "check the disk of BARTIZAN_HOME; the old snapshot stays in force",
            },
            Self::Old { .. } => {
                "delete the file or start over with `bartizan db sync --fresh`; then sync every source again"
            }
            Self::Build(_) => "this is a fault of bartizan: please report it with the input",
        }
    }

    pub(crate) fn home(
        operation: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Home {
            operation,
            path,
            source,
        }
    }

    /// An error of writing the snapshot at `path`: the disk's fault or ours.
    pub(crate) fn write(path: &Path, error: WriteError) -> Self {
        match error {
            WriteError::Io(source) => Self::home("write the new snapshot", path)(source),
            other => Self::Build(other),
        }
    }

    /// An error of copying the snapshot at `old` to `path`.
    pub(crate) fn copy(old: &Path, path: &Path, error: CopyError) -> Self {
        match error {
            CopyError::Read(source) => Self::Old {
                path: old.to_owned(),
                source,
            },
            CopyError::Write(error) => Self::write(path, error),
        }
    }
}
