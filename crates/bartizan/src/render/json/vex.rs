//! What VEX documents say, as JSON.

use bartizan_model::vex::{VexIdentifier, VexJustification, VexStatement, VexVerdict};
use serde::Serialize;

use crate::report::VexFacts;

/// The documents, and what of them speaks of nothing.
#[derive(Serialize)]
pub(super) struct VexJson<'a> {
    documents: Vec<DocumentJson<'a>>,
    unused: Vec<UnusedJson<'a>>,
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    path: &'a str,
    id: Option<&'a str>,
    author: Option<&'a str>,
    stated: Option<String>,
    statements: usize,
}

#[derive(Serialize)]
struct UnusedJson<'a> {
    ids: &'a [String],
    status: &'a str,
    products: Vec<String>,
    document: &'a str,
}

/// What the statements about one finding say together.
#[derive(Serialize)]
pub(super) struct VerdictJson<'a> {
    status: &'a str,
    disputed: bool,
    statements: Vec<StatementJson<'a>>,
}

#[derive(Serialize)]
struct StatementJson<'a> {
    status: &'a str,
    justification: Option<&'a str>,
    note: Option<&'a str>,
    stated: Option<String>,
    author: Option<&'a str>,
    document: &'a str,
}

impl<'a> VexJson<'a> {
    pub(super) fn of(facts: &'a VexFacts) -> Self {
        let documents = facts
            .documents
            .iter()
            .map(|(document, statements)| DocumentJson {
                path: &document.path,
                id: document.id.as_deref(),
                author: document.author.as_deref(),
                stated: document.stated.map(|time| time.to_string()),
                statements: *statements,
            });
        let unused = facts.unused.iter().map(|statement| UnusedJson {
            ids: &statement.ids,
            status: statement.status.as_str(),
            products: statement
                .products
                .iter()
                .map(|product| name(&product.product))
                .collect(),
            document: &statement.document.path,
        });
        Self {
            documents: documents.collect(),
            unused: unused.collect(),
        }
    }
}

impl<'a> VerdictJson<'a> {
    pub(super) fn of(verdict: &'a VexVerdict) -> Self {
        Self {
            status: verdict.status.as_str(),
            disputed: verdict.is_disputed,
            statements: verdict.statements.iter().map(StatementJson::of).collect(),
        }
    }
}

impl<'a> StatementJson<'a> {
    fn of(statement: &'a VexStatement) -> Self {
        Self {
            status: statement.status.as_str(),
            justification: statement.justification.map(VexJustification::as_str),
            note: statement.note.as_deref(),
            stated: statement.stated.map(|time| time.to_string()),
            author: statement.document.author.as_deref(),
            document: &statement.document.path,
        }
    }
}

fn name(identifier: &VexIdentifier) -> String {
    match identifier {
        VexIdentifier::Purl(purl) => purl.to_string(),
        VexIdentifier::Text(text) => text.clone(),
    }
}
