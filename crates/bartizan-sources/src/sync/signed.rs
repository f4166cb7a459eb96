//! Signed feeds: read whole or not at all, and never in an older state than the one that was seen last.

use std::{collections::BTreeMap, fs::File, io, path::Path};

use bartizan_formats::{
    digest::Digest,
    feed::FeedState,
    signature::{AllowedSigners, LARGEST_SIGNERS},
};
use bartizan_model::{
    Timestamp,
    problem::{Problem, chain},
};
use serde::{Deserialize, Serialize};

use super::{
    authority::Feed, error::SyncError, gather::Extent, local::read_bounded, reader::Reader,
    spool::SpoolFile,
};
use crate::{disk, feed::open_feed};

/// The largest file of states that is read.
const LARGEST: usize = 1 << 20;

/// Which state of each signed feed this home has seen last, by the feed's name.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeenFeeds(BTreeMap<String, SeenFeed>);

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SeenFeed {
    sequence: u64,
    sha256: Digest,
}

impl SeenFeeds {
    /// Reads the file. One that is there and cannot be read is an error: taken for empty, it would let every
    /// old state pass.
    pub(super) fn load(path: &Path) -> Result<Self, SyncError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other,
        };
        let read = file.and_then(|file| read_bounded(file, LARGEST));
        let seen = read.and_then(|bytes| {
            serde_json::from_slice(&bytes)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        });
        seen.map_err(SyncError::home("read the states of signed feeds in", path))
    }

    /// The file's new text; `None` where no signed feed was ever read.
    pub(super) fn text(&self) -> Option<String> {
        // Maps with text keys and plain values always have a JSON form.
        let text = || serde_json::to_string_pretty(self).unwrap_or_default();
        (!self.0.is_empty()).then(text)
    }
}

/// A declared feed whose signature is asked for.
pub(super) struct Signed<'a> {
    feed: &'a Feed,
    signers: &'a Path,
    seen: &'a mut SeenFeeds,
    now: Timestamp,
}

impl<'a> Signed<'a> {
    /// `None` of a feed without signers.
    pub(super) fn of(feed: &'a Feed, seen: &'a mut SeenFeeds, now: Timestamp) -> Option<Self> {
        let signers = feed.signers.as_deref()?;
        Some(Self {
            feed,
            signers,
            seen,
            now,
        })
    }

    /// Reads the feed from a directory or an archive that came from `address`. Whether it holds; why not is
    /// among the problems. An error is one of the spool.
    pub(super) fn read<S: SpoolFile>(
        &mut self,
        place: &Path,
        address: &str,
        reader: &mut Reader<'_, S>,
    ) -> io::Result<bool> {
        let last = self.seen.0.get(&self.feed.name).map(|seen| FeedState {
            sequence: seen.sequence,
            digest: seen.sha256,
        });
        let opened = self.signers().and_then(|signers| {
            open_feed(place, Some(&signers), last, self.now)
                .map_err(|error| Problem::new(address, chain(&error)).with_hint(error.hint()))
        });
        let opened = match opened {
            Ok(opened) => opened,
            Err(problem) => {
                reader.gather.problems.add(problem);
                return Ok(false);
            }
        };
        let mut origin = reader.origin(address.to_owned(), Extent::Whole);
        for (path, bytes) in opened.records {
            reader.bytes(&mut origin, &format!("{address}: {path}"), bytes)?;
        }
        reader.finish(&origin);
        let state = opened.list.state;
        let seen = SeenFeed {
            sequence: state.sequence,
            sha256: state.digest,
        };
        self.seen.0.insert(self.feed.name.clone(), seen);
        Ok(true)
    }

    fn signers(&self) -> Result<AllowedSigners, Problem> {
        let name = self.signers.display().to_string();
        let bytes = disk::read_small(self.signers, LARGEST_SIGNERS).map_err(|error| {
            Problem::new(&name, format!("cannot be read: {error}"))
                .with_hint("the `signers` of a feed name a file like OpenSSH's `allowed_signers`")
        })?;
        AllowedSigners::read(&name, &bytes)
            .map_err(|error| Problem::new(&name, chain(&error)).with_hint(error.hint()))
    }
}
