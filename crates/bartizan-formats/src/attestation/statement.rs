//! in-toto statements ([in-toto/attestation](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md)): what is
//! claimed, of which files.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess},
};
use serde_json::value::RawValue;
use thiserror::Error;

use super::cut;

/// The most subjects of a statement. A release of many wheels has some hundred.
const MOST_SUBJECTS: usize = 20_000;

/// The most digests of one subject.
const MOST_DIGESTS: usize = 32;

/// What a statement claims, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its version.
    pub version: StatementVersion,
    /// Of what it is claimed.
    pub subjects: Vec<Subject>,
    /// What kind of claim it is.
    pub predicate_type: String,
    /// The claim, as JSON.
    pub predicate: String,
}

/// The version of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementVersion {
    /// `https://in-toto.io/Statement/v0.1`.
    V01,
    /// `https://in-toto.io/Statement/v1`.
    V1,
}

/// A file that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its digests, each under the name of an algorithm, as the statement writes them.
    pub digests: Vec<(String, String)>,
}

/// Why a payload is no statement that is understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementError {
    /// It is no JSON, or not of the shape of a statement.
    #[error("the payload is no statement: {why}")]
    Shape {
        /// What is wrong, and where.
        why: String,
    },
    /// Its type is not known.
    #[error("statements of the type `{found}` are not known")]
    UnknownType {
        /// The type, shortened.
        found: String,
    },
    /// It is about nothing, or about too much.
    #[error("the statement has {count} subjects")]
    Subjects {
        /// How many.
        count: usize,
    },
}

impl StatementError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "not-a-statement",
            Self::UnknownType { .. } => "unknown-statement-type",
            Self::Subjects { .. } => "subject-count",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    #[serde(rename = "_type")]
    type_: String,
    subject: Vec<WireSubject>,
    predicate_type: String,
    #[serde(default, borrow)]
    predicate: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireSubject {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    digest: Digests,
}

/// Digests by algorithm. One that stands twice is refused.
#[derive(Default)]
struct Digests(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Digests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Digests;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("digests by algorithm")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Digests, A::Error> {
                let mut digests: Vec<(String, String)> = Vec::new();
                while let Some((algorithm, digest)) = map.next_entry::<String, String>()? {
                    if digests.iter().any(|(known, _)| *known == algorithm) {
                        return Err(de::Error::custom("a digest stands twice"));
                    }
                    if digests.len() >= MOST_DIGESTS {
                        return Err(de::Error::custom("too many digests"));
                    }
                    digests.push((algorithm, digest));
                }
                Ok(Digests(digests))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// Reads the payload of an envelope.
pub fn statement(payload: &[u8]) -> Result<Statement, StatementError> {
    let wire: Wire<'_> =
        serde_json::from_slice(payload).map_err(|error| StatementError::Shape {
            why: cut(&error.to_string()),
        })?;
    let version = match wire.type_.as_str() {
        "https://in-toto.io/Statement/v1" => StatementVersion::V1,
        "https://in-toto.io/Statement/v0.1" => StatementVersion::V01,
        other => {
            return Err(StatementError::UnknownType { found: cut(other) });
        }
    };
    if wire.subject.is_empty() || wire.subject.len() > MOST_SUBJECTS {
        return Err(StatementError::Subjects {
            count: wire.subject.len(),
        });
    }
    let subjects = wire.subject.into_iter().map(|subject| Subject {
        name: subject.name.unwrap_or_default(),
        digests: subject.digest.0,
    });
    Ok(Statement {
        version,
        subjects: subjects.collect(),
        predicate_type: wire.predicate_type,
        predicate: wire.predicate.map_or("null", RawValue::get).to_owned(),
    })
}

impl Subject {
    /// The digest under the name of an algorithm.
    pub fn digest(&self, algorithm: &str) -> Option<&str> {
        let mut digests = self.digests.iter();
        digests
            .find(|(known, _)| known == algorithm)
            .map(|(_, digest)| digest.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(payload: &str) -> String {
        match statement(payload.as_bytes()) {
            Err(error) => format!("{}: {error}", error.code()),
            Ok(it) => {
                let subjects: Vec<String> = it
                    .subjects
                    .iter()
                    .map(|subject| format!("{} {:?}", subject.name, subject.digests))
                    .collect();
                format!(
                    "{:?} {} {} {}",
                    it.version,
                    subjects.join(", "),
                    it.predicate_type,
                    it.predicate
                )
            }
        }
    }

    #[test]
    fn a_statement_is_read() {
        insta::assert_snapshot!(check(r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "a", "digest": {"sha256": "00", "sha512": "1"}}], "predicateType": "p", "predicate": {"x": [1]}}"#), @r#"V1 a [("sha256", "00"), ("sha512", "1")] p {"x": [1]}"#);
        insta::assert_snapshot!(check(r#"{"_type": "https://in-toto.io/Statement/v0.1", "subject": [{}], "predicateType": "p"}"#), @"V01  [] p null");
    }

    #[test]
    fn what_two_readers_would_see_differently_is_refused() {
        insta::assert_snapshot!(check(r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": "0", "sha256": "1"}}], "predicateType": "p"}"#), @"not-a-statement: the payload is no statement: a digest stands twice at line 1 column 98");
        insta::assert_snapshot!(check(r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [{}], "subject": [{}], "predicateType": "p"}"#), @"not-a-statement: the payload is no statement: duplicate field `subject` at line 1 column 71");
        insta::assert_snapshot!(check(r#"{"_type": "https://in-toto.io/Statement/v2", "subject": [{}], "predicateType": "p"}"#), @"unknown-statement-type: statements of the type `https://in-toto.io/Statement/v2` are not known");
        insta::assert_snapshot!(check(r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "p"}"#), @"subject-count: the statement has 0 subjects");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\":a-z0-9,_]{0,60}") {
            let _ = statement(text.as_bytes());
        }
    }
}
