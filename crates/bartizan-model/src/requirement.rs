//! Requirements by PEP 508 (placeholder that the first slice replaces).
use crate::{ecosystem::Package, marker::Marker};
/// A requirement: `name[extra]>=1 ; marker` or `name @ url ; marker`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The package.
    pub package: Package,
    /// The extras asked for, normalised, sorted.
    pub extras: Vec<String>,
    /// The versions allowed, or where to get it.
    pub source: RequirementSource,
    /// When it applies.
    pub marker: Option<Marker>,
}
/// Which versions, or from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementSource {
    /// Version specifiers; empty allows all.
    Specifiers(SpecifierSet),
    /// A direct reference.
    Url(String),
}
/// A set of version specifiers that must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpecifierSet(String);
impl SpecifierSet {
    /// The one version that `==X` or `===X` pins (no wildcard), as written.
    pub fn pinned(&self) -> Option<&str> {
        None
    }
    /// Whether a version satisfies all specifiers.
    pub fn contains(&self, _version: &str) -> bool {
        false
    }
    /// Whether there is no specifier.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
/// The text is not a requirement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a requirement")]
pub struct RequirementError(String);
impl std::str::FromStr for Requirement {
    type Err = RequirementError;
    fn from_str(text: &str) -> Result<Self, RequirementError> {
        Err(RequirementError(text.to_owned()))
    }
}
