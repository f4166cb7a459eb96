//! Why a bundle was not written, or not installed. The snapshot in force stays so in every case.

use std::{io, path::PathBuf};

use bartizan_formats::{
    bundle::BundleError,
    signature::KeyError,
    snapshot::{CopyError, SnapshotError},
};
use bartizan_model::Timestamp;
use thiserror::Error;

use crate::{database::DatabaseError, sync::SyncError};

/// Why no bundle was written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// There is no snapshot to write down.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The snapshot is damaged.
    #[error("the advisory snapshot does not hold")]
    Snapshot(#[from] SnapshotError),
    /// The bundle to start from holds changes only.
    #[error("`{}` holds only changes, so no increment can start from it", path.display())]
    NotWhole {
        /// The bundle.
        path: PathBuf,
    },
    /// The bundle to start from cannot be read.
    #[error("cannot start from `{}`", path.display())]
    Base {
        /// The bundle.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: BundleError,
    },
    /// A source was imported later than now.
    #[error("a source was imported at {imported}, after the time of this export")]
    Clock {
        /// When.
        imported: Timestamp,
    },
    /// The key does not sign.
    #[error("cannot sign the bundle")]
    Key(#[from] KeyError),
    /// The changes could not be worked out.
    #[error("cannot work out what changed")]
    Changes(#[source] CopyError),
    /// The bundle could not be written.
    #[error("cannot write the bundle")]
    Bundle(#[source] BundleError),
    /// Something on the disk could not be done.
    #[error("cannot {operation} `{}`", path.display())]
    Disk {
        /// What was tried.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl ExportError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Database(error) => error.hint(),
            Self::Snapshot(error) => error.hint(),
            Self::NotWhole { .. } => "name the whole bundle that the other machine was given first",
            Self::Base { source, .. } | Self::Bundle(source) => source.hint(),
            Self::Clock { .. } => "check the clock of this machine, and `--as-of`",
            Self::Key(error) => error.hint(),
            Self::Changes(_) | Self::Disk { .. } => {
                "check that the file and its directory can be read and written, and that there is room"
            }
        }
    }
}

/// Why a bundle was not installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// The bundle itself is refused.
    #[error("cannot use the bundle `{}`", path.display())]
    Bundle {
        /// The bundle.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: BundleError,
    },
    /// What is in the bundle is no sound snapshot.
    #[error("the bundle holds no sound snapshot")]
    Content(#[from] SnapshotError),
    /// The bundle's publisher has published a newer one, which this home has seen.
    #[error("the bundle was made at {created}; from {publisher} this home has seen one of {seen}")]
    Older {
        /// When this one was made.
        created: Timestamp,
        /// Whose it is.
        publisher: String,
        /// When the newest that was installed was made.
        seen: Timestamp,
    },
    /// Changes can only be made to the snapshot that they are changes of.
    #[error("the bundle holds changes to the snapshot {wanted}, and {}", found.as_ref().map_or_else(|| "there is none here".to_owned(), |found| format!("{found} is in force")))]
    Base {
        /// The id of the snapshot that they are changes of.
        wanted: String,
        /// The id of the one in force.
        found: Option<String>,
    },
    /// What is in force did not come by a bundle of this publisher, and would be lost.
    #[error("the bundle would replace the snapshot {found}, which did not come from {publisher}")]
    Replaces {
        /// The id of the snapshot in force.
        found: String,
        /// Who published the bundle.
        publisher: String,
    },
    /// What is known of earlier bundles cannot be read, so an older one could not be told.
    #[error("cannot read which bundles were installed before: `{}`", path.display())]
    State {
        /// The file.
        path: PathBuf,
    },
    /// Something in the home could not be done.
    #[error(transparent)]
    Home(#[from] SyncError),
}

impl InstallError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Bundle { source, .. } => source.hint(),
            Self::Content(_) => "do not use the file; ask who made it",
            Self::Older { .. } => {
                "get the newest bundle; to go back on purpose, say `--allow-older`"
            }
            Self::Base { .. } => "get a whole bundle, or the changes to the snapshot that is here",
            Self::Replaces { .. } => {
                "nothing is merged: to lose what is there, say `--replace`, or use another `--home`"
            }
            Self::State { .. } => {
                "look at the file; without it, a bundle that is older than one already seen is not noticed"
            }
            Self::Home(error) => error.hint(),
        }
    }
}
