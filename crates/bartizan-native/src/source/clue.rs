//! One thing that a source tree shows of a component of others.

use bartizan_model::{
    native::{EvidenceKind, Linkage, NativeEvidence},
    purl::Purl,
};

/// A thing that was seen, and of whom.
#[derive(Debug, Clone)]
pub(super) struct Clue {
    /// What it is called there, or known as.
    pub(super) who: Who,
    /// The file or folder that it is about, without a slash at its end.
    pub(super) place: String,
    /// How far it reaches.
    pub(super) weight: Weight,
    /// How the component is there.
    pub(super) linkage: Linkage,
    /// Where it says that it comes from, where it says so.
    pub(super) purl: Option<Purl>,
    /// Why the version is not known, where this clue can say.
    pub(super) reason: Option<String>,
    /// The evidence as it is reported.
    pub(super) evidence: NativeEvidence,
}

/// Who a clue speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// A library of the table, by its place in it.
    Known(usize),
    /// Somebody else, by the name that stands there.
    Named(String),
}

/// How far a clue reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It says that the component is there.
    Shows,
    /// The component is there if there are files at the place, or if the tree's own project says so.
    Pins,
    /// It adds to what others show, and shows nothing alone.
    Adds,
}

impl Clue {
    /// A clue that shows a component, found in a file.
    pub(super) fn new(who: Who, kind: EvidenceKind, file: &str, detail: impl Into<String>) -> Self {
        Self {
            who,
            place: super::path::folder(file).to_owned(),
            weight: Weight::Shows,
            linkage: Linkage::Source,
            purl: None,
            reason: None,
            evidence: NativeEvidence {
                kind,
                file: file.to_owned(),
                offset: None,
                line: None,
                detail: detail.into(),
                version: None,
            },
        }
    }

    pub(super) fn at(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    pub(super) fn line(mut self, line: u32) -> Self {
        self.evidence.line = Some(line);
        self
    }

    pub(super) fn version(mut self, version: Option<String>) -> Self {
        self.evidence.version = version;
        self
    }

    pub(super) fn weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    pub(super) fn linkage(mut self, linkage: Linkage) -> Self {
        self.linkage = linkage;
        self
    }

    pub(super) fn purl(mut self, purl: Option<Purl>) -> Self {
        self.purl = purl;
        self
    }

    pub(super) fn reason(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}
