//! What is kept of where files of releases come from, as documents of an assessment hold it and as pages and programs read it.

use std::collections::BTreeMap;

use bartizan_provenance::ledger::Class;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// The kind of documents about the ledger of a package.
pub(crate) const LEDGER: &str = "ledger";
/// The kind of documents about the evidence of a release.
pub(crate) const RELEASE_EVIDENCE: &str = "release-evidence";

/// The key of the evidence of a release.
pub(crate) fn key(package: &str, version: &str) -> String {
    format!("{package} {version}")
}

/// The ledger of a package in short.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct PackageLedger {
    /// The package.
    pub(crate) package: String,
    /// Since when releases are told.
    pub(crate) since: Option<String>,
    /// When an index listed its files last.
    pub(crate) listed: Option<String>,
    /// Where it is known who should sign.
    pub(crate) expected_from: String,
    /// Requests that were left to the next assessment.
    pub(crate) left_to_look_at: u64,
    /// Its releases, the newest version first.
    pub(crate) releases: Vec<Release>,
    /// Tags of final versions without a release; none where no clone was looked at.
    pub(crate) tags_without_release: Option<Vec<String>>,
}

/// A release in short.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Release {
    /// Its version.
    pub(crate) version: String,
    /// When its first file was uploaded.
    pub(crate) uploaded: Option<String>,
    /// Whether all of it is yanked.
    pub(crate) is_yanked: bool,
    /// Its class, by its files.
    pub(crate) class: String,
    /// How many files it has.
    pub(crate) files: u64,
    /// How many of them are of which class.
    pub(crate) classes: BTreeMap<String, u64>,
    /// How many of its wheels were looked into for bills of materials.
    pub(crate) wheels_looked_into: u64,
    /// How many of these carry one.
    pub(crate) wheels_with_sbom: u64,
    /// `signed`, `unsigned`, `none`, `newer-than-clone`; none where no clone was looked at.
    pub(crate) tag: Option<String>,
    /// What is wrong with it.
    pub(crate) findings: Vec<Note>,
}

/// A release with its evidence.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ReleaseEvidence {
    /// The package.
    pub(crate) package: String,
    /// Its version.
    pub(crate) version: String,
    /// When its first file was uploaded.
    pub(crate) uploaded: Option<String>,
    /// Whether all of it is yanked.
    pub(crate) is_yanked: bool,
    /// Its class, by its files.
    pub(crate) class: String,
    /// How many of its files are of which class.
    pub(crate) classes: BTreeMap<String, u64>,
    /// How many of its wheels were looked into for bills of materials.
    pub(crate) wheels_looked_into: u64,
    /// How many of these carry one.
    pub(crate) wheels_with_sbom: u64,
    /// `signed`, `unsigned`, `none`, `newer-than-clone`; none where no clone was looked at.
    pub(crate) tag: Option<String>,
    /// Where it is known who should sign.
    pub(crate) expected_from: String,
    /// What is wrong with it.
    pub(crate) findings: Vec<Note>,
    /// Its files.
    pub(crate) files: Vec<File>,
    /// How many files there are beside these.
    pub(crate) files_left_out: u64,
    /// Attestations of its files; those that differ in the time of the signature alone are here once.
    pub(crate) evidence: Vec<Evidence>,
}

/// Something that is wrong.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = LedgerNote)]
pub(crate) struct Note {
    /// The id of the check.
    pub(crate) check: String,
    /// It in words.
    pub(crate) message: String,
}

/// A file of a release.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ReleaseFile)]
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// Its digest.
    pub(crate) sha256: Option<String>,
    /// When it was uploaded.
    pub(crate) uploaded: Option<String>,
    /// Whether it is yanked.
    pub(crate) is_yanked: bool,
    /// Its class.
    pub(crate) class: String,
    /// How many bills of materials it carries; none where nobody looked.
    pub(crate) sboms: Option<u32>,
    /// Its attestations.
    pub(crate) attestations: Vec<Attested>,
    /// What was seen of it, the earliest first.
    pub(crate) sightings: Vec<Sighting>,
    /// What is wrong with it.
    pub(crate) findings: Vec<Note>,
}

/// An attestation of a file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Attested {
    /// Its place among the evidence of the release.
    pub(crate) evidence: Option<u32>,
    /// When it was signed.
    pub(crate) times: Vec<String>,
}

/// What a place said of where a file comes from, as long as it said the same.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Sighting {
    /// The place.
    pub(crate) place: String,
    /// `served`, `none`, `not-served`.
    pub(crate) seen: String,
    /// When it was seen first.
    pub(crate) first: String,
    /// When it was seen last.
    pub(crate) last: String,
}

/// What became of an attestation, step by step.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = AttestationEvidence)]
pub(crate) struct Evidence {
    /// What kind of evidence it is.
    pub(crate) kind: String,
    /// What is claimed of the file.
    pub(crate) predicate: Option<String>,
    /// Whether it is verified, by whomever.
    pub(crate) is_verified: bool,
    /// `none`, `unverified`, `verified`, `pinned`.
    pub(crate) level: String,
    /// Every step of the verification.
    pub(crate) steps: Vec<TakenStep>,
    /// Who signed; none where it is not verified.
    pub(crate) signer: Option<Signer>,
    /// What is claimed of the build.
    pub(crate) build: Option<Build>,
    /// What the index says of the publisher; nobody signed it.
    pub(crate) unsigned_publisher: Option<String>,
}

/// A step of the verification.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = VerificationStep)]
pub(crate) struct TakenStep {
    /// Its stable name.
    pub(crate) step: String,
    /// `done`, `failed`, `not-applicable`, `not-reached`.
    pub(crate) outcome: String,
    /// A stable word for why it failed.
    pub(crate) code: Option<String>,
    /// It in words, or why it asks nothing.
    pub(crate) message: Option<String>,
}

/// Who signed, as the certificate says it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Signer {
    /// The identity.
    pub(crate) identity: Option<String>,
    /// Who vouched for it.
    pub(crate) issuer: Option<String>,
    /// The repository.
    pub(crate) repository: Option<String>,
    /// Its number at its host.
    pub(crate) repository_id: Option<String>,
    /// The file that describes the build.
    pub(crate) workflow: Option<String>,
    /// The commit.
    pub(crate) commit: Option<String>,
    /// The reference.
    pub(crate) reference: Option<String>,
    /// What started the build.
    pub(crate) trigger: Option<String>,
    /// Who ran it.
    pub(crate) runner: Option<String>,
    /// The environment.
    pub(crate) environment: Option<String>,
    /// The run.
    pub(crate) run: Option<String>,
    /// The digest of the key, where no certificate signed.
    pub(crate) key_sha256: Option<String>,
}

/// What a statement claims of the build.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = AttestedBuild)]
pub(crate) struct Build {
    /// Who built.
    pub(crate) builder: String,
    /// Which kind of build it is.
    pub(crate) kind: String,
    /// From which source.
    pub(crate) source: Option<String>,
    /// From which commit of it.
    pub(crate) commit: Option<String>,
}

/// The class of a stable name; what is not known is of the class of what nobody knows.
pub(crate) fn class(id: &str) -> Class {
    Class::parse(id).unwrap_or(Class::Unknown)
}

/// What a document says; nothing where it is of another form.
pub(crate) fn read<T: DeserializeOwned + Default>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_default()
}
