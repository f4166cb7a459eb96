//! The names under which assessments keep what several pages show. A page that needs one of them names it from here; all
//! other checks and measures are shown without being known.

use bartizan_model::assessment::{Document, Outcome};
use serde::{Deserialize, de::DeserializeOwned};

use crate::signing;

/// The check whose findings carry the id of an advisory as key.
pub(super) const KNOWN_VULNERABILITY: &str = "known-vulnerability";
/// How many advisories are open.
pub(super) const OPEN: &str = "open-advisories";
/// How many of them are older than 90 days.
pub(super) const OLD: &str = "old-advisories";
/// The open ones in parts by age.
pub(super) const AGES: &str = "advisory-ages";
/// How the risk of a chain of dependencies weighs, in parts by advisory and component.
pub(super) const CHAIN: &str = "chain-risk";
/// What stands before a standard in the measure of its endorsements.
pub(super) const ENDORSED: &str = "standard-endorsed:";
/// What stands before a standard in the measure of declarations.
pub(super) const DECLARED: &str = "standard-declared:";
/// What stands before a standard in the measure of its adoption.
pub(super) const ADOPTED: &str = "standard-adopted:";

/// What stands before a standard in the measure of its requirements that hold.
pub(super) const REQUIREMENTS: &str = "standard-requirements:";

/// How many projects sign their latest release, verified and by who should.
pub(super) const PINNED_LATEST: &str = "pinned-latest-release";
/// How many releases are verified and pinned.
pub(super) const PINNED_RELEASES: &str = "pinned-releases";
/// How many files are verified and pinned.
pub(super) const PINNED_FILES: &str = "pinned-files";
/// Files by what is known of their attestations; with a quarter behind it, those that were uploaded then.
pub(super) const FILE_ATTESTATIONS: &str = "file-attestations";
/// Releases by what is known of their attestations.
pub(super) const RELEASE_ATTESTATIONS: &str = "release-attestations";
/// How many wheels carry a bill of materials.
pub(super) const WHEELS_WITH_SBOM: &str = "wheels-with-sbom";
/// The checks about signing that tell of a change for the worse, the severest first.
pub(super) const SIGNING: [&str; 5] = [
    "unexpected-publisher",
    "withdrawn-attestation",
    "replaced-artifact",
    "invalid-attestation",
    "lapsed-attestation",
];

/// How many native components bills declare; with a quarter behind it, those of releases of then.
pub(super) const DECLARED_COMPONENTS: &str = "declared-components";
/// Releases by how their bills stand; with a quarter behind it, those that were uploaded then.
pub(super) const RELEASE_SBOMS: &str = "release-sboms";
/// How many releases carry a bill in every wheel.
pub(super) const RELEASES_WITH_SBOM: &str = "releases-with-sbom";
/// How many releases have valid bills.
pub(super) const RELEASES_WITH_VALID_SBOM: &str = "releases-with-valid-sbom";
/// How many releases have true bills.
pub(super) const RELEASES_WITH_TRUE_SBOM: &str = "releases-with-true-sbom";
/// How many projects' latest releases have valid and true bills.
pub(super) const SOUND_SBOM_LATEST: &str = "sound-sbom-latest-release";
/// The checks about bills, the severest first.
pub(super) const SBOMS: [&str; 6] = [
    "wrong-component-version",
    "invalid-sbom",
    "undeclared-component",
    "missing-sbom",
    "phantom-component",
    "component-without-purl",
];

/// The kind of documents about what was measured of standards.
pub(super) const ADOPTION: &str = "adoption";
/// The kind of documents about which job may do what, by repository.
pub(super) const CAPABILITIES: &str = "capabilities";
/// The kind of documents about releases, by package.
pub(super) const RELEASES: &str = "releases";
/// The kind of documents about endorsements.
pub(super) const ENDORSEMENTS: &str = "endorsements";
/// The kind of documents about how long dependants stayed exposed, by advisory.
pub(super) const EXPOSURE: &str = "exposure";

/// The kind of documents about how a project stands on its people.
pub(super) const STRUCTURE: &str = "structure";
/// The measures that are shown together with it.
pub(super) const OF_PEOPLE: [&str; 7] = [
    "structural-risk",
    "truck-factor",
    "people-who-bring-work-in",
    "work-by-one-hand",
    "open-reviews-of-each",
    "people-who-keep-several",
    "projects-that-rest-on-five",
];

/// Rights that nobody used; with a quarter behind it, what was known at its end.
pub(super) const STALE_GRANTS: &str = "stale-grants";
/// The same at the first survey.
pub(super) const STALE_GRANTS_AT_FIRST: &str = "stale-grants-at-first";
/// People with a second factor; with a quarter behind it, what was known at its end.
pub(super) const SECOND_FACTORS: &str = "second-factors";
/// Projects all of whose people use one.
pub(super) const SECOND_FACTOR: &str = "second-factor";
/// Organisations that require one.
pub(super) const SECOND_FACTOR_REQUIRED: &str = "second-factor-required";

/// What is kept of how a project stands on its people.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Structure {
    pub(super) level: String,
    pub(super) signals: Vec<Signal>,
    pub(super) contributors: u64,
    pub(super) recent_authors: u64,
    pub(super) recent_works: u64,
    pub(super) truck_factor: Option<u64>,
    pub(super) hands: Option<u64>,
    pub(super) shared_hands: Option<u64>,
    pub(super) releasers: Option<u64>,
    pub(super) releases: u64,
    pub(super) review: Option<Review>,
}

/// A question and its answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Signal {
    pub(super) state: String,
    pub(super) title: String,
    pub(super) because: String,
    pub(super) against: Option<String>,
    pub(super) remedy: String,
    pub(super) held: u64,
    pub(super) of: u64,
}

/// The review that there is to do.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Review {
    pub(super) unseen: u64,
    pub(super) taken_in: u64,
    pub(super) of_each: Option<f64>,
    pub(super) waited_days_half: Option<f64>,
    pub(super) waited_days_nine_tenths: Option<f64>,
    pub(super) one_hand: Option<f64>,
}

/// What is kept of the releases of a package.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Releases {
    pub(super) environment: Option<String>,
    pub(super) releases: Vec<Release>,
}

/// A release.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Release {
    pub(super) version: String,
    pub(super) uploaded: Option<String>,
    pub(super) wheels: u64,
    pub(super) sources: u64,
    /// `all files`, `some files`, `none`, or why it is not known.
    pub(super) attestations: String,
    pub(super) is_yanked: bool,
}

/// What is kept of endorsements.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Endorsements {
    pub(super) standards: Vec<Standard>,
}

/// A standard, and whether the project endorses it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Standard {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) is_draft: bool,
    pub(super) is_endorsed: bool,
}

/// What is kept of what was measured of standards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Adoption {
    pub(super) has_readme: bool,
    pub(super) repository: String,
    pub(super) commit: String,
    pub(super) standards: Vec<MeasuredStandard>,
}

/// A standard, as it was measured.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MeasuredStandard {
    pub(super) id: String,
    pub(super) declared_at: Option<String>,
    pub(super) outcome: String,
    pub(super) holds: u64,
    pub(super) applicable: u64,
    pub(super) requirements: Vec<MeasuredRequirement>,
}

/// A requirement, as it was measured.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MeasuredRequirement {
    pub(super) requirement: String,
    pub(super) check: String,
    pub(super) outcome: String,
    pub(super) message: String,
    pub(super) statements: u64,
    pub(super) needs: Option<String>,
    pub(super) at: Option<String>,
    pub(super) repository: String,
    pub(super) commit: String,
}

impl MeasuredStandard {
    /// The worst outcome of its requirements.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        Outcome::parse(&self.outcome)
    }
}

/// What is kept of the jobs of a repository that hold something.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Capabilities {
    pub(super) repository: String,
    pub(super) commit: String,
    pub(super) jobs: Vec<Holder>,
    pub(super) is_cut: bool,
}

/// A job and what it holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Holder {
    pub(super) workflow: String,
    pub(super) job: String,
    pub(super) line: u64,
    pub(super) environment: Option<String>,
    pub(super) capabilities: Vec<Capability>,
    pub(super) has_default_token: bool,
}

/// Something that a job holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Capability {
    pub(super) name: String,
    pub(super) line: u64,
}

/// What is kept of the exposure of dependants to one advisory.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exposure {
    pub(super) package: String,
    pub(super) advisory: String,
    pub(super) published: Option<String>,
    pub(super) days: Vec<ExposedAfter>,
}

/// How dependants stood so many days after an advisory; or what would be needed to tell.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExposedAfter {
    pub(super) days: u32,
    pub(super) needs: Option<String>,
    pub(super) share: Option<f64>,
    pub(super) exposed: Vec<String>,
    pub(super) locked_in: u64,
    pub(super) safe: u64,
    pub(super) unknown: Vec<serde_json::Value>,
}

/// What a document says; nothing where it is of another form.
pub(super) fn read<T: DeserializeOwned + Default>(document: &Document) -> T {
    signing::read(&document.json)
}
