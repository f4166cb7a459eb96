//! Flags: two maintainers say in private, with reasons, that an account behaves unlike its owner.
//!
//! A flag is a question to look into, never a verdict: one maintainer alone raises nothing, it ends by itself after ninety
//! days, whoever it is about may see it and answer, and two maintainers may lift it earlier. Everything that happens to it
//! stands in a log that only grows ([`Log`]), every reading of it too. The log names nobody: people stand in it by keyed hashes,
//! and words as the digests of what is kept beside it, so that these can be removed and the log still holds. No flag is ever
//! part of a score, a page or a report.

mod log;
mod state;

pub use self::{
    log::{Entry, Event, LARGEST_LOG, Log, LogError, digest},
    state::{FLAG_DAYS, Flag, FlagError, FlagState, flags},
};
