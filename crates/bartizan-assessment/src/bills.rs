//! The bills of materials of releases: present, valid, true, and how much of what is there they declare.
//!
//! One wheel stands for a release: the one that would be installed, or one that lies at hand. What was read of it is kept by
//! its digest, so that a release is looked at once; which of the older ones are is bounded, and the next assessment goes on.
//! Whether a bill is valid is asked anew whenever other schemas are at hand. What could not be looked at stays as it was.

mod examine;
pub mod shown;
pub mod told;

use std::collections::BTreeMap;

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use bartizan_native::declared::{Comparison, Kind};
use bartizan_sbom::{
    checks::{
        COMPONENT_WITHOUT_PURL, Check, PHANTOM_COMPONENT, UNDECLARED_COMPONENT,
        WRONG_COMPONENT_VERSION,
    },
    lacking::{Lacking, Origin},
    schema::Shelf,
    standing::{Known, Standing},
};

/// How far one assessment looks into wheels that nobody keeps yet, for one package and beside its latest release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many wheels of an index.
    pub wheels: usize,
    /// None of them larger than this.
    pub bytes: u64,
}

/// What validates bills.
#[derive(Debug, Default)]
pub struct Schemas {
    shelf: Shelf,
    /// A short mark of all schemas, by which what was decided with others is told.
    mark: String,
}

impl Schemas {
    /// The schemas on a shelf, each of which has a digest by its name.
    pub fn new(shelf: Shelf, digests: &BTreeMap<String, String>) -> Self {
        let mut text = String::new();
        for name in shelf.names() {
            let id = name.id();
            let digest = digests.get(&id).map_or("", String::as_str);
            text += &format!("{id} {digest}\n");
        }
        let mark = Digest::of(text.as_bytes()).to_string();
        Self {
            shelf,
            mark: mark.chars().take(16).collect(),
        }
    }

    /// What names all of them.
    pub fn mark(&self) -> &str {
        &self.mark
    }
}

/// A release and what is known of its bills.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseBills {
    /// Its version, as the index spells it.
    pub version: String,
    /// When its first file was uploaded.
    pub uploaded: Option<Timestamp>,
    /// How many of its wheels were looked into by their directories, and how many of these carry a bill.
    pub wheels: (u64, u64),
    /// What its wheel holds, where it was looked into.
    pub examined: Option<Examined>,
}

/// What a wheel holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    /// Its name.
    pub file: String,
    /// Its digest.
    pub sha256: Digest,
    /// Its bills.
    pub bills: Vec<ExaminedBill>,
    /// What they declare against what its files show.
    pub comparison: Comparison,
    /// What could not be looked at in it: how many things.
    pub unread: usize,
}

/// A bill in a wheel.
#[derive(Debug, Clone, PartialEq)]
pub struct ExaminedBill {
    /// The name of its member.
    pub name: String,
    /// What it is, or why it cannot be read.
    pub read: Result<ReadBill, String>,
    /// Whether it is valid.
    pub validity: Validity,
}

/// What a bill says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadBill {
    /// Its format: `CycloneDX 1.6`.
    pub format: String,
    /// How many components it lists.
    pub components: usize,
    /// What its components lack.
    pub lacking: Vec<Lacking>,
    /// Where that is to be written.
    pub origin: Origin,
}

/// Whether a bill is valid by the official schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validity {
    /// It is.
    Valid,
    /// It is not; the first errors, and how many there are.
    Invalid {
        /// Place and message.
        errors: Vec<String>,
        /// All of them.
        count: usize,
    },
    /// Nobody knows, and why.
    Unknown(String),
}

impl ReleaseBills {
    /// What is known of them.
    pub fn known(&self) -> Known {
        let Some(examined) = &self.examined else {
            let (looked, with) = self.wheels;
            return Known {
                is_present: (looked > 0).then_some(with > 0),
                ..Known::default()
            };
        };
        Known {
            is_present: Some(!examined.bills.is_empty()),
            is_valid: examined.is_valid(),
            is_true: examined.is_true(),
        }
    }

    /// How they stand.
    pub fn standing(&self) -> Standing {
        Standing::of(self.known())
    }
}

impl Examined {
    /// Whether all bills are valid; nothing where there is none, or one of which nobody knows and none that is not.
    fn is_valid(&self) -> Option<bool> {
        let is = |wanted: fn(&Validity) -> bool| {
            let mut bills = self.bills.iter();
            bills.any(|it| wanted(&it.validity))
        };
        if is(|it| matches!(it, Validity::Invalid { .. })) {
            return Some(false);
        }
        let is_unknown = self.bills.is_empty() || is(|it| matches!(it, Validity::Unknown(_)));
        (!is_unknown).then_some(true)
    }

    /// Whether bills and content agree; without a bill, whether there is nothing to declare. A package URL that is missing is
    /// no lie, and what could not be read proves nothing.
    fn is_true(&self) -> Option<bool> {
        let mut bills = self.bills.iter();
        if bills.any(|it| it.read.is_err() && matches!(it.validity, Validity::Unknown(_))) {
            return None;
        }
        let mut differences = self.comparison.differences.iter();
        let is_lie = differences.any(|it| it.kind != Kind::WithoutPurl)
            || !self.comparison.problems.is_empty();
        if is_lie {
            return Some(false);
        }
        (self.unread == 0).then_some(true)
    }
}

/// The check that a difference is a finding of.
pub fn check_of(kind: Kind) -> &'static Check {
    match kind {
        Kind::Undeclared => &UNDECLARED_COMPONENT,
        Kind::Phantom => &PHANTOM_COMPONENT,
        Kind::WrongVersion => &WRONG_COMPONENT_VERSION,
        Kind::WithoutPurl => &COMPONENT_WITHOUT_PURL,
    }
}

/// A difference in a word or two, for tables; its check has the sentence.
pub fn word_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Undeclared => "undeclared",
        Kind::Phantom => "phantom",
        Kind::WrongVersion => "another version",
        Kind::WithoutPurl => "no package URL",
    }
}

#[cfg(test)]
mod tests {
    use bartizan_native::knowledge::Knowledge;
    use bartizan_sbom::create::Licence;

    #[test]
    fn every_licence_of_the_table_of_libraries_is_an_expression() {
        let libraries = Knowledge::embedded().libraries().iter();
        let terms = libraries.filter_map(|it| it.terms.as_ref());
        let mut count = 0;
        for it in terms {
            let read = Licence::of_metadata(Some(&it.licence), None, &[]);
            assert!(matches!(read, Some(Licence::Expression(_))), "{it:?}");
            count += 1;
        }
        assert!(count > 20, "{count}");
    }
}
