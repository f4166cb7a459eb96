//! What a sync tells while it works. How it is shown, and how often, is the caller's business.

/// Listens to a sync.
pub trait Progress {
    /// Something was done. Called often.
    fn step(&mut self, step: Step<'_>);
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// An address is being fetched.
    Fetching {
        /// The address, without secrets.
        address: &'a str,
        /// The bytes, or the records, that are here so far.
        done: u64,
        /// How many there will be, where known.
        of: Option<u64>,
    },
    /// An input is being read.
    Reading {
        /// The path or the address.
        origin: &'a str,
        /// Records, predictions and entries read so far, over all inputs.
        statements: u64,
    },
    /// Records go into the new snapshot.
    Writing {
        /// So far.
        records: u64,
    },
    /// Records are grouped and indexed.
    Indexing {
        /// How many.
        records: u64,
    },
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&mut self, _: Step<'_>) {}
}
