//! What a bill says, in no format.

use std::collections::BTreeSet;

use bartizan_model::{
    native::{EvidenceKind, Linkage},
    purl::Purl,
};

use super::Licence;

/// What a bill says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bill {
    /// What it is about.
    pub subject: Part,
    /// What is in that or belongs to it.
    pub parts: Vec<Part>,
    /// From where to where: 0 is the subject, 1 the first part.
    pub links: BTreeSet<(usize, usize)>,
    /// When it was made, as ISO 8601 writes it.
    pub timestamp: Option<String>,
    /// Who made it.
    pub author: Option<Agent>,
    /// When in the life of the software.
    pub context: Context,
}

/// When in the life of the software a bill was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Context {
    /// From what is to be installed.
    PreBuild,
    /// From what was built.
    #[default]
    PostBuild,
    /// From what is installed.
    Installed,
}

/// A person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agent {
    /// The name.
    pub name: String,
    /// An address of mail.
    pub email: Option<String>,
}

impl Agent {
    /// `The Lab <lab@example.org>`, or a name alone; `None` where there is no name.
    pub fn of_text(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('<').unwrap_or((text, ""));
        let email = rest.split('>').next().unwrap_or_default().trim();
        let name = name.trim().trim_matches('"');
        let name = if name.is_empty() { email } else { name };
        let is_email = email.contains('@') && !email.contains([' ', ',']);
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            email: is_email.then(|| email.to_owned()),
        })
    }
}

/// A component.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// What links call it; unique in the bill.
    pub reference: String,
    /// What it is.
    pub kind: PartKind,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL.
    pub purl: Option<Purl>,
    /// Its CPE.
    pub cpe: Option<String>,
    /// The licence that its makers state.
    pub licence: Option<Licence>,
    /// Where that was read, where it is in no metadata.
    pub licence_at: Option<String>,
    /// Who made it.
    pub maker: Option<Agent>,
    /// Who hands it out, where that is known apart.
    pub supplier: Option<String>,
    /// What it is, in a sentence.
    pub summary: Option<String>,
    /// Where people read of it.
    pub homepage: Option<String>,
    /// Where its source code is.
    pub source: Option<String>,
    /// The name of its file, where it is one file as a whole.
    pub file_name: Option<String>,
    /// Digests of that file.
    pub hashes: Vec<Hash>,
    /// The files that it is in.
    pub files: Vec<PartFile>,
    /// How it is in what carries it, where it was concluded.
    pub linkage: Option<Linkage>,
    /// What it is known from, the strongest first.
    pub proofs: Vec<Proof>,
    /// What is to be said of it besides.
    pub note: Option<String>,
}

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartKind {
    /// A package or library.
    #[default]
    Library,
    /// Something that is installed or run as a whole.
    Application,
}

/// A digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash {
    /// As `CycloneDX` calls it: `SHA-256`.
    pub algorithm: &'static str,
    /// In lower-case hexadecimal digits.
    pub digits: String,
}

/// A file that a component is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartFile {
    /// Its path within the artifact.
    pub path: String,
    /// Its digests, where it was read.
    pub hashes: Vec<Hash>,
}

/// One thing that a component is known from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    /// What kind of thing.
    pub kind: EvidenceKind,
    /// How sure the version is by it, in hundredths.
    pub confidence: u8,
    /// It in words.
    pub detail: String,
}

impl Bill {
    /// The subject and the parts, in the order of links.
    pub fn all(&self) -> impl Iterator<Item = &Part> {
        std::iter::once(&self.subject).chain(&self.parts)
    }

    /// The parts that one links to, in their order.
    pub fn linked_from(&self, place: usize) -> impl Iterator<Item = (usize, &Part)> {
        let links = self.links.range((place, 0)..=(place, usize::MAX));
        links.filter_map(|(_, to)| Some((*to, self.all().nth(*to)?)))
    }

    /// Gives every part a reference of its own: its package URL where no other has the same.
    pub fn name_parts(&mut self) {
        let mut taken = BTreeSet::new();
        for part in std::iter::once(&mut self.subject).chain(&mut self.parts) {
            let version = part.version.as_deref().map(|it| format!("@{it}"));
            let own = part.purl.as_ref().map_or_else(
                || format!("{}{}", part.name, version.unwrap_or_default()),
                ToString::to_string,
            );
            let mut reference = own.clone();
            let mut number = 2_usize;
            while !taken.insert(reference.clone()) {
                reference = format!("{own}#{number}");
                number += 1;
            }
            part.reference = reference;
        }
    }
}
