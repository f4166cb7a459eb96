//! What a code host knows and a history does not, out of a file that somebody exported: who reviewed, who pressed the button
//! of a squashed pull request, which account is a program.
//!
//! A history stays what it is: an export only fills what is none there. It is somebody's file, and believed no further than
//! that: accounts that no history names are nobody, and a reviewer counts for reviews and for nothing else.

mod merge;
mod read;

pub use self::{
    merge::{Enriched, enrich},
    read::{Export, ExportError, LARGEST_EXPORT, Pull, Review, Verdict},
};
