//! What a bill says, in the terms that authorities ask in: who wrote it, when, with what, and for each component who made
//! it, what it is called, what identifies it and what it depends on.
//!
//! Reading is split from judging: that something is not said is a fact here, and no fault yet. `NOASSERTION` and `NONE` say
//! nothing. One file for each family of formats; where the formats differ in what they can express, the file says so.

mod cyclonedx;
mod spdx2;
mod spdx3;

use crate::{
    document::{Document, DocumentError, Format},
    json::Json,
};

/// What a bill says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The family of its format.
    pub format: Format,
    /// The version of the format.
    pub version: String,
    /// What identifies the bill: a serial number, a namespace, an id.
    pub uri: Option<String>,
    /// Who wrote it, by name.
    pub authors: Vec<String>,
    /// How its author can be reached: an email address or a URL.
    pub author_contact: Option<String>,
    /// The tools that made it.
    pub tools: Vec<String>,
    /// When it was written.
    pub timestamp: Option<String>,
    /// When in the life of the software it was made: before, at or after its build.
    pub context: Option<String>,
    /// Whether it tells of vulnerabilities too.
    pub tells_vulnerabilities: bool,
    /// What it is about and what is in that, without single files.
    pub items: Vec<Item>,
}

/// A component.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What links call it.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Who hands it out.
    pub supplier: Option<String>,
    /// Who made it, or hands it out where only that is said.
    pub producer: Option<String>,
    /// How who made it can be reached: an email address or a URL.
    pub producer_contact: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// Identifiers that others know it by: package URL, CPE, SWID, SWHID, gitoid.
    pub identifiers: Vec<String>,
    /// Algorithms and digests of it.
    pub hashes: Vec<(String, String)>,
    /// Algorithms and digests of the file that is deployed.
    pub deployed_hashes: Vec<(String, String)>,
    /// The licences that its makers state.
    pub declared: Option<String>,
    /// The licences that it may be used under, as who wrote the bill concluded.
    pub concluded: Option<String>,
    /// Whether some link leads from or to it.
    pub is_linked: bool,
    /// Whether the bill says what it depends on, and that this is all of it, or not.
    pub states_completeness: bool,
    /// The name of its file.
    pub file_name: Option<String>,
    /// Whether it says if it can be run, if it is an archive, and if its parts can still be told apart.
    pub nature: Nature,
    /// Where its source code is.
    pub source_uri: Option<String>,
    /// Where the file that is deployed is.
    pub deployable_uri: Option<String>,
}

/// What is said of the form of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nature {
    /// Whether it can be run.
    pub executable: bool,
    /// Whether it is an archive.
    pub archive: bool,
    /// Whether its parts can still be told apart.
    pub structured: bool,
}

impl Item {
    /// What a report calls it.
    pub fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or("a component without a name");
        let version = self.version.as_deref().map(|it| format!(" {it}"));
        let label = format!("{name}{}", version.unwrap_or_default());
        label.chars().take(LONGEST_LABEL).collect()
    }
}

/// The most characters of a label.
const LONGEST_LABEL: usize = 200;

/// The most components of a bill: what is said of one takes some five hundred bytes.
pub const MOST_COMPONENTS: usize = 250_000;

/// Reads a document; an error where it has more components than are read.
pub fn read(document: &Document<Json<'_>>) -> Result<Facts, DocumentError> {
    let mut facts = match document.format {
        Format::CycloneDx => cyclonedx::read(&document.json),
        Format::Spdx2 => spdx2::read(&document.json),
        Format::Spdx3 => spdx3::read(&document.json),
    };
    facts.format = document.format;
    facts.version.clone_from(&document.version);
    if facts.items.len() > MOST_COMPONENTS {
        return Err(DocumentError::TooMany {
            limit: MOST_COMPONENTS,
            what: "components",
        });
    }
    Ok(facts)
}

impl Facts {
    /// A bill that says nothing.
    fn empty(format: Format) -> Self {
        Self {
            format,
            version: String::new(),
            uri: None,
            authors: Vec::new(),
            author_contact: None,
            tools: Vec::new(),
            timestamp: None,
            context: None,
            tells_vulnerabilities: false,
            items: Vec::new(),
        }
    }
}

/// A text under a key, unless it says nothing.
fn text(json: &Json<'_>, key: &str) -> Option<String> {
    said(json.get(key)?.as_str()?)
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    let is_said = !text.is_empty() && !["NOASSERTION", "NONE"].contains(&text);
    is_said.then(|| text.to_owned())
}

/// The entries of a list under a key; none where there is no list.
fn list<'a, 'j>(json: &'a Json<'j>, key: &str) -> &'a [Json<'j>] {
    json.get(key).and_then(Json::as_array).unwrap_or_default()
}

/// An address of mail or a URL.
fn contact(text: &str) -> Option<String> {
    let text = said(text)?;
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    let is_mail = matches!(text.split_once('@'), Some((name, host)) if !name.is_empty() && host.contains('.'));
    (is_url || is_mail).then_some(text)
}

#[cfg(test)]
mod tests;
