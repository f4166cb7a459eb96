//! Asking package indexes about projects: one conditional request a project and index, cached, bounded.
//!
//! Asked only when the user says so, because each request tells the index what is installed. Which indexes, the caller
//! decides from the user's own configuration; no address of an index is known here. An index that does not answer makes
//! the packages "unanswered", never "absent".

mod pip;
mod provenance;
mod published;
pub mod releases;
pub mod remote;

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use bartizan_formats::index::{self, ACCEPT, MAX_BYTES};
use bartizan_model::{
    ecosystem::Package,
    index::{IndexFacts, ProjectFacts},
};

use crate::{
    http::{Address, Fetched, HttpClient, HttpError},
    page_cache::{Kept, PageCache},
};
pub use pip::default_index;
pub use provenance::ServedProvenance;
pub use published::Upload;
pub(crate) use published::newest;

/// How many requests run at a time: enough to hide the distance, too few to burden an index.
const AT_A_TIME: usize = 4;

/// After so many failures in transport an index is not asked again: it is down, and every request waits in vain.
const MOST_FAILURES: usize = 3;

/// How many projects are asked about.
pub const MOST_PROJECTS: usize = 5_000;

/// Asks indexes.
pub struct IndexClient {
    http: HttpClient,
    /// For the files that pages name, which are of any type.
    files: HttpClient,
    indexes: Vec<Asked>,
    cache: PageCache,
    is_offline: bool,
}

/// An index with what became of it.
struct Asked {
    address: Address,
    failures: AtomicUsize,
}

impl IndexClient {
    /// A client of these indexes, whose pages are kept in a directory that need not exist yet.
    pub fn new(
        http: HttpClient,
        indexes: impl IntoIterator<Item = Address>,
        cache: PathBuf,
    ) -> Self {
        let asked = |address| Asked {
            address,
            failures: AtomicUsize::new(0),
        };
        Self {
            files: http.clone(),
            http: http.accepting(ACCEPT),
            indexes: indexes.into_iter().map(asked).collect(),
            cache: PageCache::new(cache),
            is_offline: false,
        }
    }

    /// The same without a network: only what was kept answers.
    #[must_use]
    pub fn offline(self) -> Self {
        Self {
            is_offline: true,
            ..self
        }
    }

    /// The addresses of the indexes, without secrets.
    pub fn names(&self) -> Vec<String> {
        let indexes = self.indexes.iter();
        indexes.map(|asked| asked.address.to_string()).collect()
    }

    /// What the indexes say about these packages. Those past [`MOST_PROJECTS`] are unanswered.
    pub fn facts(&self, packages: &[&Package]) -> IndexFacts {
        let (asked, left_out) = packages.split_at(packages.len().min(MOST_PROJECTS));
        let facts = Mutex::new(IndexFacts {
            indexes: self.indexes.len(),
            ..IndexFacts::default()
        });
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(package) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.ask_all(package, &facts);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(asked.len()) {
                scope.spawn(work);
            }
        });
        let mut facts = facts.into_inner().unwrap_or_else(PoisonError::into_inner);
        for package in left_out {
            let reason = format!("more than {MOST_PROJECTS} projects; not asked");
            facts.unanswered.insert((*package).clone(), reason);
        }
        facts
    }

    fn ask_all(&self, package: &Package, facts: &Mutex<IndexFacts>) {
        for asked in &self.indexes {
            let answer = self.ask(asked, package);
            let mut facts = facts.lock().unwrap_or_else(PoisonError::into_inner);
            match answer {
                Ok(Some(project)) => {
                    facts
                        .projects
                        .entry(package.clone())
                        .or_default()
                        .push(project);
                }
                Ok(None) => {}
                Err(reason) => {
                    facts.unanswered.insert(package.clone(), reason);
                }
            }
        }
    }

    /// The project on one index; `None` where the index has none.
    fn ask(&self, asked: &Asked, package: &Package) -> Result<Option<ProjectFacts>, String> {
        let index = &asked.address;
        let Some((_, body)) = self.page(asked, package)? else {
            return Ok(None);
        };
        let shown = index.to_string();
        let facts = index::project(&body, package, shown.trim_end_matches('/'));
        facts
            .map(Some)
            .map_err(|error| format!("`{index}`: {error}"))
    }

    /// The page of a project on one index, with its address; `None` where the index has none.
    fn page(&self, asked: &Asked, package: &Package) -> Result<Option<(Address, Vec<u8>)>, String> {
        let index = &asked.address;
        let page = index.join(&[package.name(), ""]);
        let body = self.kept_or_asked(asked, &self.http, (package, &page))?;
        Ok(body.map(|body| (page, body)))
    }

    /// Something below an index, as it was kept where it has not changed; `None` where the index has none.
    fn kept_or_asked(
        &self,
        asked: &Asked,
        http: &HttpClient,
        (package, page): (&Package, &Address),
    ) -> Result<Option<Vec<u8>>, String> {
        let index = &asked.address;
        if asked.failures.load(Ordering::Relaxed) >= MOST_FAILURES {
            return Err(format!("`{index}` did not answer before; not asked again"));
        }
        let known = self.cache.get(&page.to_string());
        if self.is_offline {
            return match known {
                Some(kept) => Ok(Some(kept.body)),
                None => Err(format!(
                    "no page of `{package}` is kept, and `--offline` forbids asking for it"
                )),
            };
        }
        let validators = known.as_ref().map(|kept| kept.validators.clone());
        let fetched = http.bytes(page, &validators.unwrap_or_default(), MAX_BYTES as u64);
        match (fetched, known) {
            (Ok(Fetched::New { body, validators }), _) => {
                let kept = Kept {
                    validators,
                    next: None,
                    body,
                };
                self.cache.put(&page.to_string(), &kept);
                Ok(Some(kept.body))
            }
            (Ok(Fetched::NotModified), Some(kept)) => Ok(Some(kept.body)),
            (Ok(Fetched::NotModified), None) => Err(format!(
                "`{index}` answered that nothing has changed, unasked"
            )),
            (Err(error), _) if error.is_not_found() => Ok(None),
            (Err(error), _) => {
                if is_down(&error) {
                    asked.failures.fetch_add(1, Ordering::Relaxed);
                }
                Err(error.to_string())
            }
        }
    }
}

/// Whether an index as a whole does not answer, or refuses everybody like us.
fn is_down(error: &HttpError) -> bool {
    match error {
        HttpError::Status { status, .. } => matches!(status, 401 | 403 | 407 | 429 | 500..),
        HttpError::TooLarge { .. } | HttpError::Write { .. } => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
