//! What is known of the bills of materials of releases, as documents of an assessment hold it and as pages and programs read it.

use bartizan_sbom::standing::Standing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of documents about how the releases of a package stand.
pub(crate) const SBOMS: &str = "sboms";
/// The kind of documents about the bills of a release.
pub(crate) const RELEASE_SBOM: &str = "release-sbom";

/// How the bills of the releases of a package stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct PackageSboms {
    /// The package.
    pub(crate) package: String,
    /// The version that people get.
    pub(crate) latest: Option<String>,
    /// Its releases, the newest version first.
    pub(crate) releases: Vec<SbomStanding>,
}

/// How the bills of a release stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct SbomStanding {
    /// Its version.
    pub(crate) version: String,
    /// When its first file was uploaded.
    pub(crate) uploaded: Option<String>,
    /// `sound`, `true`, `untrue`, `invalid`, `present`, `missing`, `absent`, `unneeded`, `unknown`.
    pub(crate) standing: String,
    /// Whether its wheel carries a bill; none where nobody looked.
    pub(crate) is_present: Option<bool>,
    /// Whether every bill is valid by the official schema; none where no schema was at hand.
    pub(crate) is_valid: Option<bool>,
    /// Whether bills and files agree; without a bill, whether there is nothing to declare.
    pub(crate) is_true: Option<bool>,
    /// How many of its wheels were looked into by their directories.
    pub(crate) wheels_looked_into: u64,
    /// How many of these carry a bill.
    pub(crate) wheels_with_sbom: u64,
    /// How many native components the files of its wheel show.
    pub(crate) shown_native: Option<u64>,
    /// How many of these a bill declares.
    pub(crate) declared_native: Option<u64>,
}

/// The bills of a release.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ReleaseSbom {
    /// The package.
    pub(crate) package: String,
    /// Its version.
    pub(crate) version: String,
    /// When its first file was uploaded.
    pub(crate) uploaded: Option<String>,
    /// `sound`, `true`, `untrue`, `invalid`, `present`, `missing`, `absent`, `unneeded`, `unknown`.
    pub(crate) standing: String,
    /// Whether its wheel carries a bill; none where nobody looked.
    pub(crate) is_present: Option<bool>,
    /// Whether every bill is valid by the official schema; none where no schema was at hand.
    pub(crate) is_valid: Option<bool>,
    /// Whether bills and files agree; without a bill, whether there is nothing to declare.
    pub(crate) is_true: Option<bool>,
    /// What its wheel holds; none where it was not looked into.
    pub(crate) examined: Option<ExaminedWheel>,
}

/// What a wheel holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ExaminedWheel {
    /// Its name.
    pub(crate) file: String,
    /// Its digest.
    pub(crate) sha256: String,
    /// How many components its files show, copied Python packages among them.
    pub(crate) shown: u64,
    /// How many of these a bill declares.
    pub(crate) declared: u64,
    /// How many native components its files show.
    pub(crate) shown_native: u64,
    /// How many of these a bill declares.
    pub(crate) declared_native: u64,
    /// Its bills.
    pub(crate) bills: Vec<WheelBill>,
    /// Where bills and files differ.
    pub(crate) differences: Vec<SbomDifference>,
    /// How many differences there are beside these.
    pub(crate) differences_left_out: u64,
    /// What bills state and no file can show.
    pub(crate) unconfirmed: Vec<String>,
    /// What could not be read of the bills.
    pub(crate) problems: Vec<String>,
    /// How many members of the wheel could not be read.
    pub(crate) unread: u64,
}

/// A bill in a wheel.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct WheelBill {
    /// The name of its member.
    pub(crate) name: String,
    /// Its format and version; none where it cannot be read.
    pub(crate) format: Option<String>,
    /// How many components it lists.
    pub(crate) components: Option<u64>,
    /// Why it cannot be read.
    pub(crate) problem: Option<String>,
    /// `valid`, `invalid`, `unknown`.
    pub(crate) validity: String,
    /// What its schema forbids, the first of them.
    pub(crate) errors: Vec<String>,
    /// How many errors there are.
    pub(crate) error_count: u64,
    /// Why nobody knows whether it is valid.
    pub(crate) why_unknown: Option<String>,
    /// What its components lack.
    pub(crate) lacking: Vec<LackingWire>,
    /// Whose file it is made from, where that is to be added.
    pub(crate) add_it: Option<String>,
}

/// Components of a bill that lack something.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = LackingComponents)]
pub(crate) struct LackingWire {
    /// `purl`, `licence`, `supplier`, `hash`.
    pub(crate) what: String,
    /// The first of them.
    pub(crate) components: Vec<String>,
    /// How many there are.
    pub(crate) lacking: u64,
    /// Of how many.
    pub(crate) total: u64,
    /// What to write.
    pub(crate) field: String,
}

/// Where bills and files differ.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct SbomDifference {
    /// The id of the check.
    pub(crate) check: String,
    /// It in a word or two: `undeclared`, `phantom`, `another version`, `no package URL`.
    pub(crate) kind: String,
    /// What is called so by the bill, or by us where no bill calls it.
    pub(crate) name: String,
    /// The version that the bill states.
    pub(crate) stated: Option<String>,
    /// The version that files show.
    pub(crate) shown: Option<String>,
    /// The package URL that belongs to it.
    pub(crate) purl: Option<String>,
    /// The bill; none where all leave it out.
    pub(crate) bill: Option<String>,
    /// Files that show it.
    pub(crate) files: Vec<String>,
}

/// The standing of a stable name; what is not known is what nobody looked at.
pub(crate) fn standing(id: &str) -> Standing {
    Standing::parse(id).unwrap_or(Standing::Unknown)
}
