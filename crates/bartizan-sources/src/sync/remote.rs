//! Feeds as inputs: the exports of an OSV bucket, exploit predictions, known exploited vulnerabilities.
//!
//! A feed that cannot be had is a problem and leaves what the snapshot holds of it as it is. An ecosystem's
//! export is fetched whole the first time, when too much changed, and once a month, because only then
//! deleted records are seen; otherwise the list of changes says what to fetch.

mod declared;

use std::{
    io::BufReader,
    path::{Path, PathBuf},
};

use bartizan_formats::advisory::{self, Statement};
use bartizan_model::{
    Timestamp,
    advisory::Standing,
    problem::{Problem, chain},
};
use jiff::SignedDuration;

use super::{
    changes::{self, Change, Changes},
    error::SyncError,
    feeds::{RemoteFeeds, address},
    gather::{Extent, Gather},
    local::read_bounded,
    progress::{Progress, Step},
    reader::{Ending, Reader},
    records::fetch_records,
    spool::SpoolFile,
    state::{FeedState, SyncState},
};
use crate::{
    database::Database,
    http::{Address, Fetched, HttpClient, HttpError, PartFile, Validators},
};

pub(super) use self::declared::gather_feed;

/// The largest export of an ecosystem.
const LARGEST_EXPORT: u64 = 8 << 30;

/// The largest list of changes.
const LARGEST_LIST: u64 = 1 << 30;

/// After this time an export is fetched whole again.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What fetching needs to know.
pub(super) struct Fetching<'a> {
    pub(super) client: &'a HttpClient,
    /// Where downloads are kept until they are read.
    pub(super) directory: &'a Path,
    /// The snapshot that the state speaks of.
    pub(super) old: Option<&'a Database>,
    pub(super) now: Timestamp,
}

/// Why a feed was not read.
pub(super) enum Stop {
    /// The sync cannot go on.
    Sync(SyncError),
    /// This feed cannot be had.
    Feed(HttpError),
    /// This feed does not hold; why not is among the problems.
    Refused,
}

impl From<SyncError> for Stop {
    fn from(error: SyncError) -> Self {
        Self::Sync(error)
    }
}

/// Reads every feed. Returns the addresses that could not be had; why not is among the problems.
pub(super) fn gather<S: SpoolFile>(
    fetching: &Fetching<'_>,
    feeds: &RemoteFeeds,
    state: &mut SyncState,
    (gather, progress): (&mut Gather<S>, &mut dyn Progress),
) -> Result<Vec<String>, SyncError> {
    let base = address(&feeds.base)?;
    let facts = [&feeds.epss, &feeds.known_exploited].into_iter().flatten();
    let facts = facts
        .map(|text| address(text))
        .collect::<Result<Vec<_>, _>>()?;
    let mut remote = Remote {
        fetching,
        state,
        reader: Reader { gather, progress },
    };
    let mut missed = Vec::new();
    for name in &feeds.ecosystems {
        let export = Export {
            directory: base.join(&[name]),
            whole: base.join(&[name, "all.zip"]),
        };
        remote.note(&export.whole, &mut missed, |remote| remote.export(&export))?;
    }
    for address in &facts {
        remote.note(address, &mut missed, |remote| remote.facts(address))?;
    }
    Ok(missed)
}

/// The export of one ecosystem.
struct Export {
    directory: Address,
    whole: Address,
}

struct Remote<'a, S> {
    fetching: &'a Fetching<'a>,
    state: &'a mut SyncState,
    reader: Reader<'a, S>,
}

impl<S: SpoolFile> Remote<'_, S> {
    /// Makes a feed that cannot be had a problem.
    fn note(
        &mut self,
        address: &Address,
        missed: &mut Vec<String>,
        read: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), SyncError> {
        match read(self) {
            Ok(()) => Ok(()),
            Err(Stop::Sync(error)) => Err(error),
            Err(Stop::Refused) => {
                missed.push(address.to_string());
                Ok(())
            }
            Err(Stop::Feed(error)) => {
                let hint = if error.is_not_found() {
                    "check the address, and the ecosystem's name in the settings"
                } else {
                    "check the connection and try again; what was imported before is kept"
                };
                let problem = Problem::new(address.to_string(), chain(&error)).with_hint(hint);
                self.reader.gather.problems.add(problem);
                missed.push(address.to_string());
                Ok(())
            }
        }
    }

    /// What is known of a feed, if the snapshot holds records of it.
    fn known(&self, address: &Address) -> Option<FeedState> {
        let text = address.to_string();
        let origins = &self.fetching.old?.manifest().origins;
        let is_there = origins
            .iter()
            .any(|origin| origin.address == text && origin.records > 0);
        self.state.feed(&text).filter(|_| is_there).cloned()
    }

    fn export(&mut self, export: &Export) -> Result<(), Stop> {
        let Some(feed) = self.known(&export.whole) else {
            return self.whole(export, &FeedState::default());
        };
        let age = feed
            .imported
            .map(|then| self.fetching.now.duration_since(then));
        match feed.seen {
            Some(seen) if age.is_some_and(|age| age < WHOLE_EVERY) => {
                if self.increment(export, &feed, seen)? {
                    return Ok(());
                }
                // Asked for without a version: what changed must come, even in an export from before.
                self.whole(export, &FeedState::default())
            }
            _ => self.whole(export, &feed),
        }
    }

    /// Fetches the whole of an export.
    fn whole(&mut self, export: &Export, feed: &FeedState) -> Result<(), Stop> {
        let text = export.whole.to_string();
        let known = feed.whole.validators();
        let Some((mut part, validators)) = self.download(&export.whole, &known, LARGEST_EXPORT)?
        else {
            self.reader.gather.input(&text, Extent::Unchanged);
            return Ok(());
        };
        let mut origin = self.reader.origin(text.clone(), Extent::Whole);
        let file = part.rewound().map_err(self.cannot_read())?;
        let ending = self
            .reader
            .zip(&mut origin, file)
            .map_err(self.cannot_spool())?;
        self.reader.finish(&origin);
        part.discard();
        if ending == Ending::Complete {
            let feed = FeedState {
                whole: validators.into(),
                imported: Some(self.fetching.now),
                seen: self.reader.gather.newest(origin.number),
                ..FeedState::default()
            };
            self.state.set(&text, feed);
        }
        Ok(())
    }

    /// Fetches what changed since. Whether that was possible.
    fn increment(
        &mut self,
        export: &Export,
        feed: &FeedState,
        seen: Timestamp,
    ) -> Result<bool, Stop> {
        let list = export.directory.join(&["modified_id.csv"]);
        let downloaded = match self.download(&list, &feed.changes.validators(), LARGEST_LIST) {
            Err(Stop::Feed(error)) if error.is_not_found() => return Ok(false),
            other => other?,
        };
        let text = export.whole.to_string();
        let Some((mut part, validators)) = downloaded else {
            self.reader.gather.input(&text, Extent::Unchanged);
            return Ok(true);
        };
        let old = self.fetching.old;
        let file = part.rewound().map_err(self.cannot_read())?;
        let read = changes::read(BufReader::new(file), seen, &mut |change| {
            is_known(old, change)
        });
        let read = read.map_err(self.cannot_read());
        part.discard();
        let Changes::Since { changes, newest } = read? else {
            return Ok(false);
        };
        let is_complete = self.changed(export, &changes)?;
        if is_complete {
            let feed = FeedState {
                changes: validators.into(),
                seen: newest.max(Some(seen)),
                ..feed.clone()
            };
            self.state.set(&text, feed);
        }
        Ok(true)
    }

    /// Fetches changed records. Whether all of them could be had.
    fn changed(&mut self, export: &Export, changes: &[Change]) -> Result<bool, Stop> {
        let text = export.whole.to_string();
        let extent = if changes.is_empty() {
            Extent::Unchanged
        } else {
            Extent::Part
        };
        let mut origin = self.reader.origin(text, extent);
        let records = changes
            .iter()
            .map(|change| export.directory.join(&[&format!("{}.json", change.id)]))
            .collect::<Vec<_>>();
        let mut is_complete = true;
        let fetched = fetch_records(self.fetching.client, &records, &mut |address, reply| {
            let name = address.to_string();
            match reply {
                Ok(bytes) => self.reader.bytes(&mut origin, &name, bytes),
                Err(error) => {
                    is_complete = false;
                    let problem = Problem::new(name, chain(&error));
                    self.reader.gather.unread(origin.number, problem);
                    Ok(())
                }
            }
        });
        let left = fetched.map_err(self.cannot_spool())?;
        if left > 0 {
            is_complete = false;
            let message =
                format!("{left} changed records were not fetched after too many failures");
            let problem = Problem::new(&origin.address, message);
            self.reader.gather.unread(origin.number, problem);
        }
        self.reader.finish(&origin);
        Ok(is_complete)
    }

    /// Fetches facts about CVEs.
    fn facts(&mut self, address: &Address) -> Result<(), Stop> {
        let text = address.to_string();
        let known = self.known(address).unwrap_or_default();
        let limit = advisory::MAX_BYTES as u64;
        let Some((mut part, validators)) =
            self.download(address, &known.whole.validators(), limit)?
        else {
            self.reader.gather.input(&text, Extent::Unchanged);
            return Ok(());
        };
        let file = part.rewound().map_err(self.cannot_read())?;
        let bytes = read_bounded(file, advisory::MAX_BYTES).map_err(self.cannot_read())?;
        part.discard();
        let before = self.reader.gather.statements();
        let mut origin = self.reader.origin(text.clone(), Extent::Whole);
        let read = self.reader.bytes(&mut origin, &text, bytes);
        read.map_err(self.cannot_spool())?;
        self.reader.finish(&origin);
        if self.reader.gather.statements() > before {
            let feed = FeedState {
                whole: validators.into(),
                imported: Some(self.fetching.now),
                ..FeedState::default()
            };
            self.state.set(&text, feed);
        }
        Ok(())
    }

    /// Fetches into a file. `None` when the server says that nothing changed.
    fn download(
        &mut self,
        address: &Address,
        known: &Validators,
        limit: u64,
    ) -> Result<Option<(PartFile, Validators)>, Stop> {
        let path = part_path(self.fetching.directory, address);
        let write = SyncError::home("write the download", &path);
        let mut part = PartFile::open(&path).map_err(SyncError::home("open", &path))?;
        let text = address.to_string();
        let progress = &mut *self.reader.progress;
        let mut received = |done, of| {
            let address = &text;
            progress.step(Step::Fetching { address, done, of });
        };
        let fetched = self
            .fetching
            .client
            .file(address, known, limit, (&mut part, &mut received));
        match fetched {
            Ok(Fetched::New { validators, .. }) => Ok(Some((part, validators))),
            Ok(Fetched::NotModified) => {
                part.discard();
                Ok(None)
            }
            Err(HttpError::Write { source, .. }) => Err(Stop::Sync(write(source))),
            Err(error) => Err(Stop::Feed(error)),
        }
    }

    fn cannot_read(&self) -> impl FnOnce(std::io::Error) -> Stop + use<S> {
        let error = SyncError::home("read a download in", self.fetching.directory);
        move |source| Stop::Sync(error(source))
    }

    fn cannot_spool(&self) -> impl FnOnce(std::io::Error) -> Stop + use<S> {
        let error = SyncError::home("put aside records in", self.fetching.directory);
        move |source| Stop::Sync(error(source))
    }
}

/// Where a download is kept. The name is that of its address, so that a later sync goes on with it.
fn part_path(directory: &Path, address: &Address) -> PathBuf {
    let name = crc32fast::hash(address.to_string().as_bytes());
    directory.join(format!("sync-{name:08x}.part"))
}

/// Whether the snapshot holds a record in the version of this change, or a newer one.
fn is_known(old: Option<&Database>, change: &Change) -> bool {
    let records = old.and_then(|old| old.records_of(&change.id).ok());
    // What somebody else says of the record, and when, keeps no change of it away.
    let trusted = records
        .into_iter()
        .flatten()
        .filter(|record| record.standing == Standing::Trusted);
    trusted.into_iter().any(|record| {
        let reading = advisory::read(&record.key.id, record.raw.as_bytes());
        reading.statements.iter().any(|statement| {
            matches!(statement, Statement::Record(record) if record.advisory.modified >= Some(change.time))
        })
    })
}
