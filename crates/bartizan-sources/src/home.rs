//! Where Bartizan keeps what it knows. Which directory that is, the caller decides.

use std::path::{Path, PathBuf};

/// The directory that holds Bartizan's state, and the places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The home in this directory, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everything about advisories.
    pub fn advisories(&self) -> PathBuf {
        self.root.join("advisories")
    }

    /// The advisory snapshot in force.
    pub fn snapshot(&self) -> PathBuf {
        self.advisories().join("snapshot.bdb")
    }

    /// What the last sync needs to tell the next one.
    pub fn sync_state(&self) -> PathBuf {
        self.advisories().join("sync.json")
    }

    /// Which bundles were installed, so that an older one is not taken for news.
    pub fn bundle_state(&self) -> PathBuf {
        self.advisories().join("bundles.json")
    }

    /// Which state of each signed feed was seen last, so that an older one is not taken for news.
    pub fn feed_states(&self) -> PathBuf {
        self.advisories().join("feeds.json")
    }

    /// Pages of package indexes that were fetched.
    pub fn index_cache(&self) -> PathBuf {
        self.root.join("index")
    }

    /// What files of package indexes say, by their digests.
    pub fn index_files(&self) -> PathBuf {
        self.root.join("index").join("files")
    }

    /// What was seen of where files of releases come from, a file for each package.
    pub fn ledgers(&self) -> PathBuf {
        self.root.join("ledger")
    }

    /// The lock of identities: who signs the files of which project.
    pub fn identities(&self) -> PathBuf {
        self.root.join("identities.json")
    }

    /// Answers of code hosts.
    pub fn hosting_cache(&self) -> PathBuf {
        self.root.join("hosting")
    }

    /// Snapshots of who can do what, which only the owner of the home may read.
    pub fn access(&self) -> PathBuf {
        self.root.join("access")
    }

    /// The official schemas of bills of materials.
    pub fn schemas(&self) -> PathBuf {
        self.root.join("schemas")
    }

    /// What is known of people: the key of their pseudonyms, and histories without names.
    pub fn people(&self) -> PathBuf {
        self.root.join("people")
    }

    /// Flags of maintainers, which only the owner of the home may read.
    pub fn flags(&self) -> PathBuf {
        self.people().join("flags")
    }

    /// The log of everything that happens to rights, which only the owner of the home may read.
    pub fn access_log(&self) -> PathBuf {
        self.root.join("access-log")
    }

    /// Mirrors of source repositories.
    pub fn repositories(&self) -> PathBuf {
        self.root.join("repositories")
    }

    /// The file that a running sync holds locked.
    pub fn sync_lock(&self) -> PathBuf {
        self.advisories().join("sync.lock")
    }
}
