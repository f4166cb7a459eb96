//! Evidence of where an artifact comes from, as files hold it: Sigstore bundles 0.1 to 0.3
//! ([protobuf-specs](https://github.com/sigstore/protobuf-specs)), attestations and provenance of package indexes
//! ([PEP 740](https://peps.python.org/pep-0740/)), answers of GitHub's attestation store, in-toto statements and what
//! SLSA says in them.
//!
//! Reading is not believing: nothing here checks a signature, and what is read is called [`UnverifiedBundle`]. Each way
//! in which a file can be wrong has a code of its own, because "not read" and "not valid" are different answers.

pub(crate) mod base64;
mod certificate;
mod evidence;
mod index_attestation;
mod sigstore_bundle;
mod slsa;
mod statement;

pub use base64::{decode as decode_base64, encode as encode_base64};
pub use certificate::is_self_issued;
pub use evidence::{Evidence, EvidenceItem, EvidenceKind, LARGEST_EVIDENCE, Publisher, read};
pub use slsa::{Build, build, target_channel};
pub use statement::{Statement, StatementError, StatementVersion, Subject, statement};

use bartizan_model::Timestamp;
use thiserror::Error;

/// The most certificates, log entries, timestamps or hashes of one bundle. Real ones have at most a chain of three, one
/// entry, one timestamp, and as many hashes as a log of 2^64 entries is deep.
pub const MOST_PARTS: usize = 64;

/// The endings of files of evidence beside an artifact, as publishers, downloaders and channels of conda
/// ([CEP 50](https://github.com/conda/ceps/blob/main/cep-0050.md), and its forerunner) write it.
pub const ENDINGS: [&str; 8] = [
    ".provenance",
    ".publish.attestation",
    ".slsa.attestation",
    ".attestation",
    ".sigstore.json",
    ".sigstore",
    ".sigs",
    ".v0.sigs",
];

/// The version of a Sigstore bundle, which says what must be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BundleVersion {
    /// 0.1: an inclusion promise, a chain of certificates.
    V01,
    /// 0.2: an inclusion proof, a chain of certificates.
    V02,
    /// 0.3: an inclusion proof, a single certificate.
    V03,
}

/// A signature with what came along to verify it. Nobody has verified it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedBundle {
    /// Its version.
    pub version: BundleVersion,
    /// Whose signature it is said to be.
    pub signer: SignerMaterial,
    /// Entries of transparency logs.
    pub entries: Vec<LogEntry>,
    /// Timestamps ([RFC 3161](https://www.rfc-editor.org/rfc/rfc3161)), as DER.
    pub timestamps: Vec<Vec<u8>>,
    /// What was signed.
    pub content: Content,
}

/// Whose signature it is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerMaterial {
    /// Certificates as DER, the signer's first; never empty.
    Certificates {
        /// The signer's.
        leaf: Vec<u8>,
        /// Those that are said to have issued it.
        rest: Vec<Vec<u8>>,
        /// Whether the bundle holds them as a chain, which 0.3 forbids.
        is_chain: bool,
    },
    /// A key that the reader must have by other ways.
    Key {
        /// What the signer calls it.
        hint: String,
    },
}

/// What was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The artifact itself.
    Message {
        /// The algorithm and the digest that the bundle states, unsigned.
        digest: Option<(String, Vec<u8>)>,
        /// The signature.
        signature: Vec<u8>,
    },
    /// A statement about it, in a DSSE envelope
    /// ([DSSE](https://github.com/secure-systems-lab/dsse/blob/master/envelope.md)).
    Envelope {
        /// The type of the payload.
        payload_type: String,
        /// The payload.
        payload: Vec<u8>,
        /// The only signature.
        signature: Vec<u8>,
        /// What the signer calls the key.
        key_id: String,
    },
}

/// An entry of a transparency log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Where it stands in the log.
    pub index: u64,
    /// Which log it is: the digest of its key.
    pub log: Vec<u8>,
    /// The kind of entry and its version: `hashedrekord`, `0.0.1`.
    pub kind: (String, String),
    /// When it was put into the log. A log of version 2 does not say.
    pub integrated: Option<Timestamp>,
    /// The log's signature over all of the above.
    pub promise: Option<Vec<u8>>,
    /// That it is in the log.
    pub proof: Option<InclusionProof>,
    /// What was put into the log.
    pub body: Vec<u8>,
}

/// That an entry is in a log ([RFC 6962](https://www.rfc-editor.org/rfc/rfc6962) section 2.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// Where the entry stands in the tree.
    pub index: u64,
    /// The root of the tree.
    pub root: Vec<u8>,
    /// How many entries the tree has.
    pub size: u64,
    /// From the entry up to the root.
    pub hashes: Vec<Vec<u8>>,
    /// The log's signed word on root and size; empty where there is none.
    pub checkpoint: String,
}

/// Why a bundle cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BundleError {
    /// It is no JSON, or not of the shape of a bundle.
    #[error("not a bundle: {why}")]
    Shape {
        /// What is wrong, and where.
        why: String,
    },
    /// Its version is not known.
    #[error("bundles of the version `{version}` are not known")]
    UnknownVersion {
        /// The version, shortened.
        version: String,
    },
    /// A field is not what it must be encoded as.
    #[error("`{field}` is not base64")]
    Base64 {
        /// Its name.
        field: &'static str,
    },
    /// A number that counts is negative, or is none.
    #[error("`{field}` is not a number from 0 up")]
    Number {
        /// Its name.
        field: &'static str,
    },
    /// A field that has one length has another.
    #[error("`{field}` is not {length} bytes long")]
    Length {
        /// Its name.
        field: &'static str,
        /// What it must have.
        length: usize,
    },
    /// There is no certificate where certificates must be.
    #[error("the chain of certificates is empty")]
    EmptyChain,
    /// An envelope has none, or several.
    #[error("the envelope has {count} signatures, not one")]
    Signatures {
        /// How many.
        count: usize,
    },
    /// Something must be there exactly once.
    #[error("there must be exactly one {what}")]
    NotOne {
        /// What.
        what: &'static str,
    },
    /// There are more parts than any bundle has.
    #[error("there are more than {MOST_PARTS} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
}

impl BundleError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "not-a-bundle",
            Self::UnknownVersion { .. } => "unknown-version",
            Self::Base64 { .. } => "bad-encoding",
            Self::Number { .. } => "bad-number",
            Self::Length { .. } => "bad-length",
            Self::EmptyChain => "empty-certificate-chain",
            Self::Signatures { .. } => "not-one-signature",
            Self::NotOne { .. } => "ambiguous-content",
            Self::TooMany { .. } => "too-many-parts",
        }
    }
}

/// A text of strangers, short enough to be shown.
fn cut(text: &str) -> String {
    text.chars()
        .take(120)
        .flat_map(char::escape_default)
        .collect()
}
