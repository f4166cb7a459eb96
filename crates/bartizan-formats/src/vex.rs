//! Statements about whether vulnerabilities concern products (VEX), in the formats that carry them.
//!
//! A statement may hide a finding, so nothing is read generously here: a product that cannot be named, a status that is
//! not known, or "not affected" without a reason is a problem and hides nothing.

mod csaf;
mod cyclonedx;
#[cfg(test)]
mod describe;
mod openvex;

use bartizan_model::{
    Timestamp,
    problem::Problem,
    vex::{VexDocument, VexProduct, VexStatement},
};
use serde_json::Value;

use crate::advisory::{
    AdvisoryError,
    field::{Object, Reader, is_word},
    json,
};

/// Every format, in the order in which they are asked whether they recognise a document.
pub static ALL: &[&dyn VexFormat] = &[&openvex::ITEM, &csaf::ITEM, &cyclonedx::ITEM];

/// The most statements about one product each that a document may hold; a vendor's whole catalogue has some ten thousand.
const MOST_STATEMENTS: usize = 200_000;

/// A format of VEX documents. All are JSON.
pub trait VexFormat: Sync {
    /// A stable word for the format (`openvex`).
    fn id(&self) -> &'static str;

    /// The format's name in words.
    fn title(&self) -> &'static str;

    /// Whether a document with these keys has this format.
    fn recognises(&self, document: &serde_json::Map<String, Value>) -> bool;

    /// Reads a document. `path` is what it and its problems are shown under.
    fn read(&self, path: &str, document: &serde_json::Map<String, Value>) -> VexReading;
}

/// What a document states, and what of it could not be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VexReading {
    /// The document itself; `None` where nothing of it could be read.
    pub document: Option<VexDocument>,
    /// The statements, in the order of the document.
    pub statements: Vec<VexStatement>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads a document of any format, which is seen from its content.
pub fn read(path: &str, bytes: &[u8]) -> Result<VexReading, AdvisoryError> {
    let value = json::parse(json::text(bytes)?)?;
    let document = value.as_object().ok_or(AdvisoryError::NotARecord {
        reason: "it is not an object",
    })?;
    let format = ALL.iter().find(|format| format.recognises(document));
    let format = format.ok_or(AdvisoryError::NotARecord {
        reason: "it is neither OpenVEX, CSAF nor CycloneDX",
    })?;
    Ok(format.read(path, document))
}

/// Statements that are gathered, with the problems met on the way.
struct Gathered<'a> {
    reader: Reader<'a>,
    statements: Vec<VexStatement>,
    products: usize,
}

impl<'a> Gathered<'a> {
    fn new(path: &'a str) -> Self {
        Self {
            reader: Reader::new(path),
            statements: Vec::new(),
            products: 0,
        }
    }

    /// Takes a statement, unless it is about nothing or clears a product without saying why.
    fn push(&mut self, statement: VexStatement) {
        use bartizan_model::vex::VexStatus::NotAffected;
        let id = statement.ids.first().cloned().unwrap_or_default();
        let has_reason = statement.justification.is_some() || statement.note.is_some();
        if statement.ids.is_empty() {
            self.reader.note("a statement names no vulnerability");
        } else if statement.products.is_empty() {
            self.reader
                .note(format_args!("the statement about `{id}` names no product"));
        } else if statement.status == NotAffected && !has_reason {
            self.reader.note(format_args!(
                "the statement about `{id}` says `not_affected` without a reason, so it hides nothing"
            ));
        } else if self.products.saturating_add(statement.products.len()) > MOST_STATEMENTS {
            self.reader.note(format_args!(
                "more than {MOST_STATEMENTS} statements: `{id}` is left out"
            ));
        } else {
            self.products = self.products.saturating_add(statement.products.len());
            self.statements.push(statement);
        }
    }

    fn into_reading(self, document: &VexDocument) -> VexReading {
        VexReading {
            document: Some(document.clone()),
            statements: self.statements,
            problems: self.reader.into_problems(),
        }
    }
}

/// A text that is printed and compared, wherever it stands.
fn word_at(object: &Object, path: &[&str]) -> Option<String> {
    let (last, parents) = path.split_last()?;
    let mut object = object;
    for key in parents {
        object = object.get(*key)?.as_object()?;
    }
    let text = object.get(*last)?.as_str()?.trim();
    is_word(text).then(|| text.to_owned())
}

/// A text of any length on one line, where it says anything.
fn prose(value: Option<&Value>) -> Option<String> {
    let text = crate::advisory::field::one_line(value?.as_str()?);
    (!text.is_empty()).then_some(text)
}

/// The later of two times.
fn later(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.max(b)
}

/// Products without repetition, sorted.
fn unrepeated(mut products: Vec<VexProduct>) -> Vec<VexProduct> {
    products.sort();
    products.dedup();
    products
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn other_documents_are_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"statements": 1, "@context": "x"}"#,
            r#"{"id": "X-1"}"#,
        ] {
            assert!(read("x", text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn ids_of_formats_are_unique() {
        let mut ids: Vec<&str> = ALL.iter().map(|format| format.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        assert!(ALL.iter().all(|format| !format.title().is_empty()));
    }

    proptest! {
        #[test]
        fn nothing_panics(value in crate::advisory::describe::json()) {
            for document in [
                json!({"@context": "openvex", "statements": [value.clone()]}),
                json!({"@context": "openvex", "statements": [{"vulnerability": value.clone(), "status": "fixed", "products": value.clone()}]}),
                json!({"bomFormat": "CycloneDX", "components": value.clone(), "vulnerabilities": value.clone()}),
                json!({"document": {"csaf_version": "2.0", "tracking": value.clone()}, "product_tree": value.clone(), "vulnerabilities": value.clone()}),
                json!({"document": {"csaf_version": "2.0"}, "product_tree": {"branches": value.clone()}, "vulnerabilities": [{"cve": "CVE-1-1", "product_status": value.clone(), "flags": value}]}),
            ] {
                let _ = read("x", document.to_string().as_bytes());
            }
        }
    }
}
