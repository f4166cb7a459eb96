//! Bringing the advisory database up to date.
//!
//! Inputs are read one after the other and put aside in temporary files; then the new snapshot is written
//! beside the old one and takes its name. Only keys stay in memory. Until the very last step the old
//! snapshot is in force, whatever happens: a kill, a full disk, a broken feed.
//!
//! What is merged how:
//!
//! - A record is known by its id and source. Of several statements the newest `modified` wins.
//! - Every record knows the origins (paths, addresses) that state it. An origin that was read from end to
//!   end takes back the records that it stated before and states no more; a record that no origin states
//!   goes away. Increments, and inputs with unreadable parts, take nothing back.
//! - A declared feed speaks with authority only for its ids and packages; see [`Authority`].
//! - Exploit predictions and known exploited vulnerabilities are replaced as a whole.

pub(crate) mod assemble;
mod authority;
mod batches;
pub(crate) mod build;
mod changes;
mod error;
mod feeds;
pub(crate) mod gather;
pub(crate) mod install;
mod local;
mod merge;
mod origins;
pub(crate) mod progress;
mod reader;
mod records;
mod remote;
mod signed;
mod sketch;
pub(crate) mod spool;
mod state;
mod tally;
mod touch;

use std::{
    fs::File,
    path::Path,
    time::{Duration, Instant},
};

use bartizan_formats::snapshot::Manifest;
use bartizan_model::{Timestamp, problem::Problem};

use self::{
    assemble::AssembleError,
    build::{BuildError, Built, Ingredients, build},
    gather::Gather,
    install::Workshop,
    reader::Reader,
    remote::Fetching,
    signed::{SeenFeeds, Signed},
    state::SyncState,
};
pub use self::{
    authority::{Authority, Feed, FeedError},
    error::SyncError,
    feeds::{Feeds, LocalInput, RemoteFeeds},
    progress::{Progress, Silent, Step},
    tally::SourceReport,
};
use crate::{
    database::{self, Database, DatabaseError},
    home::Home,
    http::HttpClient,
};

/// What to sync, and whence.
#[derive(Debug, Clone)]
pub struct SyncRequest {
    /// Where the snapshot is.
    pub home: Home,
    /// Where the advisories come from.
    pub feeds: Feeds,
    /// The feeds that the user declares, and what they may speak for.
    pub authority: Authority,
    /// The time of the import.
    pub now: Timestamp,
    /// What becomes of what the old snapshot holds.
    pub base: Base,
    /// Whether addresses may be asked.
    pub network: Network,
}

/// Whether addresses may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// They may.
    Allowed,
    /// Not one may: a sync of addresses fails.
    Forbidden,
}

/// What becomes of what the old snapshot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// It is kept as far as its origins are not read anew.
    Keep,
    /// The new snapshot starts empty. The old one stays in force until the new one is complete.
    Fresh,
}

/// What a sync did.
#[derive(Debug, Clone)]
pub struct SyncReport {
    /// The snapshot that is now in force.
    pub manifest: Manifest,
    /// Each source in it or formerly in it, sorted by id.
    pub sources: Vec<SourceReport>,
    /// Files, entries and records that could not be read, and addresses that could not be had.
    pub problems: Vec<Problem>,
    /// The addresses that could not be had, without secrets. What was imported from them before is kept.
    pub missed: Vec<String>,
    /// How many more problems there were.
    pub unlisted_problems: u64,
    /// How long it took.
    pub duration: Duration,
}

/// Brings the database up to date. On every error the old snapshot stays in force.
pub fn sync(request: &SyncRequest, progress: &mut dyn Progress) -> Result<SyncReport, SyncError> {
    sync_with(request, &HttpClient::default(), progress)
}

fn sync_with(
    request: &SyncRequest,
    client: &HttpClient,
    progress: &mut dyn Progress,
) -> Result<SyncReport, SyncError> {
    let started = Instant::now();
    if request.asks_the_network() && request.network == Network::Forbidden {
        return Err(SyncError::Offline);
    }
    let workshop = Workshop::open(&request.home, request.now)?;
    let old = old_snapshot(request)?;
    let id = old.as_ref().map(|old| old.manifest().snapshot.as_str());
    let state = SyncState::load(&request.home.sync_state(), id);
    let mut gather = Gather::new(workshop.spool()?, request.authority.clone());
    let fetching = Fetching {
        client,
        directory: workshop.directory(),
        old: old.as_ref(),
        now: request.now,
    };
    let mut states = States {
        seen: SeenFeeds::load(&request.home.feed_states())?,
        sync: state,
    };
    let missed = read_all(request, &fetching, &mut states, (&mut gather, progress))?;
    let States {
        seen,
        sync: mut state,
    } = states;
    let mut built = match &old {
        Some(old) if gather.is_unchanged() => touch::touch(request, &workshop, old, gather)?,
        _ if gather.statements() == 0 => {
            let problems = gather.problems.listed;
            return Err(SyncError::Nothing { problems });
        }
        _ => write(request, &workshop, old.as_ref(), gather, progress)?,
    };
    let origins = &built.manifest.origins;
    state.retain(|address| origins.iter().any(|origin| origin.address == address));
    if let Some(text) = seen.text() {
        workshop.save(&request.home.feed_states(), &text)?;
    }
    let text = state.text(&built.manifest.snapshot);
    if let Err(error) = workshop.save(&request.home.sync_state(), &text) {
        // The snapshot is in force. Without the state the next sync fetches everything again.
        let problem = Problem::new(
            request.home.sync_state().display().to_string(),
            error.to_string(),
        );
        built.problems.add(problem.with_hint(error.hint()));
    }
    Ok(SyncReport {
        manifest: built.manifest,
        sources: built.sources,
        problems: built.problems.listed,
        missed,
        unlisted_problems: built.problems.unlisted,
        duration: started.elapsed(),
    })
}

/// Reads what was asked for. Returns the addresses that could not be had.
fn read_all(
    request: &SyncRequest,
    fetching: &Fetching<'_>,
    states: &mut States,
    (gather, progress): (&mut Gather<File>, &mut dyn Progress),
) -> Result<Vec<String>, SyncError> {
    let mut missed = Vec::new();
    if let Feeds::Local(inputs) = &request.feeds {
        for LocalInput { path, feed } in inputs {
            let feed = feed.as_deref();
            let feed = feed.and_then(|name| request.authority.by_name(name));
            gather.speak_as(feed.map(|feed| feed.name.as_str()));
            let states = &mut states.seen;
            missed.extend(read_local(
                fetching,
                path,
                (feed, states),
                (gather, progress),
            )?);
        }
    }
    if let Feeds::Remote(feeds) = &request.feeds {
        gather.speak_as(None);
        missed = remote::gather(fetching, feeds, &mut states.sync, (gather, progress))?;
    }
    for feed in request.declared() {
        gather.speak_as(Some(&feed.name));
        missed.extend(if feed.is_remote() {
            let signed = Signed::of(&feed, &mut states.seen, fetching.now);
            remote::gather_feed(
                fetching,
                (&feed.from, signed),
                &mut states.sync,
                (gather, progress),
            )?
        } else {
            let states = &mut states.seen;
            read_local(
                fetching,
                Path::new(&feed.from),
                (Some(&feed), states),
                (gather, progress),
            )?
        });
    }
    Ok(missed)
}

/// What earlier syncs leave to know.
struct States {
    /// Of signed feeds: lost, an older state would pass.
    seen: SeenFeeds,
    /// Of everything: lost, all is fetched again.
    sync: SyncState,
}

/// Reads a path. Returns it where it is a signed feed that does not hold.
fn read_local(
    fetching: &Fetching<'_>,
    path: &Path,
    (feed, seen): (Option<&Feed>, &mut SeenFeeds),
    (gather, progress): (&mut Gather<File>, &mut dyn Progress),
) -> Result<Option<String>, SyncError> {
    let cannot_spool = SyncError::home("put aside records in", fetching.directory);
    let signed = feed.and_then(|feed| Signed::of(feed, seen, fetching.now));
    let Some(mut signed) = signed else {
        local::gather(path, gather, progress).map_err(cannot_spool)?;
        return Ok(None);
    };
    // The whole path, so that the same feed has the same name from every directory.
    let whole = path.canonicalize();
    let whole = whole.unwrap_or_else(|_error| path.to_owned());
    let address = whole.display().to_string();
    let mut reader = Reader { gather, progress };
    let holds = signed
        .read(&whole, &address, &mut reader)
        .map_err(cannot_spool)?;
    Ok((!holds).then_some(address))
}

impl SyncRequest {
    /// The declared feeds that are read from where they are declared.
    fn declared(&self) -> Vec<Feed> {
        let feeds = self.authority.feeds().iter();
        match &self.feeds {
            Feeds::Local(_) => Vec::new(),
            Feeds::Remote(_) => feeds.cloned().collect(),
            Feeds::Declared(names) => feeds
                .filter(|feed| names.contains(&feed.name))
                .cloned()
                .collect(),
        }
    }

    fn asks_the_network(&self) -> bool {
        matches!(self.feeds, Feeds::Remote(_)) || self.declared().iter().any(Feed::is_remote)
    }
}

fn old_snapshot(request: &SyncRequest) -> Result<Option<Database>, SyncError> {
    if request.base == Base::Fresh {
        return Ok(None);
    }
    match database::open(&request.home) {
        Ok(database) => Ok(Some(database)),
        Err(DatabaseError::Missing { .. }) => Ok(None),
        Err(DatabaseError::Refused { path, source }) => Err(SyncError::Old { path, source }),
        Err(DatabaseError::Open { path, source }) => {
            Err(SyncError::home("open the snapshot", &path)(source))
        }
    }
}

/// Writes the new snapshot and puts it into force.
fn write(
    request: &SyncRequest,
    workshop: &Workshop,
    old: Option<&Database>,
    gather: Gather<File>,
    progress: &mut dyn Progress,
) -> Result<Built<()>, SyncError> {
    let draft = workshop.draft()?;
    let ingredients = Ingredients {
        old: old.map(|database| &**database),
        gather,
        spool: workshop.spool()?,
        now: request.now,
        starter_date: None,
    };
    let snapshot = request.home.snapshot();
    let built = build(ingredients, draft.writer()?, progress).map_err(|error| match error {
        BuildError::Old(source) => SyncError::Old {
            path: snapshot.clone(),
            source,
        },
        BuildError::Assemble(AssembleError::Write(error)) => {
            SyncError::write(workshop.directory(), error)
        }
        BuildError::Assemble(AssembleError::Spool(error)) => {
            SyncError::home("put aside records in", workshop.directory())(error)
        }
        BuildError::Assemble(AssembleError::Changed(source)) => SyncError::Old {
            path: workshop.directory().to_owned(),
            source,
        },
    })?;
    drop(built.target);
    draft.install(&snapshot)?;
    Ok(Built {
        target: (),
        manifest: built.manifest,
        sources: built.sources,
        problems: built.problems,
    })
}

#[cfg(test)]
mod tests;
