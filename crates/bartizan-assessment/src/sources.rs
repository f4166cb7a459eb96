//! One assessment from what its caller decided: where the state is, which indexes are asked, which directories count.
//!
//! The command line and the job of a worker begin here, so that both give the same.

use std::path::PathBuf;

use bartizan_formats::{digest::Digest, identities::Identities, profile::ProfileFile};
use bartizan_model::{
    Timestamp, environment::MarkerEnvironment, problem::Problem, profile::Profile,
};
use bartizan_provenance::{TrustRoot, ledger::attestations_began};
use bartizan_sources::{
    database::Database,
    home::Home,
    http::{Address, HttpClient},
    index::{IndexClient, releases::IndexUniverse},
    schemas::SchemaStore,
};
use bartizan_store::Store;
use bartizan_vulnerability::{hygiene::Popular, risk::Weights};

use crate::{
    access::Surveys,
    artifact::Artifacts,
    bills::{self, Schemas},
    ledger::{Book, Keeper, Limits},
    people::Histories,
    project::Inputs,
    repository::Repositories,
    run::{Order, Outcome, RunError, Watcher, run},
    standards::{SOURCE, Standards},
};

/// How many requests to indexes one project is worth: pages and metadata of what comes along, and of dependants.
const REQUESTS_A_PROJECT: usize = 2_000;

/// How far one assessment looks into where files come from; the next one goes on. The newest releases come first, and an
/// ecosystem of many projects should not ask one index for thousands of directories of old wheels in one go.
const LEDGER_REQUESTS: usize = 120;
const LEDGER_RELEASES: usize = 300;

/// How far one assessment looks into older wheels for what their bills declare: one of a package, and the next assessment
/// takes the next. A wheel is read nearly as a whole, and an index should not have to send hundreds of them in one go.
const BILL_WHEELS: usize = 1;
const BILL_BYTES: u64 = 40 << 20;

/// Beside three other projects that are looked at.
const LEDGER_AT_A_TIME: usize = 2;

/// What the caller decides.
pub struct Sources<'a> {
    /// The ecosystem.
    pub profile: &'a Profile,
    /// Its file, which says who publishes.
    pub file: &'a ProfileFile,
    /// The digest of its file.
    pub profile_digest: Digest,
    /// Where Bartizan's state is.
    pub home: &'a Home,
    /// Advisories.
    pub database: &'a Database,
    /// The package indexes, the main one first.
    pub indexes: Vec<Address>,
    /// A directory of clones, in place of mirrors.
    pub repositories: Option<PathBuf>,
    /// A directory of files of releases, in place of those of the indexes.
    pub artifacts: Option<PathBuf>,
    /// Whether no network may be asked.
    pub is_offline: bool,
    /// The environment that the latest releases are looked at for.
    pub environment: MarkerEnvironment,
    /// Which authorities and logs are believed of signatures.
    pub root: TrustRoot,
    /// Who signs the files of which package.
    pub identities: Identities,
    /// How risk is weighed.
    pub weights: Weights,
    /// The names that others imitate.
    pub popular: Popular,
    /// The projects to look at; empty for all.
    pub only: Vec<String>,
    /// The moment that ages are counted to.
    pub as_of: Timestamp,
}

/// Assesses the ecosystem into a store, whose schema is current. What could not be had of the standards comes with it.
pub async fn assess(
    sources: &Sources<'_>,
    store: &Store,
    watcher: &dyn Watcher,
) -> Result<(Outcome, Vec<Problem>), RunError> {
    let client = client(sources);
    let files = sources.home.index_files();
    let universe = IndexUniverse::new(&client, sources.environment.clone(), files)
        .allowing(sources.profile.projects.len() * REQUESTS_A_PROJECT);
    let artifacts = Artifacts::new(&universe, sources.artifacts.as_deref());
    let repositories = Repositories {
        directory: sources.repositories.clone(),
        mirrors: sources.home.repositories(),
        is_offline: sources.is_offline,
        ..Repositories::default()
    };
    let standards = standards(sources.profile, &repositories);
    let keeper = Keeper {
        universe: &universe,
        artifacts: &artifacts,
        book: Book::new(sources.home.ledgers()),
        root: &sources.root,
        identities: &sources.identities,
        limits: ledger_limits(),
        now: sources.as_of,
    };
    let histories = Histories::new(sources.home);
    let surveys = Surveys::open(sources.home);
    let schemas = schemas(sources.home);
    let inputs = Inputs {
        profile: sources.profile,
        file: sources.file,
        database: sources.database,
        universe: &universe,
        artifacts: &artifacts,
        repositories: &repositories,
        histories: &histories,
        surveys: &surveys,
        standards: &standards,
        keeper: &keeper,
        schemas: &schemas,
        bill_limits: bills::Limits {
            wheels: BILL_WHEELS,
            bytes: BILL_BYTES,
        },
        weights: &sources.weights,
        popular: &sources.popular,
        as_of: sources.as_of,
    };
    let settings = format!(
        "{} schemas {} surveys {}",
        settings(sources, &client),
        schemas.mark(),
        surveys.mark()
    );
    let order = Order {
        profile_digest: sources.profile_digest,
        only: &sources.only,
        settings: &settings,
        now: sources.as_of,
    };
    let outcome = run(&inputs, &order, store, watcher).await?;
    Ok((outcome, standards.problems))
}

/// How much of the ledgers is read anew.
fn ledger_limits() -> Limits {
    Limits {
        since: attestations_began(),
        releases: LEDGER_RELEASES,
        requests: LEDGER_REQUESTS,
        at_a_time: LEDGER_AT_A_TIME,
        with_sboms: true,
        is_again: false,
    }
}

/// The official schemas of bills of materials that are at hand.
fn schemas(home: &Home) -> Schemas {
    let store = SchemaStore::new(home.schemas());
    let origins = store.origins().into_iter();
    let digests = origins.map(|(id, origin)| (id, origin.sha256)).collect();
    Schemas::new(store.shelf(), &digests)
}

fn client(sources: &Sources<'_>) -> IndexClient {
    let indexes = sources.indexes.iter().cloned();
    let cache = sources.home.index_cache();
    let client = IndexClient::new(HttpClient::default(), indexes, cache);
    if sources.is_offline {
        client.offline()
    } else {
        client
    }
}

/// What an assessment goes by: one that was begun by others is not gone on with.
fn settings(sources: &Sources<'_>, client: &IndexClient) -> String {
    format!(
        "offline {} repositories {:?} artifacts {:?} indexes {:?} root {} identities {}",
        sources.is_offline,
        sources.repositories,
        sources.artifacts,
        client.names(),
        sources.root.digest(),
        Digest::of(sources.identities.to_text().as_bytes()),
    )
}

/// The standards of an ecosystem, from the repository that its profile names.
pub fn standards(profile: &Profile, repositories: &Repositories) -> Standards {
    let Some(repository) = &profile.standards else {
        return Standards::default();
    };
    match repositories.open(&repository.url, SOURCE) {
        Ok(opened) => Standards::read(&opened),
        Err(why) => Standards {
            problems: vec![Problem::new(&repository.url, why)],
            ..Standards::default()
        },
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use bartizan_vulnerability::risk::{
        AttenuationWeights, ConfidenceWeights, ExposureWeights, ImpactWeights, LikelihoodWeights,
        StandingWeights, Weights,
    };

    /// Weights like those of the profile that is carried.
    pub(crate) fn weights() -> Weights {
        Weights {
            likelihood: LikelihoodWeights {
                known_exploited: 0.95,
                malicious: 1.0,
                vector_least: 0.01,
                vector_most: 0.15,
                unstated: 0.05,
            },
            impact: ImpactWeights {
                low: 0.25,
                medium: 0.5,
                high: 0.75,
                critical: 0.95,
                unstated: 0.75,
            },
            confidence: ConfidenceWeights {
                low: 0.5,
                medium: 0.8,
                high: 1.0,
            },
            exposure: ExposureWeights {
                parses_files: 1.0,
                network: 0.9,
                computes: 0.5,
                build: 0.2,
                unknown: 0.7,
            },
            standing: StandingWeights {
                under_investigation: 1.0,
                accepted: 1.0,
            },
            attenuation: AttenuationWeights {
                optional: 0.3,
                development: 0.2,
                not_imported: 0.3,
            },
            reach_floor: 0.5,
        }
    }
}
