//! The adoption ledger of packages: looked at, kept, and told.
//!
//! What was seen of each file is kept for ever in Bartizan's directory; a look adds what is new. What was verified once of
//! bytes with a digest is not verified again, and not asked for again either, unless somebody wants it. Every look is bounded,
//! and what it leaves out the next one goes on with.

mod book;
mod look;
mod parallel;
pub mod shown;
pub mod tags;
pub mod told;
mod verify;

use bartizan_formats::{identities::Identities, ledger::Ledger, profile::Publisher};
use bartizan_model::{Timestamp, ecosystem::Package, problem::Problem};
use bartizan_provenance::{TrustRoot, ledger::Expectation};
use bartizan_sources::index::releases::IndexUniverse;

pub use book::{Book, BookError};

use crate::artifact::Artifacts;

/// How far a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Releases of which a file was uploaded since.
    pub since: Timestamp,
    /// So many releases of a package, the newest.
    pub releases: usize,
    /// So many requests for evidence and for directories of wheels, for one package and one look.
    pub requests: usize,
    /// So many of them at a time.
    pub at_a_time: usize,
    /// Whether wheels are looked into for bills of materials.
    pub with_sboms: bool,
    /// Whether evidence is asked for again that was verified before.
    pub is_again: bool,
}

/// Looks at packages and keeps their ledgers.
pub struct Keeper<'a> {
    /// What the indexes list.
    pub universe: &'a IndexUniverse<'a>,
    /// The user's own files of releases.
    pub artifacts: &'a Artifacts<'a>,
    /// Where ledgers are kept.
    pub book: Book,
    /// Which authorities and logs are believed.
    pub root: &'a TrustRoot,
    /// Who signs the files of which package.
    pub identities: &'a Identities,
    /// How far a look goes.
    pub limits: Limits,
    /// What time it is.
    pub now: Timestamp,
}

/// What came of a look at a package.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// What is kept of it now.
    pub ledger: Ledger,
    /// Whether an index listed its files just now, or would have.
    pub is_listed: bool,
    /// How many things were left to the next look: evidence that was not asked for, wheels that were not looked into.
    pub left: usize,
    /// What could not be had.
    pub problems: Vec<Problem>,
}

impl Keeper<'_> {
    /// Who is expected to sign the files of a package that these publish by its profile.
    pub fn expectation(&self, package: &Package, publishers: &[Publisher<'_>]) -> Expectation {
        let pins = self.identities.projects.get(package.name());
        Expectation::new(pins.map_or(&[], Vec::as_slice), publishers)
    }
}

#[cfg(test)]
mod tests;
