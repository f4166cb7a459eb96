//! The official JSON schemas: which there are, which a file is, and what a document does that its schema forbids.
//!
//! The schemas are no part of this program (`docs/decisions/0040-schemas-of-bills.md`): the caller passes those that its
//! user brought. References lead from one of them to another and never to a network or a disk.

mod errors;

use std::collections::BTreeMap;

use jsonschema::{Registry, Validator};
use serde_json::Value;
use thiserror::Error;

pub use self::errors::{MOST_ERRORS, SchemaError};
use crate::{
    document::{Document, Format},
    json::{Json, Validated},
};

/// The largest file that is taken for a schema. That of `CycloneDX` 1.7 has 320 kB.
pub const LARGEST: usize = 4 << 20;

/// Which schema a file is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaName {
    /// A version of a format.
    Of(Format, String),
    /// What schemas of `CycloneDX` refer to: `spdx`, `jsf-0.82`, `cryptography-defs`.
    Part(String),
}

impl SchemaName {
    /// The name under which it is kept: `cyclonedx-1.7`, `spdx-2.3`.
    pub fn id(&self) -> String {
        match self {
            Self::Of(format, version) => {
                format!("{}-{version}", format.title().to_ascii_lowercase())
            }
            Self::Part(name) => format!("cyclonedx-part-{name}"),
        }
    }
}

/// Which schema a file of JSON is; `None` for everything else. Of the lax and the strict ones of `CycloneDX` 1.2 and 1.3 the
/// strict ones are taken: they forbid what the specification does not name.
pub fn recognise(bytes: &[u8]) -> Option<SchemaName> {
    let json: Value =
        serde_json::from_slice(bytes.get(..).filter(|it| it.len() <= LARGEST)?).ok()?;
    json.get("$schema")?.as_str()?;
    if let Some(id) = json.get("$id").and_then(Value::as_str) {
        if let Some(rest) = id.strip_prefix("http://cyclonedx.org/schema/") {
            return of_cyclonedx(rest.strip_suffix(".schema.json")?, &json);
        }
        if id.starts_with("http://spdx.org/rdf/terms") {
            let title = json.get("title")?.as_str()?;
            let version = title.strip_prefix("SPDX ")?;
            return is_version(version).then(|| SchemaName::Of(Format::Spdx2, version.to_owned()));
        }
    }
    let context = json.pointer("/properties/@context/const")?.as_str()?;
    let version = context
        .strip_prefix("https://spdx.org/rdf/")?
        .strip_suffix("/spdx-context.jsonld")?;
    is_version(version).then(|| SchemaName::Of(Format::Spdx3, version.to_owned()))
}

fn of_cyclonedx(name: &str, json: &Value) -> Option<SchemaName> {
    let Some(version) = name.strip_prefix("bom-") else {
        let known = ["spdx", "jsf-0.82", "cryptography-defs"];
        return known
            .contains(&name)
            .then(|| SchemaName::Part(name.to_owned()));
    };
    // `1.2b` is the second edition of the schema of 1.2.
    let version = version.trim_end_matches(|it: char| it.is_ascii_lowercase());
    let is_strict = json.get("additionalProperties") == Some(&Value::Bool(false));
    (is_strict && is_version(version))
        .then(|| SchemaName::Of(Format::CycloneDx, version.to_owned()))
}

fn is_version(text: &str) -> bool {
    let is_part =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit());
    (2..=3).contains(&text.split('.').count()) && text.split('.').all(is_part)
}

/// The schemas at hand.
#[derive(Debug, Default)]
pub struct Shelf {
    schemas: BTreeMap<SchemaName, Value>,
}

/// Why there is no answer whether a document is valid.
#[derive(Debug, Error)]
pub enum ShelfError {
    /// There is no such schema.
    #[error("no schema of {} {version} is at hand", format.title())]
    Missing {
        /// The format of the document.
        format: Format,
        /// Its version.
        version: String,
    },
    /// The schema, or one that it refers to, cannot be used.
    #[error("the schema of {} {version} cannot be used: {message}", format.title())]
    Unusable {
        /// The format of the document.
        format: Format,
        /// Its version.
        version: String,
        /// Why.
        message: String,
    },
}

impl Shelf {
    /// Puts a file on the shelf, if it is a schema.
    pub fn add(&mut self, bytes: &[u8]) -> Option<SchemaName> {
        let name = recognise(bytes)?;
        let json = serde_json::from_slice(bytes).ok()?;
        self.schemas.insert(name.clone(), json);
        Some(name)
    }

    /// What is on it.
    pub fn names(&self) -> impl Iterator<Item = &SchemaName> {
        self.schemas.keys()
    }

    /// What a document does that its schema forbids: nothing, where it is valid.
    pub fn errors(&self, document: &Document<Json<'_>>) -> Result<Vec<SchemaError>, ShelfError> {
        let Document {
            format,
            version,
            json,
        } = document;
        let unusable = |message: String| ShelfError::Unusable {
            format: *format,
            version: version.clone(),
            message,
        };
        let name = SchemaName::Of(*format, version.clone());
        let schema = self.schemas.get(&name).ok_or_else(|| ShelfError::Missing {
            format: *format,
            version: version.clone(),
        })?;
        let mut registry = Registry::new();
        for (uri, part) in self.parts() {
            registry = registry
                .add(uri, part)
                .map_err(|error| unusable(error.to_string()))?;
        }
        let registry = registry
            .prepare()
            .map_err(|error| unusable(error.to_string()))?;
        let validator: Validator<Validated> = jsonschema::options_for::<Validated>()
            .with_registry(&registry)
            .should_validate_formats(true)
            .build(schema)
            .map_err(|error| unusable(error.to_string()))?;
        Ok(errors::of(&validator, json))
    }

    /// What schemas of `CycloneDX` refer to, under each of the names by which they do. Packages that carry them write
    /// `.SNAPSHOT` into the names of the files.
    fn parts(&self) -> impl Iterator<Item = (String, &Value)> {
        let parts = self.schemas.iter().filter_map(|(name, json)| match name {
            SchemaName::Part(part) => Some((part, json)),
            SchemaName::Of(..) => None,
        });
        parts.flat_map(|(part, json)| {
            ["", ".SNAPSHOT"].map(|word| {
                let uri = format!("http://cyclonedx.org/schema/{part}{word}.schema.json");
                (uri, json)
            })
        })
    }
}

#[cfg(test)]
mod tests;
