//! The names under which assessments keep what several pages show. A page that needs one of them names it from here; all
//! other checks and measures are shown without being known.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use bartizan_model::assessment::Document;

/// The check whose findings carry the id of an advisory as key.
pub(super) const KNOWN_VULNERABILITY: &str = "known-vulnerability";
/// How many advisories are open, in parts by age.
pub(super) const OPEN: &str = "open-vulnerabilities";
/// How the risk of a chain of dependencies weighs, in parts by component.
pub(super) const CHAIN: &str = "chain-risk";
/// How many files of the newest release have provenance.
pub(super) const PROVENANCE: &str = "releases-with-provenance";
/// What the measures of endorsement begin with; the rest names the standard.
pub(super) const ENDORSED: &str = "endorsed-";
/// What the measures of declared standards begin with.
pub(super) const DECLARED: &str = "declared-";
/// What the measures of standards that were measured begin with.
pub(super) const MEASURED: &str = "adopted-";

/// The kind of documents about releases.
pub(super) const RELEASES: &str = "releases";
/// The kind of documents about endorsements.
pub(super) const ENDORSEMENTS: &str = "endorsements";
/// The kind of documents about how long dependants stayed exposed.
pub(super) const EXPOSURE: &str = "exposure";

/// What is kept of releases.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Releases {
    pub(super) releases: Vec<Release>,
}

/// A release.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Release {
    pub(super) version: String,
    pub(super) published: Option<String>,
    pub(super) files: u64,
    pub(super) with_provenance: Option<u64>,
    pub(super) is_yanked: bool,
}

/// What is kept of endorsements.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Endorsements {
    pub(super) endorsements: Vec<Endorsement>,
}

/// An endorsement of a standard.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Endorsement {
    pub(super) standard: String,
    pub(super) title: String,
    pub(super) is_endorsed: bool,
}

/// What is kept of exposure: for each advisory, how many dependants still admitted an affected version after a time.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exposures {
    pub(super) exposures: Vec<Exposure>,
}

/// The exposure of dependants to one advisory.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exposure {
    pub(super) advisory: String,
    pub(super) package: String,
    pub(super) fixed: Option<String>,
    pub(super) dependants: u64,
    pub(super) exposed_after_30: Option<u64>,
    pub(super) exposed_after_90: Option<u64>,
}

/// What a document says; nothing where it is of another form.
pub(super) fn read<T: DeserializeOwned + Default>(document: &Document) -> T {
    serde_json::from_str(&document.json).unwrap_or_default()
}
