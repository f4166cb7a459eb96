//! Package URLs (placeholder that the first slice replaces).
use std::fmt;
use crate::ecosystem::Package;
/// A package URL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl(String);
/// The text is not a package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a package URL")]
pub struct PurlError(String);
impl Purl {
    /// The package URL of a package, with a version where one is given.
    pub fn of_package(package: &Package, version: Option<&str>) -> Self {
        let _ = version;
        Self(package.name().to_owned())
    }
    /// The package and version it names, where its type is an ecosystem that advisories use.
    pub fn package(&self) -> Option<(Package, Option<String>)> {
        None
    }
}
impl std::str::FromStr for Purl {
    type Err = PurlError;
    fn from_str(text: &str) -> Result<Self, PurlError> {
        Ok(Self(text.to_owned()))
    }
}
impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
