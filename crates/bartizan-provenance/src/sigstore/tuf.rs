//! A root of trust out of a repository of The Update Framework (<https://theupdateframework.github.io/specification/latest/>).
//!
//! The verification is `sigstore-tuf`'s: signatures up to each role's threshold, versions that never go back, ends that are not
//! over, and digests. Bytes come from whoever carries them; nothing here knows a network, a disk or the clock. What is kept between
//! refreshes is verified again from where trust begins, each time it is used.

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use sigstore_tuf::{
    Error, MetadataStore, Repository, Role, StoreRepository, Updater,
    canonical_json::to_canonical_bytes, transport::FetchFuture,
};
use thiserror::Error as ThisError;

use super::{Instance, TrustRoot, TrustRootError};

/// The name of the root of trust in every repository of Sigstore.
const TARGET: &str = "trusted_root.json";

/// The largest file of metadata about roles.
const LARGEST_ROOT: u64 = 512_000;

/// Where trust in a repository begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// Root metadata of a version, by the digest of what is signed in it.
    Known {
        /// The version.
        version: u64,
        /// The digest of what is signed, in TUF's canonical form.
        signed: Digest,
    },
    /// Root metadata that the user named.
    Given(Vec<u8>),
}

/// Where an instance of Sigstore has its repository, and where trust in it begins. These are facts about the root metadata that
/// `sigstore-trust-root` 0.15.1 carries; a test compares them.
pub fn repository(instance: Instance) -> (&'static str, Anchor) {
    let known = |version, signed| Anchor::Known {
        version,
        signed: Digest::parse(signed).unwrap_or(Digest([0; 32])),
    };
    match instance {
        Instance::PublicGood => (
            "https://tuf-repo-cdn.sigstore.dev",
            known(
                16,
                "cab3eaf1fe33bbae925e1ee1afbec52dce58b290a035858074e7a9a998ae9a64",
            ),
        ),
        Instance::Staging => (
            "https://tuf-repo-cdn.sigstage.dev",
            known(
                15,
                "03c9d024ec29ca6a0ed6e2c91347f8c02c844ba63ec7fb88d8bd1438e500e7e5",
            ),
        ),
        Instance::GitHub => (
            "https://tuf-repo.github.com",
            known(
                9,
                "31d4490b6ea9e762f4343741f208337af85556d704b7e287c268e843d44588cc",
            ),
        ),
    }
}

/// Carries files out of a repository.
pub trait Carrier: Send + Sync {
    /// A file by its path below the repository, of at most `limit` bytes; nothing where there is none.
    fn carry(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, String>;
}

/// What is kept of a repository between two refreshes: metadata and the root of trust, by name.
pub type Kept = BTreeMap<String, Vec<u8>>;

/// A root of trust as the repository vouches for it.
pub struct Refreshed {
    /// The root.
    pub root: TrustRoot,
    /// What is to be kept.
    pub kept: Kept,
    /// Versions and ends of the four roles, in the order in which they vouch for each other.
    pub roles: [RoleState; 4],
}

/// A role of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleState {
    /// Its name.
    pub name: &'static str,
    /// The version of its metadata.
    pub version: u64,
    /// When its metadata ends to count.
    pub expires: Timestamp,
}

impl Refreshed {
    /// Until when the repository vouches that this is its newest state: the earliest end.
    pub fn fresh_until(&self) -> Timestamp {
        let [root, rest @ ..] = &self.roles;
        rest.iter()
            .fold(root.expires, |end, role| end.min(role.expires))
    }
}

/// Why there is no root of trust out of a repository.
#[derive(Debug, ThisError)]
pub enum TufError {
    /// What trust should begin with is something else.
    #[error("the root metadata of version {version} is not the one that is known")]
    OtherAnchor {
        /// Its version.
        version: u64,
    },
    /// What trust should begin with is not there.
    #[error("there is no root metadata of version {version}, with which trust begins")]
    NoAnchor {
        /// The version.
        version: u64,
    },
    /// A file could not be had.
    #[error("{why}")]
    Unanswered {
        /// Why.
        why: String,
    },
    /// A version went back, or something that was vouched for was taken away.
    #[error("the repository went back: {why}")]
    Rollback {
        /// Which.
        why: String,
    },
    /// Metadata ended to count: nobody vouches that this is the newest.
    #[error("the repository is frozen or out of date: {why}")]
    Expired {
        /// Which, and when.
        why: String,
    },
    /// Fewer holders of keys signed than must.
    #[error("the repository is not signed as it must be: {why}")]
    Signature {
        /// Which role.
        why: String,
    },
    /// Something is not what was vouched for, or cannot be read.
    #[error("the repository cannot be believed: {why}")]
    Broken {
        /// What.
        why: String,
    },
    /// The root of trust in it cannot be used.
    #[error("the root of trust in the repository cannot be used")]
    Root(#[source] TrustRootError),
}

impl TufError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherAnchor { .. } => "tuf-other-anchor",
            Self::NoAnchor { .. } => "tuf-no-anchor",
            Self::Unanswered { .. } => "tuf-unanswered",
            Self::Rollback { .. } => "tuf-rollback",
            Self::Expired { .. } => "tuf-expired",
            Self::Signature { .. } => "tuf-signature",
            Self::Broken { .. } => "tuf-broken",
            Self::Root(error) => error.code(),
        }
    }

    fn of(error: &Error) -> Self {
        let why = error.to_string();
        match error {
            Error::Transport { message, .. } => Self::Unanswered {
                why: message.clone(),
            },
            Error::Rollback { .. } | Error::BadRootVersion { .. } => Self::Rollback { why },
            Error::Expired { .. } => Self::Expired { why },
            Error::ThresholdNotMet { .. }
            | Error::DuplicateSignature { .. }
            | Error::UnusableKey { .. }
            | Error::UnsupportedScheme { .. } => Self::Signature { why },
            _ => Self::Broken { why },
        }
    }
}

/// Asks a repository for its root of trust. What was kept is the least that it must offer.
pub fn refresh(
    anchor: &Anchor,
    carrier: Arc<dyn Carrier>,
    kept: &Kept,
    now: Timestamp,
) -> Result<Refreshed, TufError> {
    let begin = begin(anchor, kept, &*carrier)?;
    let store = Store::new(kept);
    let updater = Updater::new(Carried(carrier), &begin).map_err(|error| TufError::of(&error))?;
    run(updater, &store, now)
}

/// The root of trust that was kept, verified again as it was at the time of the refresh. Asks nobody.
pub fn reopen(anchor: &Anchor, kept: &Kept, at: Timestamp) -> Result<Refreshed, TufError> {
    let begin = begin(anchor, kept, &Nobody)?;
    let store = Store::new(kept);
    let repository = StoreRepository::new(store.clone());
    let updater = Updater::new(repository, &begin).map_err(|error| TufError::of(&error))?;
    run(updater, &store, at)
}

fn run(updater: Updater, store: &Store, now: Timestamp) -> Result<Refreshed, TufError> {
    let mut updater = updater.with_store(store.clone());
    let target = at_once(async {
        updater.refresh(now).await?;
        updater.get_target(TARGET, now).await
    });
    let bytes = target.map_err(|error| TufError::of(&error))?;
    let trusted = updater.trusted();
    let state = |name, role: Option<(u64, Timestamp)>| {
        let why = || format!("there is no metadata of the role `{name}`");
        let (version, expires) = role.ok_or_else(|| TufError::Broken { why: why() })?;
        Ok(RoleState {
            name,
            version,
            expires,
        })
    };
    let roles = [
        state("root", Some(of_role(trusted.root())))?,
        state("timestamp", trusted.timestamp().map(of_role))?,
        state("snapshot", trusted.snapshot().map(of_role))?,
        state("targets", trusted.targets_role("targets").map(of_role))?,
    ];
    Ok(Refreshed {
        root: TrustRoot::read(&bytes).map_err(TufError::Root)?,
        kept: store.taken(),
        roles,
    })
}

fn of_role(role: &impl Role) -> (u64, Timestamp) {
    (role.version(), role.expires())
}

/// The root metadata with which trust begins.
fn begin(anchor: &Anchor, kept: &Kept, carrier: &dyn Carrier) -> Result<Vec<u8>, TufError> {
    let (version, signed) = match anchor {
        Anchor::Given(bytes) => return Ok(bytes.clone()),
        Anchor::Known { version, signed } => (*version, *signed),
    };
    let bytes = match kept.get(&format!("root_history/{version}.root.json")) {
        Some(bytes) => bytes.clone(),
        None => carrier
            .carry(&format!("{version}.root.json"), LARGEST_ROOT)
            .map_err(|why| TufError::Unanswered { why })?
            .ok_or(TufError::NoAnchor { version })?,
    };
    match signed_digest(&bytes) {
        Some(actual) if actual == signed => Ok(bytes),
        _ => Err(TufError::OtherAnchor { version }),
    }
}

/// The digest of what is signed in a file of metadata.
fn signed_digest(bytes: &[u8]) -> Option<Digest> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let signed = to_canonical_bytes(value.get("signed")?).ok()?;
    Some(Digest::of(&signed))
}

/// Nothing is asked for that is not kept.
struct Nobody;

impl Carrier for Nobody {
    fn carry(&self, _path: &str, _limit: u64) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// A carrier as `sigstore-tuf` asks for one. Every answer is there when it is asked for.
struct Carried(Arc<dyn Carrier>);

impl Carried {
    fn answer(&self, path: &str, limit: u64) -> FetchFuture<'_> {
        let answer = self.0.carry(path, limit).map_err(Error::transport);
        Box::pin(ready(answer))
    }
}

impl Repository for Carried {
    fn fetch_metadata<'a>(&'a self, name: &'a str, max_length: u64) -> FetchFuture<'a> {
        self.answer(name, max_length)
    }

    fn fetch_target<'a>(&'a self, path: &'a str, max_length: u64) -> FetchFuture<'a> {
        self.answer(&format!("targets/{path}"), max_length)
    }
}

/// What is kept, while a refresh runs.
#[derive(Clone)]
struct Store(Arc<Mutex<Kept>>);

impl Store {
    fn new(kept: &Kept) -> Self {
        Self(Arc::new(Mutex::new(kept.clone())))
    }

    fn taken(&self) -> Kept {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl MetadataStore for Store {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(name).cloned())
    }

    fn store(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }
}

/// The outcome of something that never waits.
fn at_once<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(work).poll(&mut context) {
        Poll::Ready(outcome) => outcome,
        // No answer of ours waits.
        Poll::Pending => Err(Error::transport("an answer did not come at once")),
    }
}

#[cfg(test)]
mod laboratory;
#[cfg(test)]
mod tests;
