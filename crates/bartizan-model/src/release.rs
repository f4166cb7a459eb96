//! What is known of the releases of packages: facts of an index or of a file, not judgements.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{ecosystem::Package, requirement::Requirement};

/// One release as an index lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The version as the index writes it.
    pub version: String,
    /// The versions of Python that it is for, as stated; none where nothing is.
    pub requires_python: Option<String>,
    /// When its first file was uploaded.
    pub uploaded: Option<Timestamp>,
    /// Whether all of it is yanked ([PEP 592](https://peps.python.org/pep-0592/)).
    pub is_yanked: bool,
    /// Whether it has a file that can be installed where it is wanted.
    pub has_file: bool,
}

impl Release {
    /// A release of which nothing but its version is remarkable.
    pub fn new(version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            requires_python: None,
            uploaded: None,
            is_yanked: false,
            has_file: true,
        }
    }
}

/// What a release asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metadata {
    /// Its requirements, with markers and extras.
    Known(Vec<Requirement>),
    /// They cannot be had, for this reason.
    Unknown(String),
}

/// The releases of some packages, complete: a package that is not in it does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseTable {
    /// By package, in any order.
    pub packages: BTreeMap<Package, Vec<(Release, Metadata)>>,
}
