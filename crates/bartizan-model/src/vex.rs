//! What somebody states about vulnerabilities in products (VEX), whatever the format of the statement.

use std::sync::Arc;

use jiff::Timestamp;

use crate::purl::Purl;

/// Whether a vulnerability concerns a product. The order is that of caution: where statements disagree, the greatest
/// one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VexStatus {
    /// It does not.
    NotAffected,
    /// It did, and what is there holds a fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It does.
    Affected,
}

impl VexStatus {
    /// The word that `OpenVEX` has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
            Self::Affected => "affected",
        }
    }

    /// Reads the word that `OpenVEX` has for it.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [
            Self::NotAffected,
            Self::Fixed,
            Self::UnderInvestigation,
            Self::Affected,
        ];
        all.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether a finding of this status needs nothing done.
    pub fn is_cleared(self) -> bool {
        self <= Self::Fixed
    }
}

/// Why a product is not affected: the five reasons that `OpenVEX` and CSAF share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VexJustification {
    /// The component is not there.
    ComponentNotPresent,
    /// The component is there without the code.
    VulnerableCodeNotPresent,
    /// The code is there and never runs.
    VulnerableCodeNotInExecutePath,
    /// The code runs where nobody who means harm reaches it.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Something in the product keeps harm away.
    InlineMitigationsAlreadyExist,
}

impl VexJustification {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];

    /// The word that `OpenVEX` and CSAF have for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }

    /// Reads the word that `OpenVEX` and CSAF have for it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|justification| justification.as_str() == word)
    }
}

/// A document of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexDocument {
    /// The file it was read from, as the user wrote it.
    pub path: String,
    /// The id that it gives itself; two documents of one id are two editions of one.
    pub id: Option<String>,
    /// Who says it.
    pub author: Option<String>,
    /// When it was last changed.
    pub stated: Option<Timestamp>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexStatement {
    /// The document that it stands in.
    pub document: Arc<VexDocument>,
    /// When it was made; the document's time where it has none of its own.
    pub stated: Option<Timestamp>,
    /// The ids of the vulnerability, any of which names it.
    pub ids: Vec<String>,
    /// What it is about.
    pub products: Vec<VexProduct>,
    /// What it says.
    pub status: VexStatus,
    /// Why the product is not affected.
    pub justification: Option<VexJustification>,
    /// More in words: the impact, or what to do.
    pub note: Option<String>,
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VexProduct {
    /// The product.
    pub product: VexIdentifier,
    /// Its parts that the statement is about; it is about the whole product where there are none.
    pub parts: Vec<VexIdentifier>,
}

/// What names a product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum VexIdentifier {
    /// A package URL; without a version it names every version.
    Purl(Box<Purl>),
    /// Anything else, as written.
    Text(String),
}

impl VexIdentifier {
    /// Takes the text for a package URL where it is one.
    pub fn new(text: &str) -> Self {
        text.parse().map_or_else(
            |_not_a_purl| Self::Text(text.to_owned()),
            |purl| Self::Purl(Box::new(purl)),
        )
    }
}

/// What all statements about a finding say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexVerdict {
    /// The most cautious status of all.
    pub status: VexStatus,
    /// Whether some of them clear the finding and others do not.
    pub is_disputed: bool,
    /// The statements, the most cautious first.
    pub statements: Vec<VexStatement>,
}
