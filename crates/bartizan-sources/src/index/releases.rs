//! Releases and what they ask for, from indexes: one page a project, and for each release that planning looks at, its
//! metadata.
//!
//! Nothing is asked that the planner does not ask for. Metadata never change, so that they are kept by the digest of
//! their file; one that is not what its digest says is refused.

mod evidence;
mod metadata;
mod store;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use bartizan_formats::digest::Digest;
use bartizan_formats::index::{self, ListedFile, Listing, Provenance, chosen};
use bartizan_model::{
    ecosystem::Package,
    environment::MarkerEnvironment,
    index::ProjectFacts,
    release::{Metadata, Release},
};
use bartizan_vulnerability::upgrade::{Universe, UniverseError};

use super::{
    AT_A_TIME, Asked, IndexClient,
    remote::{Pace, RemoteFile, RemoteTree},
};
use crate::http::Address;
pub use metadata::of_wheel_file;
use store::Store;

/// After so many requests no more are made: a plan that needs more has gone astray.
const MOST_REQUESTS: usize = 20_000;

/// The most that is kept of a file under one name.
const MOST_KEPT: usize = 16 << 20;

/// Libraries are large and stand together: large parts, and not so many of them.
const ARTIFACT: Pace = Pace {
    block: 1 << 20,
    limit: 256 << 20,
    requests: 600,
};

/// The releases that indexes have, for one environment.
pub struct IndexUniverse<'a> {
    client: &'a IndexClient,
    environment: MarkerEnvironment,
    store: Store,
    pages: Mutex<BTreeMap<Package, Arc<Answer>>>,
    known: Mutex<BTreeMap<(Package, String), Metadata>>,
    requests: AtomicUsize,
    most_requests: usize,
}

/// The files of a project on the indexes; or why there are none.
pub type Answer = Result<Option<Project>, String>;

/// A project on all indexes that have it.
#[derive(Debug, Default)]
pub struct Project {
    /// Its files.
    pub listing: Listing,
    /// What each index that has it says of it.
    pub facts: Vec<ProjectFacts>,
}

impl<'a> IndexUniverse<'a> {
    /// The releases of these indexes. Metadata are kept in a directory that need not exist yet.
    pub fn new(client: &'a IndexClient, environment: MarkerEnvironment, cache: PathBuf) -> Self {
        Self {
            client,
            environment,
            store: Store::new(cache),
            pages: Mutex::default(),
            known: Mutex::default(),
            requests: AtomicUsize::new(0),
            most_requests: MOST_REQUESTS,
        }
    }

    /// The same for work of which so many requests are to be expected.
    #[must_use]
    pub fn allowing(self, requests: usize) -> Self {
        Self {
            most_requests: requests.max(MOST_REQUESTS),
            ..self
        }
    }

    /// Asks for what planning asks first, several at a time: the pages of these packages, and the metadata of these
    /// versions of them.
    pub fn prepare(&self, installed: &[(Package, String)]) {
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((package, version)) = installed.get(next.fetch_add(1, Ordering::Relaxed))
            {
                // What gives no answer now gives the same when the planner asks.
                drop(self.metadata(package, version));
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(installed.len()) {
                scope.spawn(work);
            }
        });
    }

    /// Asks for the pages of these packages, several at a time.
    pub fn prepare_pages(&self, packages: &[Package]) {
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(package) = packages.get(next.fetch_add(1, Ordering::Relaxed)) {
                drop(self.project(package));
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(packages.len()) {
                scope.spawn(work);
            }
        });
    }

    /// How many requests were made.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether an index did not answer.
    pub fn has_unanswered(&self) -> bool {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.values().any(|answer| answer.is_err())
    }

    /// The file of a release that would be installed here.
    pub fn file(&self, package: &Package, version: &str) -> Option<ListedFile> {
        let answer = self.project(package);
        let project = answer.as_ref().as_ref().ok()?.as_ref()?;
        chosen(project.listing.files(version), &self.environment).cloned()
    }

    /// Every file of a release, the one that would be installed here first.
    pub fn files(&self, package: &Package, version: &str) -> Vec<ListedFile> {
        let answer = self.project(package);
        let project = answer.as_ref().as_ref().ok().and_then(Option::as_ref);
        let mut files = project.map_or(Vec::new(), |project| {
            project.listing.files(version).to_vec()
        });
        let first = chosen(&files, &self.environment).map(|file| file.name.clone());
        files.sort_by_key(|file| Some(&file.name) != first.as_ref());
        files
    }

    /// What was kept of a file under a name.
    pub fn kept(&self, file: &ListedFile, kind: &str) -> Option<Vec<u8>> {
        self.store.get(file.sha256.as_ref()?, kind, MOST_KEPT)
    }

    /// Keeps what was made from a file under a name.
    pub fn keep(&self, file: &ListedFile, kind: &str, bytes: &[u8]) {
        if let Some(digest) = &file.sha256 {
            self.store.put(digest, kind, bytes);
        }
    }

    /// What was kept under a name of the file with this digest.
    pub fn kept_of(&self, digest: &Digest, kind: &str) -> Option<Vec<u8>> {
        self.store.get(digest, kind, MOST_KEPT)
    }

    /// Keeps what was made from the file with this digest under a name.
    pub fn keep_of(&self, digest: &Digest, kind: &str, bytes: &[u8]) {
        self.store.put(digest, kind, bytes);
    }

    /// The environment that files are chosen for.
    pub fn environment(&self) -> &MarkerEnvironment {
        &self.environment
    }

    /// The files of a project and what indexes say of it; `None` where no index has it, an error where one gave no
    /// answer.
    pub fn listed(&self, package: &Package) -> Arc<Answer> {
        self.project(package)
    }

    /// A file, to be read in parts.
    pub fn open(&self, file: &ListedFile) -> Result<RemoteTree, String> {
        self.count()?;
        let remote = RemoteFile::open(self.client.files.clone(), self.address(file)?, ARTIFACT);
        let remote = remote.map_err(|error| error.to_string())?;
        if let (Some(whole), Some(digest)) = (remote.whole(), file.sha256)
            && Digest::of(&whole) != digest
        {
            return Err(format!("`{}` is not what its digest says", file.name));
        }
        Ok(RemoteTree::new(&file.name, remote))
    }

    /// The address of a file of a listing, with the credentials of the index where it is on the same host.
    fn address(&self, file: &ListedFile) -> Result<Address, String> {
        self.with_credentials(&file.address)
            .map_err(|_error| format!("`{}` has no address", file.name))
    }

    fn count(&self) -> Result<(), String> {
        if self.client.is_offline {
            return Err("it is not kept, and `--offline` forbids asking for it".to_owned());
        }
        if self.requests.fetch_add(1, Ordering::Relaxed) >= self.most_requests {
            return Err(format!("more than {} requests", self.most_requests));
        }
        Ok(())
    }

    fn project(&self, package: &Package) -> Arc<Answer> {
        let lock = || self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = lock().get(package) {
            return Arc::clone(answer);
        }
        let answer = Arc::new(self.ask(package));
        Arc::clone(lock().entry(package.clone()).or_insert(answer))
    }

    fn ask(&self, package: &Package) -> Answer {
        let mut project = None;
        for asked in &self.client.indexes {
            if !self.client.is_offline {
                self.count()?;
            }
            if let Some((listing, facts)) = self.client.listing(asked, package)? {
                let joined: &mut Project = project.get_or_insert_default();
                joined.listing.join(listing);
                joined.facts.push(facts);
            }
        }
        Ok(project)
    }
}

impl IndexClient {
    /// The files of a project on one index, with their addresses made absolute; `None` where it has none.
    pub(super) fn listing(
        &self,
        asked: &Asked,
        package: &Package,
    ) -> Result<Option<(Listing, ProjectFacts)>, String> {
        let Some((page, body)) = self.page(asked, package)? else {
            return Ok(None);
        };
        let listing = index::listing(&body, package);
        let mut listing = listing.map_err(|error| format!("`{}`: {error}", asked.address))?;
        let shown = asked.address.to_string();
        let facts = index::project(&body, package, shown.trim_end_matches('/'));
        let facts = facts.map_err(|error| format!("`{}`: {error}", asked.address))?;
        for (_, files) in listing.releases.values_mut() {
            files.retain_mut(|file| {
                // Without credentials, which are not for every place that a list of files gets to.
                let address = page.follow(&file.address).map(|address| address.target());
                let is_address = address.is_ok();
                file.address = address.unwrap_or_default();
                // One that leads nowhere stays as it is, and is told where somebody asks for it.
                if let Provenance::Served(link) = &mut file.provenance
                    && let Ok(address) = page.follow(link)
                {
                    *link = address.target();
                }
                is_address
            });
        }
        listing.releases.retain(|_, (_, files)| !files.is_empty());
        Ok(Some((listing, facts)))
    }
}

impl Universe for IndexUniverse<'_> {
    fn releases(&self, package: &Package) -> Result<Option<Vec<Release>>, UniverseError> {
        let answer = self.project(package);
        match answer.as_ref() {
            Ok(project) => Ok(project
                .as_ref()
                .map(|project| project.listing.in_environment(&self.environment))),
            Err(reason) => Err(UniverseError {
                object: package.to_string(),
                source: reason.clone().into(),
            }),
        }
    }

    fn metadata(&self, package: &Package, version: &str) -> Result<Metadata, UniverseError> {
        let key = (package.clone(), version.to_owned());
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some(metadata) = known {
            return Ok(metadata);
        }
        let answer = self.project(package);
        let project = answer.as_ref().as_ref().ok().and_then(Option::as_ref);
        let files = project.map_or(&[][..], |project| project.listing.files(version));
        // Wheels of one release ask for the same: where none is for here, any other tells.
        let file = chosen(files, &self.environment)
            .or_else(|| files.iter().find(|file| file.is_wheel()))
            .or(files.first());
        let metadata = match file {
            Some(file) => self.metadata_of(file),
            None => Metadata::Unknown("no index lists it".to_owned()),
        };
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, metadata.clone());
        Ok(metadata)
    }
}

#[cfg(test)]
mod tests;
