//! Advisories in the formats that their publishers use, as the words of the model.
//!
//! A feed is a heap of files from many hands. Each format is one file below and one line in [`ALL`];
//! which format a file has is seen from its content, because names lie and mirrors rename. Everything
//! is bounded: a file in bytes and values, a text in depth, a report in the number of its problems.
//! One bad record costs one entry of [`Reading::problems`], never the feed.

mod csaf;
mod cve5;
#[cfg(test)]
pub(crate) mod describe;
mod epss;
pub(crate) mod field;
pub(crate) mod json;
mod known_exploited;
pub mod osv;
pub mod source;
mod spans;
mod yaml;

use bartizan_model::{
    advisory::{Advisory, Epss, KnownExploited},
    problem::{Problem, chain},
};
use thiserror::Error;

pub use csaf::{CsafVersion, Publisher, to_csaf};
pub use json::MAX_BYTES;
pub use osv::to_osv;
pub use spans::fixed_spans;
pub use yaml::{YamlError, YamlFault};

/// Every format, in the order in which they are asked whether they recognise a file.
pub static ALL: &[&dyn AdvisoryFormat] = &[
    &cve5::ITEM,
    &csaf::ITEM,
    &known_exploited::ITEM,
    &osv::ITEM,
    &yaml::ITEM,
    &epss::ITEM,
];

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
    /// The error with its cause, for a problem, which is one text.
    pub fn in_full(&self) -> String {
        chain(self)
    }

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
        problems: vec![Problem::new(name, error.in_full())],
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(name: &str, bytes: &[u8]) -> String {
        let formats = ALL.iter().filter(|format| format.recognises(name, bytes));
        let ids: Vec<&str> = formats.map(|format| format.id()).collect();
        format!("{ids:?}\n{}", describe::describe(&read(name, bytes)))
    }

    #[test]
    fn a_file_has_the_format_that_its_content_has() {
        assert_snapshot!(check("cve.csv", br#"{"id": "X-1", "details": "d"}"#), @r#"
        ["osv"]
        X-1 of x
          details "d"
        "#);
        assert_snapshot!(check("x.json", b"id: X-1\ndetails: d\n"), @r#"
        ["osv-yaml"]
        X-1 of x
          details "d"
        "#);
        assert_snapshot!(check("x.yaml", br#"{"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-1-1"}}"#), @r#"
        ["cve-json-5"]
        CVE-1-1 of cve
        "#);
        assert_snapshot!(check("x", br#"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-1-1"}]}"#), @r#"
        ["kev-json"]
        exploited CVE-1-1 ""
        "#);
        assert_snapshot!(check("x", b"cve,epss,percentile\nCVE-1-1,1,1\n"), @r#"
        ["epss-csv"]
        epss CVE-1-1 1 1
        "#);
    }

    #[test]
    fn what_cannot_be_read_is_one_problem() {
        assert_snapshot!(check("README.md", b"# Title\n"), @"
        []
        problem README.md: not in a format of advisories that is known here
        ");
        assert_snapshot!(check("x", b"\xff\xfe\x00"), @"
        []
        problem x: not in a format of advisories that is known here
        ");
        assert_snapshot!(check("x", b""), @"
        []
        problem x: not in a format of advisories that is known here
        ");
        assert_snapshot!(check("x", br#"{"id": "X-1", "details": "d""#), @r#"
        ["osv"]
        problem x: not valid JSON: EOF while parsing an object at line 1 column 28
        "#);
        assert_snapshot!(check("x", b"id: X-1\ndetails: [\n"), @r#"
        ["osv-yaml"]
        problem x: not valid YAML: line 3: while parsing a node, did not find expected node content
        "#);
        assert_snapshot!(check("x", b"{\"id\": \"X-1\", \"details\": \"\xff\"}"), @r#"
        ["osv"]
        problem x: not UTF-8 text: invalid utf-8 sequence of 1 bytes from index 26
        "#);
    }

    #[test]
    fn ids_of_formats_are_unique() {
        let mut ids: Vec<&str> = ALL.iter().map(|format| format.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        assert!(ALL.iter().all(|format| !format.title().is_empty()));
    }

    /// A database stores the record's text and reads it again.
    fn assert_is_read_again(reading: &Reading) {
        for statement in &reading.statements {
            if let Statement::Record(record) = statement {
                let again = read("x", record.raw.as_bytes());
                assert_eq!(
                    again.statements,
                    std::slice::from_ref(statement),
                    "{}",
                    record.raw
                );
            }
        }
    }

    proptest! {
        #[test]
        fn the_text_of_a_record_gives_the_record(value in describe::json(), key in 0..2_usize) {
            let key = ["affected", "severity"][key];
            let osv = json!({"id": "X-1", "details": "d", key: value}).to_string();
            assert_is_read_again(&read("x", osv.as_bytes()));
            assert_is_read_again(&read("x", format!("[{osv}]").as_bytes()));
            assert_is_read_again(&read("x", format!("id: X-1\ndetails: d\n{key}: {value}\n").as_bytes()));
            let cve = json!({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-1-1"},
                "containers": {"cna": {"affected": value.clone(), "metrics": [value]}}});
            assert_is_read_again(&read("x", cve.to_string().as_bytes()));
        }
    }
}
