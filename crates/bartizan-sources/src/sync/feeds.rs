//! Where advisories come from when nobody says otherwise.

use std::path::PathBuf;

use super::error::SyncError;
use crate::http::Address;

/// Where advisories come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feeds {
    /// Files and directories, recognised by their content.
    Local(Vec<LocalInput>),
    /// Addresses, and after them every declared feed.
    Remote(RemoteFeeds),
    /// The declared feeds of these names.
    Declared(Vec<String>),
}

/// A file or a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalInput {
    /// Where it is.
    pub path: PathBuf,
    /// The declared feed that states what is in it; the user vouches for an input of none.
    pub feed: Option<String>,
}

impl From<PathBuf> for LocalInput {
    fn from(path: PathBuf) -> Self {
        Self { path, feed: None }
    }
}

/// The addresses that are fetched. They may hold credentials, which are sent and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteFeeds {
    /// The address below which `ECOSYSTEM/all.zip` and `ECOSYSTEM/modified_id.csv` lie.
    pub base: String,
    /// The ecosystems whose exports are fetched, by their OSV names.
    pub ecosystems: Vec<String>,
    /// The exploit predictions (EPSS), a CSV file, in gzip or not.
    pub epss: Option<String>,
    /// The catalogue of known exploited vulnerabilities (KEV), a JSON file.
    pub known_exploited: Option<String>,
}

/// The public export of OSV.
const OSV_BASE: &str = "https://osv-vulnerabilities.storage.googleapis.com";

/// The daily predictions of FIRST's EPSS.
const EPSS: &str = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";

/// CISA's catalogue.
const KNOWN_EXPLOITED: &str =
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";

/// The ecosystems that matter for scientific Python: its packages, and the native libraries in them.
const ECOSYSTEMS: [&str; 3] = ["PyPI", "OSS-Fuzz", "Julia"];

impl Default for RemoteFeeds {
    fn default() -> Self {
        Self {
            base: OSV_BASE.to_owned(),
            ecosystems: ECOSYSTEMS.map(str::to_owned).to_vec(),
            epss: Some(EPSS.to_owned()),
            known_exploited: Some(KNOWN_EXPLOITED.to_owned()),
        }
    }
}

impl std::fmt::Debug for RemoteFeeds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ecosystems = &self.ecosystems;
        write!(f, "RemoteFeeds {{ ecosystems: {ecosystems:?}, .. }}")
    }
}

/// An address as the user writes it.
pub(super) fn address(text: &str) -> Result<Address, SyncError> {
    text.parse().map_err(|_error| {
        // What comes before the host and after `?` may be a secret.
        let host = text.rsplit('@').next().unwrap_or_default();
        let plain = host.split(['?', '#']).next().unwrap_or_default();
        let text = plain.chars().take(100).collect();
        SyncError::Address { text }
    })
}
