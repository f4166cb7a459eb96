//! The adoption ledger of a package: what was seen of where each of its files comes from, when, and what became of it when it
//! was verified. A file that Bartizan keeps and adds to, so it is JSON in one order.
//!
//! A ledger tells what was seen and judges nothing. Nothing in it is taken away when the index says something else later: the
//! new sighting stands behind the old one.

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{digest::Digest, moment};

/// The largest ledger that is read: ten thousand files with two attestations each take about half of it.
pub const LARGEST_LEDGER: usize = 64 << 20;

/// The most files of one ledger. The busiest packages have some thousand.
pub const MOST_FILES: usize = 20_000;

/// The most sightings of one file: the first and the newest are kept, for an index that changes its mind every day.
pub const MOST_SIGHTINGS: usize = 100;

/// The most attestations of one sighting, and the most steps of one attestation.
const MOST_PARTS: usize = 64;

/// The only version there is.
const VERSION: u32 = 1;

/// What was seen of the files of a package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The normalised name of the package.
    pub package: String,
    /// When an index listed its files last.
    pub listed: Option<Timestamp>,
    /// By name and digest, so that other bytes under one name are two files.
    pub files: Vec<LedgerFile>,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerFile {
    /// Its name.
    pub name: String,
    /// Its digest, where somebody states it.
    pub sha256: Option<Digest>,
    /// The version of its release, as the index spells it.
    pub version: String,
    /// When it was uploaded.
    #[serde(with = "moment::optional", default)]
    pub uploaded: Option<Timestamp>,
    /// Whether it is yanked.
    #[serde(default)]
    pub is_yanked: bool,
    /// When it was listed last.
    #[serde(with = "moment")]
    pub listed: Timestamp,
    /// How many bills of materials it carries; nothing where nobody looked.
    #[serde(default)]
    pub sboms: Option<u32>,
    /// What was seen of where it comes from, the earliest first.
    #[serde(default)]
    pub sightings: Vec<Sighting>,
}

/// What one place said of where a file comes from, as long as it said the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// Who said it: an index without its secrets, or that it lay beside the file.
    pub place: String,
    /// When it was seen first.
    #[serde(with = "moment")]
    pub first: Timestamp,
    /// When it was seen last.
    #[serde(with = "moment")]
    pub last: Timestamp,
    /// What was said.
    pub seen: Seen,
}

/// What a place says of where a file comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Seen {
    /// It says nothing, which is not the same as none.
    NotServed,
    /// It says that there is none.
    None,
    /// This.
    Served {
        /// The digest of the evidence.
        evidence: Digest,
        /// The digest of the root of trust that it was verified by.
        root: Digest,
        /// What became of each attestation in it.
        attestations: Vec<RecordedAttestation>,
    },
}

/// What became of an attestation when it was verified, whoever signed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedAttestation {
    /// What kind of evidence it is.
    pub kind: String,
    /// What is claimed of the file.
    #[serde(default)]
    pub predicate: Option<String>,
    /// Whether every step holds that asks nothing of who signed.
    pub is_verified: bool,
    /// What became of each step.
    pub steps: Vec<RecordedStep>,
    /// Who signed it; only where it is verified.
    #[serde(default)]
    pub signer: Option<RecordedSigner>,
    /// When it was signed; only where it is verified.
    #[serde(with = "moment::several", default)]
    pub times: Vec<Timestamp>,
    /// What is claimed of the build; only where it is verified.
    #[serde(default)]
    pub build: Option<RecordedBuild>,
    /// What the index says of who published. Nobody signed it.
    #[serde(default)]
    pub unsigned_publisher: Option<String>,
}

/// What became of a step of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedStep {
    /// Its stable name.
    pub step: String,
    /// The stable name of its outcome.
    pub outcome: String,
    /// A stable word for why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// It in words, or why it asks nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Who signed, by the words of the certificate or the digest of the key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordedSigner {
    /// The identity.
    pub identity: Option<String>,
    /// Who vouched for it.
    pub issuer: Option<String>,
    /// The repository.
    pub repository: Option<String>,
    /// Its number at its host.
    pub repository_id: Option<String>,
    /// The number of its owner.
    pub owner_id: Option<String>,
    /// The file that describes the build.
    pub workflow: Option<String>,
    /// The file that asked for the signature.
    pub signer_workflow: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The reference.
    pub reference: Option<String>,
    /// What started the build.
    pub trigger: Option<String>,
    /// Who ran it.
    pub runner: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The run.
    pub run: Option<String>,
    /// The digest of the key, where no certificate signed.
    pub key_sha256: Option<Digest>,
}

/// What a statement claims of the build.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedBuild {
    /// Who built.
    pub builder: String,
    /// Which kind of build it is.
    pub kind: String,
    /// From which source.
    pub source: Option<String>,
    /// From which commit of it.
    pub commit: Option<String>,
}

/// Why a ledger cannot be read.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// It is larger than any.
    #[error("the ledger is larger than {LARGEST_LEDGER} bytes")]
    TooLarge,
    /// It is no JSON, or not of this shape.
    #[error("not a ledger")]
    Shape(#[source] serde_json::Error),
    /// It is of another version.
    #[error("ledgers of the version {found} are not known")]
    Version {
        /// Its version.
        found: u32,
    },
    /// It holds more of something than any.
    #[error("the ledger holds more {what} than any")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
    /// It says of an attestation that it is verified, and that a step failed.
    #[error("the ledger contradicts itself about `{file}`")]
    Contradiction {
        /// Of which file.
        file: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    package: String,
    #[serde(with = "moment::optional", default)]
    listed: Option<Timestamp>,
    files: Vec<LedgerFile>,
}

/// Reads a ledger.
pub fn read(bytes: &[u8]) -> Result<Ledger, LedgerError> {
    if bytes.len() > LARGEST_LEDGER {
        return Err(LedgerError::TooLarge);
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(LedgerError::Shape)?;
    if wire.version != VERSION {
        return Err(LedgerError::Version {
            found: wire.version,
        });
    }
    if wire.files.len() > MOST_FILES {
        return Err(LedgerError::TooMany { what: "files" });
    }
    wire.files.iter().try_for_each(check)?;
    let mut ledger = Ledger {
        package: wire.package,
        listed: wire.listed,
        files: wire.files,
    };
    ledger.sort();
    Ok(ledger)
}

fn check(file: &LedgerFile) -> Result<(), LedgerError> {
    if file.sightings.len() > MOST_SIGHTINGS {
        return Err(LedgerError::TooMany { what: "sightings" });
    }
    for attestation in file.sightings.iter().flat_map(Sighting::attestations) {
        if attestation.steps.len() > MOST_PARTS || attestation.times.len() > MOST_PARTS {
            return Err(LedgerError::TooMany { what: "steps" });
        }
        if attestation.is_verified && !attestation.holds() {
            let file = file.name.chars().take(120).collect();
            return Err(LedgerError::Contradiction { file });
        }
    }
    let mut sightings = file.sightings.iter();
    if sightings.any(|it| it.attestations().len() > MOST_PARTS) {
        return Err(LedgerError::TooMany {
            what: "attestations",
        });
    }
    Ok(())
}

impl Ledger {
    /// The ledger as a file holds it.
    pub fn to_text(&self) -> String {
        let wire = Wire {
            version: VERSION,
            package: self.package.clone(),
            listed: self.listed,
            files: self.files.clone(),
        };
        // Texts, lists and numbers can always be written.
        let text = serde_json::to_string(&wire).unwrap_or_default();
        // A line a file: small beside indented, and a difference is one of lines.
        text.replace("{\"name\":", "\n{\"name\":") + "\n"
    }

    /// The file of a name and digest.
    pub fn file(&self, name: &str, sha256: Option<Digest>) -> Option<&LedgerFile> {
        let mut named = self.named(name).iter();
        named.find(|it| it.sha256 == sha256)
    }

    /// The files of a name, whatever their bytes.
    pub fn named(&self, name: &str) -> &[LedgerFile] {
        let from = self.files.partition_point(|it| it.name.as_str() < name);
        let rest = self.files.get(from..).unwrap_or_default();
        let count = rest.partition_point(|it| it.name == name);
        rest.get(..count).unwrap_or_default()
    }

    /// The file of a name and digest, new where it is not there; nothing where there is no room for more.
    pub fn entry(&mut self, new: LedgerFile) -> Option<&mut LedgerFile> {
        let key = |it: &LedgerFile| (it.name.clone(), it.sha256);
        let wanted = key(&new);
        let place = self.files.binary_search_by(|it| key(it).cmp(&wanted));
        let place = match place {
            Ok(place) => place,
            Err(_) if self.files.len() >= MOST_FILES => return None,
            Err(place) => {
                self.files.insert(place, new);
                place
            }
        };
        self.files.get_mut(place)
    }

    /// Whether a file was there when an index listed the package last, or nobody listed it.
    pub fn is_current(&self, file: &LedgerFile) -> bool {
        self.listed.is_none_or(|listed| file.listed >= listed)
    }

    fn sort(&mut self) {
        self.files
            .sort_by(|a, b| (&a.name, a.sha256).cmp(&(&b.name, b.sha256)));
        self.files
            .dedup_by(|a, b| a.name == b.name && a.sha256 == b.sha256);
    }
}

impl LedgerFile {
    /// Whether it is a wheel.
    pub fn is_wheel(&self) -> bool {
        crate::file_name::is_wheel(&self.name)
    }

    /// What a place said last.
    pub fn last_of(&self, place: &str) -> Option<&Sighting> {
        self.sightings.iter().rfind(|it| it.place == place)
    }

    /// Takes note of what a place says now. What it said before and says again is one sighting that lasts; what is new stands
    /// behind it.
    pub fn see(&mut self, place: &str, seen: Seen, now: Timestamp) {
        let mut own = self.sightings.iter_mut();
        if let Some(last) = own.rfind(|it| it.place == place)
            && last.seen == seen
        {
            last.last = last.last.max(now);
            return;
        }
        if self.sightings.len() >= MOST_SIGHTINGS {
            // Not the first, which tells since when.
            self.sightings.remove(1);
        }
        self.sightings.push(Sighting {
            place: place.to_owned(),
            first: now,
            last: now,
            seen,
        });
    }

    /// Takes note that a place says now what it said last.
    pub fn see_again(&mut self, place: &str, now: Timestamp) {
        let mut own = self.sightings.iter_mut();
        if let Some(last) = own.rfind(|it| it.place == place) {
            last.last = last.last.max(now);
        }
    }
}

impl Sighting {
    /// The attestations that were seen.
    pub fn attestations(&self) -> &[RecordedAttestation] {
        match &self.seen {
            Seen::Served { attestations, .. } => attestations,
            Seen::NotServed | Seen::None => &[],
        }
    }
}

impl RecordedAttestation {
    /// Whether no step failed and none was left out.
    fn holds(&self) -> bool {
        let is_fine = |it: &RecordedStep| matches!(it.outcome.as_str(), "done" | "not-applicable");
        !self.steps.is_empty() && self.steps.iter().all(is_fine) && self.signer.is_some()
    }
}

#[cfg(test)]
mod tests;
