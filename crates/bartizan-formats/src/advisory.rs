//! Advisories in the formats that their publishers use, as the words of the model.
//!
//! A feed is a heap of files from many hands. Each format is one file below and one line in [`ALL`];
//! which format a file has is seen from its content, because names lie and mirrors rename. Everything
//! is bounded: a file in bytes and values, a text in depth, a report in the number of its problems.
//! One bad record costs one entry of [`Reading::problems`], never the feed.

mod cve5;
#[cfg(test)]
mod describe;
mod field;
mod json;
mod osv;
pub mod source;
mod yaml;

use bartizan_model::{
    advisory::{Advisory, Epss, KnownExploited},
    problem::Problem,
};
use thiserror::Error;

pub use json::MAX_BYTES;
pub use yaml::{YamlError, YamlFault};

/// Every format, in the order in which they are asked whether they recognise a file.
pub static ALL: &[&dyn AdvisoryFormat] = &[&cve5::ITEM, &osv::ITEM, &yaml::ITEM];

/// How many bytes from the start of a file suffice to recognise it. More do no harm.
pub const HEAD_BYTES: usize = 64 * 1024;

/// A format of advisories or of facts about them.
pub trait AdvisoryFormat: Sync {
    /// A stable word for the format (`osv`, `cve-json-5`).
    fn id(&self) -> &'static str;

    /// The format's name in words.
    fn title(&self) -> &'static str;

    /// Whether a file that starts with `head` has this format. `name` may break a tie, no more.
    fn recognises(&self, name: &str, head: &[u8]) -> bool;

    /// Reads a whole file. `name` is what problems are reported under.
    fn read(&self, name: &str, bytes: &[u8]) -> Result<Reading, AdvisoryError>;
}

/// One source's record: what Bartizan understands of it, and all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What Bartizan understands.
    pub advisory: Advisory,
    /// The record whole, as JSON without superfluous white space (a YAML record is converted).
    pub raw: String,
}

/// One thing that a file says.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// A vulnerability.
    Record(Box<Record>),
    /// How probable it is that a CVE is exploited.
    Epss {
        /// The CVE.
        cve: String,
        /// The probability.
        epss: Epss,
    },
    /// A CVE that is known to be exploited.
    KnownExploited(KnownExploited),
}

/// What a file says, and what of it could not be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// What could be read, in the order of the file.
    pub statements: Vec<Statement>,
    /// What could not.
    pub problems: Vec<Problem>,
}

/// Why nothing of a file could be read.
#[derive(Debug, Error)]
pub enum AdvisoryError {
    /// The file is larger than any record.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The file holds more values than any record.
    #[error("more than {limit} values")]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// The file is not text.
    #[error("not UTF-8 text")]
    NotText(#[from] std::str::Utf8Error),
    /// The file is not JSON.
    #[error("not valid JSON")]
    Json(#[from] serde_json::Error),
    /// The file is not YAML, or holds what is not accepted in it.
    #[error("not valid YAML")]
    Yaml(#[from] YamlError),
    /// The file is well-formed and something else.
    #[error("not a record: {reason}")]
    NotARecord {
        /// What every record is or has.
        reason: &'static str,
    },
    /// The id cannot be the id of an advisory.
    #[error("`{id}` cannot be the id of an advisory")]
    BadId {
        /// The id, shortened and escaped.
        id: String,
    },
    /// No format recognises the file.
    #[error("not in a format of advisories that is known here")]
    Unknown,
}

impl AdvisoryError {
    /// The refusal of an id, which is shortened and escaped before anybody sees it.
    fn bad_id(id: &str) -> Self {
        Self::BadId {
            id: id.chars().take(64).flat_map(char::escape_default).collect(),
        }
    }
}

/// The format of a file, seen from the start of its content.
pub fn recognise(name: &str, head: &[u8]) -> Option<&'static dyn AdvisoryFormat> {
    ALL.iter()
        .copied()
        .find(|format| format.recognises(name, head))
}

/// Reads a file of any format. What cannot be read at all is one problem, so a feed never fails.
pub fn read(name: &str, bytes: &[u8]) -> Reading {
    let result = match recognise(name, bytes) {
        Some(format) => format.read(name, bytes),
        None => Err(AdvisoryError::Unknown),
    };
    result.unwrap_or_else(|error| Reading {
        statements: Vec::new(),
        problems: vec![unread(name, &error)],
    })
}

/// The problem that stands for a file of which nothing could be read.
fn unread(name: &str, error: &AdvisoryError) -> Problem {
    let message = match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    Problem::new(name, message)
}
