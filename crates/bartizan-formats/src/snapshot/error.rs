//! Why a snapshot was refused or could not be written. Each case has a remedy of its own.

use std::io;

use thiserror::Error;

use super::table::Table;

/// Why a snapshot, or a part of it, was refused.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The file is something else.
    #[error("not an advisory snapshot of bartizan")]
    Foreign,
    /// The file was written by a newer program.
    #[error("the snapshot has format {found}; this program reads format {supported}")]
    Newer {
        /// The format of the file.
        found: u32,
        /// The newest format that is read here.
        supported: u32,
    },
    /// The file was written by an older program.
    #[error("the snapshot has format {found}; this program reads format {supported}")]
    Older {
        /// The format of the file.
        found: u32,
        /// The only format that is read here.
        supported: u32,
    },
    /// The file is shorter or longer than it says, as after an interrupted copy.
    #[error("the snapshot is torn: its end is missing or is not its own")]
    Torn,
    /// Bytes have changed since they were written.
    #[error("the snapshot is damaged: {part}")]
    Damaged {
        /// The part that is damaged, and how that was seen.
        part: String,
    },
    /// A part claims to be larger than anything that is written.
    #[error("the snapshot claims too much: {part} is larger than {limit} bytes")]
    TooLarge {
        /// The part.
        part: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// The bytes could not be had.
    #[error("cannot read the snapshot")]
    Io(#[from] io::Error),
}

impl SnapshotError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Foreign => {
                "check the path; if nothing needs the file, delete it and run `bartizan db sync`"
            }
            Self::Newer { .. } => {
                "use a newer bartizan, or write the database anew with `bartizan db sync`"
            }
            Self::Older { .. } | Self::Torn | Self::Damaged { .. } | Self::TooLarge { .. } => {
                "delete the file and run `bartizan db sync`"
            }
            Self::Io(_) => "check that the file can be read and its disk works",
        }
    }

    pub(super) fn damaged(part: impl Into<String>) -> Self {
        Self::Damaged { part: part.into() }
    }
}

/// Why a snapshot could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// Entries must come table by table and in the order of their keys.
    #[error("an entry of the table of {} comes out of order", table.name())]
    OutOfOrder {
        /// The table.
        table: Table,
    },
    /// A key is longer than any name, or holds a NUL.
    #[error("a key of the table of {} cannot be stored", table.name())]
    BadKey {
        /// The table.
        table: Table,
    },
    /// One entry is larger than a reader accepts.
    #[error("an entry of the table of {} is larger than {limit} bytes", table.name())]
    TooLarge {
        /// The table.
        table: Table,
        /// The limit in bytes.
        limit: usize,
    },
    /// A value has no encoding.
    #[error("cannot encode an entry of the snapshot")]
    Encode(#[from] postcard::Error),
    /// The bytes could not be written.
    #[error("cannot write the snapshot")]
    Io(#[from] io::Error),
}
