//! Why a feed is refused.

use bartizan_model::Timestamp;
use thiserror::Error;

use crate::signature::SignatureError;

/// Why a feed is refused as a whole: a state of it that is not whole is none.
#[derive(Debug, Error)]
pub enum FeedError {
    /// There is no list.
    #[error("there is no `feed.json`")]
    NoManifest,
    /// The list is not one.
    #[error("`feed.json` cannot be read")]
    Manifest(#[source] serde_json::Error),
    /// A part of the list is not what it must be.
    #[error("`feed.json` contradicts itself: {what}")]
    Inconsistent {
        /// What does.
        what: &'static str,
    },
    /// It was written by a newer program.
    #[error("`feed.json` has format {found}; this program reads format {supported}")]
    Newer {
        /// The format of the file.
        found: u64,
        /// The only format that is read here.
        supported: u64,
    },
    /// Nobody signed it.
    #[error("the feed is not signed")]
    Unsigned,
    /// Who signed it does not count.
    #[error("the signature of the feed does not count")]
    Signature(#[from] SignatureError),
    /// It says that it was made after now.
    #[error("the feed says that it was made at {created}, which has not come yet")]
    Future {
        /// The time that it says.
        created: Timestamp,
    },
    /// A newer state was seen before.
    #[error("the feed is in state {sequence}; state {seen} was seen before")]
    Older {
        /// The state that it is in.
        sequence: u64,
        /// The state that was seen.
        seen: u64,
    },
    /// The same state was seen with another content.
    #[error("the feed was seen in state {sequence} with another list")]
    Forked {
        /// The state.
        sequence: u64,
    },
    /// A record is not the one that is listed.
    #[error("`{path}` is not the file that `feed.json` lists")]
    Changed {
        /// Its path.
        path: String,
    },
    /// A file is there that is not listed.
    #[error("`{path}` is not listed in `feed.json`")]
    Added {
        /// Its path.
        path: String,
    },
    /// Files are listed that are not there.
    #[error("{count} of the files that `feed.json` lists are missing")]
    Missing {
        /// How many.
        count: usize,
    },
    /// A file is larger than any that is written.
    #[error("`{path}` is larger than {limit} bytes")]
    TooLarge {
        /// Its path.
        path: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// There are more files than anybody writes.
    #[error("more than {limit} files")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A file could not be had.
    #[error("cannot read `{path}`: {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// What the system said.
        why: String,
    },
}

impl FeedError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoManifest => "its publisher writes one with `bartizan db publish`",
            Self::Newer { .. } => "use a newer bartizan",
            Self::Unsigned => "ask its publisher for `feed.json.sig`, or leave out the signers",
            Self::Signature(error) => error.hint(),
            Self::Older { .. } | Self::Forked { .. } => {
                "the mirror may be behind, or somebody may hide newer records; get the feed from its publisher"
            }
            Self::Future { .. } => {
                "check the clock of this machine; if it is right, tell the publisher"
            }
            Self::Changed { .. } | Self::Added { .. } | Self::Missing { .. } => {
                "the copy is not whole; get it again, or ask its publisher to run `bartizan db publish`"
            }
            Self::Manifest(_)
            | Self::Inconsistent { .. }
            | Self::TooLarge { .. }
            | Self::TooMany { .. } => "tell its publisher",
            Self::Unreadable { .. } => "check that it can be read",
        }
    }
}
