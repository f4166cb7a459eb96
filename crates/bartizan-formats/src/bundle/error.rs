//! Why a bundle is refused. Each case has a remedy of its own.

use std::io;

use bartizan_model::Timestamp;
use thiserror::Error;

use crate::signature::SignatureError;

/// Why a bundle is refused, or could not be written.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The file is something else.
    #[error("not a bundle of advisories")]
    NotABundle,
    /// The file ends before the bundle does.
    #[error("the bundle is torn: its end is missing")]
    Torn,
    /// It was written by a newer program.
    #[error("the bundle has format {found}; this program reads format {supported}")]
    Newer {
        /// The format of the file.
        found: u64,
        /// The only format that is read here.
        supported: u64,
    },
    /// Two parts of it contradict each other, or one is not what it must be.
    #[error("the bundle contradicts itself: {what}")]
    Inconsistent {
        /// What does.
        what: &'static str,
    },
    /// The manifest is not one.
    #[error("the manifest of the bundle cannot be read")]
    Manifest(#[source] serde_json::Error),
    /// A part claims to be larger than anything that is written.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// The part.
        what: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// Nobody signed it.
    #[error("the bundle is not signed")]
    Unsigned,
    /// Who signed it does not count.
    #[error("the signature of the bundle does not count")]
    Signature(#[from] SignatureError),
    /// The content is not the one that was signed.
    #[error("the content of the bundle is not the one that its manifest names")]
    Changed,
    /// It says that it was made after now.
    #[error("the bundle says that it was made at {time}, which has not come yet")]
    Future {
        /// The time that it says.
        time: Timestamp,
    },
    /// The bytes could not be had.
    #[error("cannot read the bundle")]
    Read(#[source] io::Error),
    /// The bytes could not be written.
    #[error("cannot write what the bundle holds")]
    Write(#[source] io::Error),
}

impl BundleError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotABundle => "`bartizan db export --bundle FILE` writes one",
            Self::Torn | Self::Changed => "copy the file again; if it stays so, ask who made it",
            Self::Newer { .. } => "use a newer bartizan",
            Self::Inconsistent { .. } | Self::Manifest(_) | Self::TooLarge { .. } => {
                "do not use the file; ask who made it"
            }
            Self::Unsigned => {
                "ask for a signed one, or vouch for the file yourself with `--allow-unsigned`"
            }
            Self::Signature(error) => error.hint(),
            Self::Future { .. } => {
                "check the clock of this machine; if it is right, ask who made the bundle"
            }
            Self::Read(_) => "check that the file can be read and its disk works",
            Self::Write(_) => "free some space; nothing that was in force has changed",
        }
    }
}
