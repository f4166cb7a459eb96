//! Bringing the records of the old snapshot and of the inputs together, in the order of their keys.
//!
//! Of the statements of one record the newest `modified` wins, and at a draw the input that was read last.
//! A record stays as long as one origin states it: an input that was read from end to end takes back only
//! what it stated itself.

use std::{cmp::Reverse, collections::BTreeSet, iter::Peekable};

use bartizan_formats::{
    advisory::{self, Statement},
    snapshot::{ReadAt, Records, Snapshot, SnapshotError, StoredRecord, key},
};
use bartizan_model::{
    Timestamp,
    advisory::{Advisory, RecordKey},
    ecosystem::Package,
    problem::Problem,
};

use super::{
    authority::Authority,
    gather::{Incoming, Put},
    origins::Origins,
    sketch::Sketch,
    spool::{Spool, SpoolFile},
};

/// A record of the new snapshot, or one that goes away.
pub(crate) enum Merged {
    /// It goes into the new snapshot.
    Kept {
        stored: StoredRecord,
        sketch: Box<Sketch>,
        change: Change,
    },
    /// No origin states it any more.
    Removed { key: RecordKey },
    /// Its text, accepted once, cannot be understood again.
    Lost { key: RecordKey, problem: Problem },
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    New,
    Changed,
}

/// Why merging stopped.
pub(crate) enum MergeError {
    Old(SnapshotError),
    Spool(std::io::Error),
}

/// The merged records, one after the other.
pub(crate) struct Merge<'a, R: ReadAt, S> {
    old: Option<Peekable<Records<'a, R>>>,
    authority: &'a Authority,
    spool: &'a mut Spool<S>,
    incoming: Peekable<std::vec::IntoIter<Incoming>>,
}

impl<'a, R: ReadAt, S: SpoolFile> Merge<'a, R, S> {
    pub(crate) fn new(
        old: Option<&'a Snapshot<R>>,
        authority: &'a Authority,
        spool: &'a mut Spool<S>,
        mut incoming: Vec<Incoming>,
    ) -> Result<Self, SnapshotError> {
        // The sort is stable; what came last stands first among equals after the reversal.
        incoming.reverse();
        incoming.sort_by(|a, b| (&a.key, Reverse(a.modified)).cmp(&(&b.key, Reverse(b.modified))));
        let old = old.map(Snapshot::records).transpose()?;
        Ok(Self {
            old: old.map(Iterator::peekable),
            authority,
            spool,
            incoming: incoming.into_iter().peekable(),
        })
    }

    /// The next record; `None` after the last.
    pub(crate) fn next(&mut self, origins: &Origins) -> Result<Option<Merged>, MergeError> {
        let old_key = match self.old.as_mut().and_then(Peekable::peek) {
            Some(Ok(record)) => Some(key::record(&record.key)),
            Some(Err(_)) | None => None,
        };
        if let Some(Err(error)) = self
            .old
            .as_mut()
            .and_then(|old| old.next_if(Result::is_err))
        {
            return Err(MergeError::Old(error));
        }
        let new_key = self.incoming.peek().map(|incoming| incoming.key.to_vec());
        let Some(key) = old_key.iter().chain(&new_key).min().cloned() else {
            return Ok(None);
        };
        let old = match old_key {
            Some(old_key) if old_key == key => self.old.as_mut().and_then(Iterator::next),
            _ => None,
        };
        let old = old.transpose().map_err(MergeError::Old)?;
        let best = self.incoming.next_if(|incoming| *incoming.key == *key);
        let mut numbers = old
            .as_ref()
            .map_or_else(BTreeSet::new, |old| origins.remaining(&old.origins));
        let is_still_stated = !numbers.is_empty();
        numbers.extend(best.as_ref().and_then(|best| origins.of_input(best.input)));
        while let Some(other) = self.incoming.next_if(|incoming| *incoming.key == *key) {
            numbers.extend(origins.of_input(other.input));
        }
        let new = match best {
            Some(best) => {
                let bytes = self.spool.read(best.place).map_err(MergeError::Spool)?;
                let put: Put<'_> = postcard::from_bytes(&bytes)
                    .map_err(|error| MergeError::Spool(std::io::Error::other(error)))?;
                Some(Ok(text(key_of(&best.key), put.raw.to_owned(), put.sketch)))
            }
            None => None,
        };
        let origins = numbers.into_iter().collect();
        Ok(decide(self.authority, old, is_still_stated, new, origins))
    }
}

/// A text with what it says.
type Understood = Result<(StoredRecord, Box<Sketch>), (RecordKey, Problem)>;

/// What becomes of a record, by its old text and the best of its new ones.
fn decide(
    authority: &Authority,
    old: Option<StoredRecord>,
    is_still_stated: bool,
    new: Option<Understood>,
    origins: Vec<u32>,
) -> Option<Merged> {
    let merged = match (old, new) {
        (Some(old), None) if is_still_stated => {
            let old = understood(authority, old.key, old.raw);
            keep(old, origins, Change::None)
        }
        (Some(old), None) => Merged::Removed { key: old.key },
        (Some(old), Some(new)) => {
            let is_changed = new.as_ref().is_ok_and(|(stored, _)| stored.raw != old.raw);
            if !is_changed {
                return Some(keep(new, origins, Change::None));
            }
            let old = is_still_stated.then(|| understood(authority, old.key, old.raw));
            match old {
                Some(old) if modified(&old) > modified(&new) => keep(old, origins, Change::None),
                _ => keep(new, origins, Change::Changed),
            }
        }
        (None, Some(new)) => keep(new, origins, Change::New),
        (None, None) => return None,
    };
    Some(merged)
}

fn modified(text: &Understood) -> Option<Timestamp> {
    text.as_ref().ok()?.1.modified()
}

fn keep(text: Understood, origins: Vec<u32>, change: Change) -> Merged {
    match text {
        Ok((stored, sketch)) => Merged::Kept {
            stored: StoredRecord { origins, ..stored },
            sketch,
            change,
        },
        Err((key, problem)) => Merged::Lost { key, problem },
    }
}

/// Reads a stored text again. What this program understands of it may be more than what an earlier one did.
fn understood(authority: &Authority, key: RecordKey, raw: String) -> Understood {
    let reading = advisory::read(&key.id, raw.as_bytes());
    let mut records = reading
        .statements
        .into_iter()
        .filter_map(|statement| match statement {
            Statement::Record(record) => Some(record.advisory),
            Statement::Epss { .. } | Statement::KnownExploited(_) => None,
        });
    let feed = authority.by_name(&key.source);
    let sketch = |mut advisory: Advisory| {
        let standing = authority.judge_stored(&key.id, &advisory.source, &key.source);
        key.source.clone_into(&mut advisory.source);
        let speaks_about = |package: &Package| feed.is_none_or(|feed| feed.speaks_about(package));
        Sketch::of(&advisory, standing, speaks_about)
    };
    let is_it = |advisory: &Advisory| advisory.id == key.id;
    let sketch = records.find(is_it).map(sketch);
    if let Some(Ok(sketch)) = sketch {
        return Ok(text(key, raw, sketch));
    }
    let message = "the stored record cannot be read any more";
    let problem = Problem::new(&key.id, message)
        .with_hint("sync its source again, and report this if it stays");
    Err((key, problem))
}

fn text(key: RecordKey, raw: String, sketch: Sketch) -> (StoredRecord, Box<Sketch>) {
    let stored = StoredRecord {
        key,
        raw,
        origins: Vec::new(),
        standing: sketch.standing(),
    };
    (stored, Box::new(sketch))
}

/// The id and source in a key.
fn key_of(bytes: &[u8]) -> RecordKey {
    let text = String::from_utf8_lossy(bytes);
    let mut names = text.splitn(3, '\0').skip(1).map(str::to_owned);
    let id = names.next().unwrap_or_default();
    let source = names.next().unwrap_or_default();
    RecordKey { id, source }
}
