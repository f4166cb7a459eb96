//! Licence and supplier of a library as the table writes them.

use serde::Deserialize;

use super::{super::Terms, KnowledgeError, Library, value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermsEntry {
    licence: String,
    supplier: String,
    at: String,
    since: Option<String>,
}

impl TermsEntry {
    pub(super) fn read(self) -> Terms {
        Terms {
            licence: self.licence,
            supplier: self.supplier,
            read_at: self.at,
            since: self.since,
        }
    }
}

/// What is said of a library was read somewhere.
pub(super) fn check(library: &Library) -> Result<(), KnowledgeError> {
    let Some(terms) = &library.terms else {
        return Ok(());
    };
    for (what, text) in [
        ("a licence that says nothing:", &terms.licence),
        ("a supplier that says nothing:", &terms.supplier),
    ] {
        if text.trim().is_empty() {
            return Err(value(&library.key, what, text));
        }
    }
    if !terms.read_at.starts_with("https://") {
        let what = "no place where its terms can be read:";
        return Err(value(&library.key, what, &terms.read_at));
    }
    Ok(())
}
