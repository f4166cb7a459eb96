//! Opening the advisories that a command answers from, and saying what they are.

use std::cell::Cell;

use bartizan_formats::snapshot::Manifest;
use bartizan_model::{
    Timestamp,
    advisory::{AliasGroup, Epss, KnownExploited, PackageAdvisories, RecordKey},
    ecosystem::{Ecosystem, Package},
};
use bartizan_sources::{
    database::{self, Database, DatabaseError},
    home::Home,
};
use bartizan_vulnerability::advisories::{Advisories, AdvisoriesError};

use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    freshness::{Freshness, Tolerance},
    report::{DatabaseFacts, SourceFacts},
};

/// Advisories with what there is to say about them.
pub(crate) struct Opened {
    pub(crate) database: Database,
    pub(crate) facts: DatabaseFacts,
}

/// Opens the snapshot, or the embedded sample where there is none. A snapshot that is there but cannot be
/// read is never replaced by the sample in silence.
pub(crate) fn open(ctx: &Context, tolerance: Tolerance) -> Result<Opened, Failure> {
    let home = Home::new(ctx.home()?);
    let (database, freshness) = match database::open(&home) {
        Ok(database) => {
            let sources = sources(database.manifest());
            let freshness = Freshness::of_snapshot(&sources, tolerance);
            (database, freshness)
        }
        Err(DatabaseError::Missing { .. }) => {
            let starter = database::starter().map_err(|error| Failure::internal(chain(&error)))?;
            let date = starter.manifest().starter_date.clone().unwrap_or_default();
            (
                starter,
                Freshness::Starter {
                    date,
                    is_allowed: tolerance.allow_starter,
                },
            )
        }
        Err(error) => return Err(refused(&error)),
    };
    let facts = facts(database.manifest(), freshness, tolerance.now);
    Ok(Opened { database, facts })
}

impl Opened {
    /// Warns on standard error when the answer may not count as one, and says how the run ends for that.
    pub(crate) fn exit(&self, ctx: &Context) -> Exit {
        warn_when_stale(ctx, &self.facts);
        if self.facts.freshness.is_accepted() {
            Exit::Clean
        } else {
            Exit::Data
        }
    }
}

fn refused(error: &DatabaseError) -> Failure {
    Failure::data(chain(error)).hint(error.hint())
}

/// Warns on standard error when the answer may not count as one.
pub(crate) fn warn_when_stale(ctx: &Context, facts: &DatabaseFacts) {
    if let Some((complaint, hint)) = facts.freshness.complaint() {
        ctx.warn(&complaint, &hint);
    }
}

fn facts(manifest: &Manifest, freshness: Freshness, as_of: Timestamp) -> DatabaseFacts {
    DatabaseFacts {
        snapshot: manifest.snapshot.clone(),
        sources: sources(manifest),
        freshness,
        as_of,
    }
}

fn sources(manifest: &Manifest) -> Vec<SourceFacts> {
    let one = |source: &bartizan_formats::snapshot::SourceState| SourceFacts {
        id: source.id.clone(),
        title: source.title.clone(),
        licence: source.licence.clone(),
        records: source.records,
        withdrawn: source.withdrawn,
        opinions: source.opinions,
        imported: source.imported,
        newest: source.newest,
        origin: source.origin.clone(),
    };
    manifest.sources.iter().map(one).collect()
}

/// Advisories that remember whether they ever failed to answer.
pub(crate) struct Watched<'a> {
    inner: &'a dyn Advisories,
    has_failed: Cell<bool>,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(inner: &'a dyn Advisories) -> Self {
        Self {
            inner,
            has_failed: Cell::new(false),
        }
    }

    /// Whether something could not be looked up.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    fn watch<T>(&self, answer: Result<T, AdvisoriesError>) -> Result<T, AdvisoriesError> {
        if answer.is_err() {
            self.has_failed.set(true);
        }
        answer
    }
}

impl Advisories for Watched<'_> {
    fn package(&self, package: &Package) -> Result<Option<PackageAdvisories>, AdvisoriesError> {
        self.watch(self.inner.package(package))
    }

    fn group(&self, key: &str) -> Result<Option<AliasGroup>, AdvisoriesError> {
        self.watch(self.inner.group(key))
    }

    fn epss(&self, cve: &str) -> Result<Option<Epss>, AdvisoriesError> {
        self.watch(self.inner.epss(cve))
    }

    fn known_exploited(&self, cve: &str) -> Result<Option<KnownExploited>, AdvisoriesError> {
        self.watch(self.inner.known_exploited(cve))
    }

    fn details(&self, record: &RecordKey) -> Result<Option<String>, AdvisoriesError> {
        self.watch(self.inner.details(record))
    }

    fn covers(&self, ecosystem: &Ecosystem) -> bool {
        self.inner.covers(ecosystem)
    }
}
