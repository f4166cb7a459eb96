//! What a validator says, short enough to be shown.

use jsonschema::Validator;

use crate::json::{Json, Validated};

/// The most errors of one document that are told; a document of another version has thousands.
pub const MOST_ERRORS: usize = 100;

/// The most characters of a message: it may repeat the value that it is about.
const LONGEST_MESSAGE: usize = 240;

/// Something that a document does and its schema forbids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaError {
    /// Where in the document, as a JSON pointer; empty for the whole.
    pub place: String,
    /// What.
    pub message: String,
}

/// The errors of a document, the first [`MOST_ERRORS`] and one that says that there are more.
pub(super) fn of(validator: &Validator<Validated>, json: &Json<'_>) -> Vec<SchemaError> {
    let mut errors: Vec<SchemaError> = validator
        .iter_errors(json)
        .take(MOST_ERRORS + 1)
        .map(|error| SchemaError {
            place: error.instance_path().as_str().to_owned(),
            message: shortened(&error.to_string()),
        })
        .collect();
    let is_more = errors.len() > MOST_ERRORS;
    errors.truncate(MOST_ERRORS);
    errors.sort();
    errors.dedup();
    if is_more {
        errors.push(SchemaError {
            place: String::new(),
            message: "and more".to_owned(),
        });
    }
    errors
}

/// Both ends of a message: what is said of a value stands behind it.
fn shortened(message: &str) -> String {
    let count = message.chars().count();
    if count <= LONGEST_MESSAGE {
        return message.to_owned();
    }
    let half = LONGEST_MESSAGE / 2;
    let head: String = message.chars().take(half).collect();
    let tail: String = message.chars().skip(count - half).collect();
    format!("{head} … {tail}")
}
