//! How far signing has come: what the sightings of a ledger say of each file, of each release and of all of them.
//!
//! What was verified is verified of the bytes with that digest, whatever an index says later; that it says something else
//! later is told beside it. Who signed is judged here again each time, since who is expected may change. What nobody could
//! have signed, and what nobody could see, is of a class of its own and blames nobody.

mod class;
mod expectation;
mod file;
mod record;
mod release;
#[cfg(test)]
mod tests;

pub use class::{Class, Coverage};
pub use expectation::{Expectation, can_attest};
pub use file::{FileStanding, Note, standing};
pub use record::{levelled, record};
pub use release::{ReleaseStanding, Span, releases};

use bartizan_model::Timestamp;

/// The day on which attestations became possible: nobody could sign before.
pub const ATTESTATIONS_BEGAN: i64 = 1_731_542_400;

/// The same as a moment.
pub fn attestations_began() -> Timestamp {
    Timestamp::from_second(ATTESTATIONS_BEGAN).unwrap_or(Timestamp::UNIX_EPOCH)
}
