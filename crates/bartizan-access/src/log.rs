//! The log of everything that happens to rights. It only grows: each entry holds the hash of all that came before it.
//!
//! Whoever changes, removes or reorders an entry changes every hash behind it. A [`Checkpoint`] says how many entries there were
//! and the root of a Merkle tree over them (RFC 9162, section 2.1); it names nobody and can be published, so that a log that was
//! cut off at its end, or written anew as a whole, is found out too. The log itself names people and is private.

mod checkpoint;
mod entry;
mod tree;

use thiserror::Error;

pub use self::{
    checkpoint::{Checkpoint, CheckpointError, LARGEST_CHECKPOINT},
    entry::{Entry, Event},
    tree::root,
};
use bartizan_formats::digest::Digest;

/// The largest log that is read.
pub const LARGEST_LOG: usize = 256 << 20;

/// The longest line.
const LONGEST_LINE: usize = 8 << 10;

/// What the first entry follows.
const BEGIN: &[u8] = b"bartizan access log 1\n";

/// The whole log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    entries: Vec<Entry>,
    hashes: Vec<Digest>,
}

/// Why a log cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogError {
    /// It is larger than any.
    #[error("the access log is larger than {LARGEST_LOG} bytes")]
    TooLarge,
    /// A line is no entry.
    #[error("line {line} of the access log cannot be read")]
    Unreadable {
        /// Which.
        line: usize,
    },
    /// A line is not what followed the one before.
    #[error(
        "line {line} of the access log does not follow from the line before: the log was changed"
    )]
    Changed {
        /// Which.
        line: usize,
    },
    /// The last line has no end.
    #[error("the access log was cut off in its last line")]
    Cut,
    /// There were more entries at the checkpoint.
    #[error(
        "the access log has {entries} entries, and had {were} at the checkpoint: it was shortened"
    )]
    Shortened {
        /// How many it has.
        entries: u64,
        /// How many it had.
        were: u64,
    },
    /// The entries of the checkpoint were others.
    #[error(
        "the first {were} entries of the access log are not those of the checkpoint: it was written anew"
    )]
    Replaced {
        /// How many the checkpoint is of.
        were: u64,
    },
    /// An entry cannot be meant.
    #[error("an entry of the access log is longer than any, or says more than one line")]
    Unmeant,
}

impl Log {
    /// Reads a log, and believes it only where every entry follows from the one before.
    pub fn read(bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() > LARGEST_LOG {
            return Err(LogError::TooLarge);
        }
        let mut log = Self::default();
        let Some(text) = bytes.strip_suffix(b"\n") else {
            return if bytes.is_empty() {
                Ok(log)
            } else {
                Err(LogError::Cut)
            };
        };
        for (line, text) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            let unreadable = LogError::Unreadable { line };
            let read = (text.len() <= LONGEST_LINE)
                .then(|| entry::read(text))
                .flatten();
            let (entry, said) = read.ok_or(unreadable)?;
            let hash = log.next_hash(&entry);
            // A line that says the same in another way is another line.
            let is_next = entry.number == log.next_number() && said == hash;
            if !is_next || entry::line(&entry, hash).as_bytes() != text {
                return Err(LogError::Changed { line });
            }
            log.entries.push(entry);
            log.hashes.push(hash);
        }
        Ok(log)
    }

    /// Adds what happened; gives the line that belongs at the end of the file, with its end. The number is set here.
    pub fn add(&mut self, mut entry: Entry) -> Result<String, LogError> {
        entry.number = self.next_number();
        let hash = self.next_hash(&entry);
        let line = entry::line(&entry, hash);
        if line.len() > LONGEST_LINE || entry::read(line.as_bytes()) != Some((entry.clone(), hash))
        {
            return Err(LogError::Unmeant);
        }
        self.entries.push(entry);
        self.hashes.push(hash);
        Ok(line + "\n")
    }

    /// Everything that happened, the oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What can be published of it now. `at` is the time of the last entry, so that equal logs have equal checkpoints.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let last = self.entries.last()?;
        Some(Checkpoint {
            entries: last.number,
            root: root(&self.hashes),
            at: last.at,
        })
    }

    /// Whether all that stood in it at a checkpoint still does, in the same order.
    pub fn holds(&self, checkpoint: &Checkpoint) -> Result<(), LogError> {
        let were = checkpoint.entries;
        let first = usize::try_from(were)
            .ok()
            .and_then(|it| self.hashes.get(..it));
        let Some(first) = first else {
            let entries = self.entries.len() as u64;
            return Err(LogError::Shortened { entries, were });
        };
        let last = first
            .len()
            .checked_sub(1)
            .and_then(|it| self.entries.get(it));
        if root(first) == checkpoint.root && last.is_some_and(|it| it.at == checkpoint.at) {
            Ok(())
        } else {
            Err(LogError::Replaced { were })
        }
    }

    /// Whether something with this number of its own, such as a delivery, was logged before.
    pub fn has_reference(&self, event: Event, reference: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|it| it.event == event && it.reference.as_deref() == Some(reference))
    }

    fn next_number(&self) -> u64 {
        self.entries.len() as u64 + 1
    }

    fn next_hash(&self, entry: &Entry) -> Digest {
        let body = entry::body(entry);
        match self.hashes.last() {
            Some(last) => Digest::of(&[last.0.as_slice(), &body].concat()),
            None => Digest::of(&[BEGIN, &body].concat()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
