//! What is kept of access for whoever sits at this machine: snapshots, what was judged, plans, the log. It names people, so it is
//! read for the pages of that desk and for nothing else; nothing of it is in the store.

use std::{path::PathBuf, sync::Arc};

use bartizan_access::{
    dossier::Dossier,
    log::Log,
    snapshot::Snapshot,
    webhook::{Doubt, Doubts},
};
use bartizan_model::problem::{Problem, chain};
use bartizan_sources::{
    access::{AccessStore, KeptPlan},
    access_log::AccessLog,
};

use crate::href::Place;

/// Where it is kept.
#[derive(Debug)]
pub enum Drawer {
    /// At home.
    Home {
        /// The snapshots and what lies beside them.
        store: AccessStore,
        /// The folder of the log.
        log: PathBuf,
    },
    /// Nowhere: it is invented.
    Invented(Box<Invented>),
}

/// Invented records.
#[derive(Debug)]
pub struct Invented {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// What was judged of it.
    pub dossier: Dossier,
    /// Plans, the newest first.
    pub plans: Vec<KeptPlan>,
    /// What happened.
    pub log: Log,
}

/// What can be had of something; an error is why not, in words for the page.
pub(crate) type Kept<T> = Result<T, String>;

/// The page below which all of it stands.
pub(crate) fn place(part: &str) -> Place {
    Place::new(["access", part])
}

/// The page of a plan.
pub(crate) fn plan_place(hash: &str) -> Place {
    Place::new(["access", "plans", hash])
}

impl Drawer {
    /// What was judged last.
    pub(crate) async fn dossier(self: &Arc<Self>) -> Kept<Option<Dossier>> {
        self.read(|drawer| match drawer {
            Self::Home { store, .. } => store.newest_dossier().map_err(|error| chain(&error)),
            Self::Invented(it) => Ok(Some(it.dossier.clone())),
        })
        .await
    }

    /// The snapshot that was judged last, or the newest where nothing was judged.
    pub(crate) async fn snapshot(self: &Arc<Self>) -> Kept<Option<Snapshot>> {
        self.read(|drawer| match drawer {
            Self::Home { store, .. } => newest(store),
            Self::Invented(it) => Ok(Some(it.snapshot.clone())),
        })
        .await
    }

    /// The plans, the newest first, and what could not be read of them.
    pub(crate) async fn plans(self: &Arc<Self>) -> Kept<(Vec<KeptPlan>, Vec<Problem>)> {
        self.read(|drawer| match drawer {
            Self::Home { store, .. } => store.plans().map_err(|error| chain(&error)),
            Self::Invented(it) => Ok((it.plans.clone(), Vec::new())),
        })
        .await
    }

    /// What happened. It is believed as a whole or not at all.
    pub(crate) async fn log(self: &Arc<Self>) -> Kept<Log> {
        self.read(|drawer| match drawer {
            Self::Home { log, .. } if !log.exists() => Ok(Log::default()),
            Self::Home { log, .. } => AccessLog::read(log).map_err(|error| chain(&error)),
            Self::Invented(it) => Ok(it.log.clone()),
        })
        .await
    }

    /// What of the log the newest snapshots do not settle.
    pub(crate) async fn doubts(self: &Arc<Self>, log: &Log) -> Kept<Vec<Doubt>> {
        let log = log.clone();
        self.read(move |drawer| match drawer {
            Self::Home { store, .. } => store.doubts(&log).map_err(|error| chain(&error)),
            Self::Invented(it) => {
                let doubts = Doubts::of(&log);
                let names = it.snapshot.organisations.iter();
                let newest = names.map(|of| (of.name.to_string(), it.snapshot.clone()));
                Ok(doubts.beside(&newest.collect()))
            }
        })
        .await
    }

    /// Reads on a thread that may wait for a disk.
    async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Self) -> Kept<T> + Send + 'static,
    ) -> Kept<T> {
        let drawer = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || read(&drawer)).await;
        read.unwrap_or_else(|_fault| Err("reading it met an internal fault".to_owned()))
    }
}

fn newest(store: &AccessStore) -> Kept<Option<Snapshot>> {
    let judged = store.newest_dossier().map_err(|error| chain(&error))?;
    let named = if let Some(judged) = judged {
        Some(judged.snapshot)
    } else {
        let listed = store.listed().map_err(|error| chain(&error))?;
        let newest = listed.iter().max_by_key(|it| it.taken);
        newest.map(|it| it.digest.to_string())
    };
    let Some(named) = named else {
        return Ok(None);
    };
    let read = store.get(&named);
    read.map(Some).map_err(|error| chain(&error))
}
