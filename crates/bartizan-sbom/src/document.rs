//! A bill of materials as it was written, and what format it says it is.
//!
//! Only JSON is read. XML, tag-value and RDF are told by name, so that nobody takes "not read" for "not valid"; entities
//! and external files of XML can therefore do nothing here.

use serde_json::Value;
use thiserror::Error;

use crate::json::Json;

/// The largest document that is read. A bill of an image that lists every file has some ten megabytes.
pub const LARGEST: usize = 160 << 20;

/// The most values of a document, names of fields counted too. A bill of a hundred megabytes has some ten millions; each takes
/// twenty-four bytes of memory, so that a file of empty lists must not have as many as it has bytes.
pub const MOST_VALUES: usize = 11_000_000;

/// The most objects of a document. Of a hundred megabytes of small ones there are some two millions.
pub const MOST_OBJECTS: usize = 2_000_000;

/// The most values of a document that is changed. There each takes some hundred bytes, and each object some seven hundred.
pub const MOST_CHANGED_VALUES: usize = 2_000_000;

/// A family of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// [`CycloneDX`](https://cyclonedx.org/specification/overview/).
    CycloneDx,
    /// [SPDX 2](https://spdx.github.io/spdx-spec/v2.3/).
    Spdx2,
    /// [SPDX 3](https://spdx.github.io/spdx-spec/v3.0.1/).
    Spdx3,
}

impl Format {
    /// The name that people use.
    pub fn title(self) -> &'static str {
        match self {
            Self::CycloneDx => "CycloneDX",
            Self::Spdx2 | Self::Spdx3 => "SPDX",
        }
    }
}

/// A document of a format: as it was written, or as a value that can be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Document<J> {
    /// The format.
    pub format: Format,
    /// Its version, as the document states it: `1.7`, `2.3`, `3.0.1`.
    pub version: String,
    /// The document.
    pub json: J,
}

/// Why a file is not taken for a bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// It is larger than what is read.
    #[error("larger than {LARGEST} bytes")]
    TooLarge,
    /// It has more values than are read.
    #[error("more than {limit} {what}")]
    TooMany {
        /// The limit.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// It is no JSON, or nested deeper than 128 values.
    #[error("not valid JSON: {message}")]
    Syntax {
        /// What is wrong, and where.
        message: String,
    },
    /// It is another notation of a format that is read as JSON.
    #[error("{notation} is not read, only JSON")]
    Notation {
        /// `CycloneDX in XML`.
        notation: &'static str,
    },
    /// It is JSON, and says of no known format that it is of it.
    #[error("neither CycloneDX nor SPDX: it has no `bomFormat`, `spdxVersion` or `@context`")]
    Unknown,
    /// It states no version of its format.
    #[error("states no version of {format}")]
    NoVersion {
        /// The format.
        format: &'static str,
    },
}

impl DocumentError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Notation { .. } => {
                Some("convert it to JSON; every version from CycloneDX 1.2 and SPDX 2.2 on has it")
            }
            Self::TooLarge | Self::TooMany { .. } => Some("split it: a bill may refer to others"),
            _ => None,
        }
    }

    /// Whether it says that nothing can be said, rather than that the document is wrong.
    pub fn is_unread(&self) -> bool {
        matches!(
            self,
            Self::TooLarge | Self::TooMany { .. } | Self::Notation { .. }
        )
    }
}

/// Reads a document. Its texts stay where they are.
pub fn read(bytes: &[u8]) -> Result<Document<Json<'_>>, DocumentError> {
    let bytes = checked(bytes, MOST_VALUES)?;
    let json: Json<'_> = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    let (format, version) = identify(&json)?;
    Ok(Document {
        format,
        version,
        json,
    })
}

/// Reads a document that is to be changed.
pub fn read_changeable(bytes: &[u8]) -> Result<Document<Value>, DocumentError> {
    let Document {
        format, version, ..
    } = read(bytes)?;
    let bytes = checked(bytes, MOST_CHANGED_VALUES)?;
    let json = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    Ok(Document {
        format,
        version,
        json,
    })
}

fn syntax(error: &serde_json::Error) -> DocumentError {
    DocumentError::Syntax {
        message: error.to_string(),
    }
}

/// The text of a document that keeps its bounds, without a byte order mark.
fn checked(bytes: &[u8], most_values: usize) -> Result<&[u8], DocumentError> {
    if bytes.len() > LARGEST {
        return Err(DocumentError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(notation) = other_notation(bytes) {
        return Err(DocumentError::Notation { notation });
    }
    let (values, objects) = count(bytes);
    for (count, limit, what) in [
        (values, most_values, "values"),
        (objects, MOST_OBJECTS, "objects"),
    ] {
        if count > limit {
            return Err(DocumentError::TooMany { limit, what });
        }
    }
    Ok(bytes)
}

/// How many values and names, and how many objects, a text of JSON has at most: each value but the first follows a comma, a colon
/// or a bracket.
fn count(bytes: &[u8]) -> (usize, usize) {
    let (mut values, mut objects, mut is_text, mut is_escaped) = (1, 0, false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b',' | b':' | b'[' if !is_text => values += 1,
            b'{' if !is_text => objects += 1,
            _ => {}
        }
    }
    (values, objects)
}

/// What the beginning of a file shows where it is no JSON.
fn other_notation(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start();
    if text.starts_with("SPDXVersion:") {
        return Some("SPDX as tag-value");
    }
    if !text.starts_with('<') {
        return None;
    }
    Some(if text.contains("cyclonedx.org") {
        "CycloneDX in XML"
    } else if text.contains("spdx.org") {
        "SPDX in XML or RDF"
    } else {
        "XML"
    })
}

fn identify(json: &Json<'_>) -> Result<(Format, String), DocumentError> {
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let stated = |format: Format, version: Option<&str>| {
        let version = version.filter(|it| !it.is_empty());
        let version = version.ok_or(DocumentError::NoVersion {
            format: format.title(),
        })?;
        Ok((format, version.chars().take(40).collect()))
    };
    if json.get("spdxVersion").is_some() {
        let version = text("spdxVersion").map(|it| it.strip_prefix("SPDX-").unwrap_or(it));
        return stated(Format::Spdx2, version);
    }
    if json.get("bomFormat").is_some() || json.get("specVersion").is_some() {
        return stated(Format::CycloneDx, text("specVersion"));
    }
    let context = json.get("@context").and_then(context_of_spdx);
    match context {
        Some(context) => stated(Format::Spdx3, version_in(context)),
        None => Err(DocumentError::Unknown),
    }
}

/// The context of SPDX among the contexts of a document.
fn context_of_spdx<'a>(context: &'a Json<'_>) -> Option<&'a str> {
    let is_spdx = |text: &&str| text.contains("spdx.org/rdf/");
    match context {
        Json::Text(text) => Some(text.as_ref()).filter(is_spdx),
        Json::List(all) => all.iter().filter_map(Json::as_str).find(is_spdx),
        _ => None,
    }
}

/// `https://spdx.org/rdf/3.0.1/spdx-context.jsonld` → `3.0.1`.
fn version_in(context: &str) -> Option<&str> {
    context.split("spdx.org/rdf/").nth(1)?.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> String {
        match read(bytes) {
            Ok(it) => format!("{} {}", it.format.title(), it.version),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn documents_say_what_they_are() {
        let shown: Vec<String> = [
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.7"}"#,
            r#"{"bomFormat": "Other", "specVersion": "1.2"}"#,
            r#"{"bomFormat": "CycloneDX"}"#,
            r#"{"spdxVersion": "SPDX-2.3"}"#,
            r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}"#,
            r#"{"@context": ["https://x.example", "https://spdx.org/rdf/3.0.0/c"]}"#,
            "{}",
            "[",
            r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>"#,
            "SPDXVersion: SPDX-2.3",
        ]
        .iter()
        .map(|it| check(it.as_bytes()))
        .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        CycloneDX 1.7
        CycloneDX 1.2
        ! states no version of CycloneDX
        SPDX 2.3
        SPDX 3.0.1
        SPDX 3.0.0
        ! neither CycloneDX nor SPDX: it has no `bomFormat`, `spdxVersion` or `@context`
        ! not valid JSON: EOF while parsing a list at line 1 column 1
        ! CycloneDX in XML is not read, only JSON
        ! SPDX as tag-value is not read, only JSON
        ");
    }

    #[test]
    fn values_are_counted_before_any_is_built() {
        assert_eq!(count(br#"[1, "a,b:[{\\\",", {"c": []}]"#), (6, 1));
        assert_eq!(
            check("[],".repeat(MOST_VALUES).as_bytes()),
            "! more than 11000000 values"
        );
        assert_eq!(
            check("{},".repeat(MOST_OBJECTS + 1).as_bytes()),
            "! more than 2000000 objects"
        );
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep = "[".repeat(1_000_000);
        assert!(check(deep.as_bytes()).starts_with("! not valid JSON: recursion limit"));
    }
}
