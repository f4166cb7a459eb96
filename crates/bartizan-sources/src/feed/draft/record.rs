//! The text of a new record: fields in the order in which the schema tells of them.

use bartizan_model::{Timestamp, ecosystem::Package, purl::Purl};
use serde::Serialize;
use serde_json::{Map, Value};

use super::DraftRequest;

/// The version of the schema that records are written in.
const SCHEMA: &str = "1.7.0";

/// A record while it is put together.
#[derive(Serialize)]
pub(super) struct Record {
    schema_version: &'static str,
    id: String,
    modified: String,
    published: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    summary: String,
    details: String,
    affected: Vec<Affected>,
    references: Vec<Reference>,
}

#[derive(Serialize)]
struct Affected {
    package: Named,
    ranges: Vec<Range>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<String>,
}

#[derive(Serialize)]
struct Named {
    ecosystem: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
}

#[derive(Serialize)]
struct Range {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    repo: Option<String>,
    events: Vec<Map<String, Value>>,
}

#[derive(Serialize)]
struct Reference {
    r#type: &'static str,
    url: String,
}

/// An event: its kind and version or commit.
pub(super) type Event = (&'static str, String);

impl Record {
    pub(super) fn new(request: &DraftRequest, package: &Package) -> Self {
        let time = seconds(request.now);
        let purl = Purl::of_package(package, None);
        let is_known = purl.package().is_some_and(|(known, _)| known == *package);
        Self {
            schema_version: SCHEMA,
            id: String::new(),
            modified: time.clone(),
            published: time,
            aliases: request.aliases.clone(),
            summary: request.summary.clone(),
            details: String::new(),
            affected: vec![Affected {
                package: Named {
                    ecosystem: package.ecosystem().to_string(),
                    name: package.name().to_owned(),
                    purl: is_known.then(|| purl.to_string()),
                },
                ranges: Vec::new(),
                versions: Vec::new(),
            }],
            references: Vec::new(),
        }
    }

    /// Adds a range of versions.
    pub(super) fn range(&mut self, introduced: Option<&str>, fixed: Option<&str>) {
        let introduced = ("introduced", introduced.unwrap_or("0").to_owned());
        let fixed = fixed.map(|fixed| ("fixed", fixed.to_owned()));
        self.add("ECOSYSTEM", None, [introduced].into_iter().chain(fixed));
    }

    /// Adds a range of any type.
    pub(super) fn add(
        &mut self,
        kind: &'static str,
        repo: Option<String>,
        events: impl IntoIterator<Item = Event>,
    ) {
        let event =
            |(kind, version): Event| Map::from_iter([(kind.to_owned(), Value::String(version))]);
        let range = Range {
            r#type: kind,
            repo,
            events: events.into_iter().map(event).collect(),
        };
        for affected in &mut self.affected {
            affected.ranges.push(Range {
                events: range.events.clone(),
                repo: range.repo.clone(),
                ..range
            });
        }
    }

    /// Lists versions that are affected.
    pub(super) fn versions(&mut self, versions: &[String]) {
        for affected in &mut self.affected {
            affected.versions = versions.to_vec();
        }
    }

    /// Names a page of a fix.
    pub(super) fn fix(&mut self, url: String) {
        self.references.push(Reference { r#type: "FIX", url });
    }

    /// The record under an id, as JSON for people.
    pub(super) fn text(&mut self, id: &str) -> String {
        id.clone_into(&mut self.id);
        // Texts always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// A time as records write it, to the second.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
