//! Versions in the order of their ecosystem.

pub mod alpine;
pub mod conda;
pub mod debian;
mod identifier;
pub mod julia;
pub mod number;
pub mod pep440;
pub mod rpm;
pub mod semver;

use std::cmp::Ordering;

/// An order of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionOrder {
    /// Python's ([PEP 440](https://peps.python.org/pep-0440/)).
    Pep440,
    /// [SemVer 2.0](https://semver.org/spec/v2.0.0.html).
    SemVer,
    /// Julia's `VersionNumber`, which orders build numbers (`4.5.1+0` before `4.5.1+1`).
    Julia,
    /// dpkg's.
    Debian,
    /// apk's.
    Alpine,
    /// RPM's.
    Rpm,
    /// conda's.
    Conda,
}

impl VersionOrder {
    /// Reads a version; `None` when the text does not follow the scheme.
    pub fn parse(self, text: &str) -> Option<Version> {
        match self {
            Self::Pep440 => text.parse().ok().map(Version::Pep440),
            Self::SemVer => text.parse().ok().map(Version::SemVer),
            Self::Julia => text.parse().ok().map(Version::Julia),
            Self::Debian => text.parse().ok().map(Version::Debian),
            Self::Alpine => text.parse().ok().map(Version::Alpine),
            Self::Rpm => text.parse().ok().map(Version::Rpm),
            Self::Conda => text.parse().ok().map(Version::Conda),
        }
    }
}

/// A version that knows its scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// See [`VersionOrder::Pep440`].
    Pep440(pep440::Version),
    /// See [`VersionOrder::SemVer`].
    SemVer(semver::Version),
    /// See [`VersionOrder::Julia`].
    Julia(julia::Version),
    /// See [`VersionOrder::Debian`].
    Debian(debian::Version),
    /// See [`VersionOrder::Alpine`].
    Alpine(alpine::Version),
    /// See [`VersionOrder::Rpm`].
    Rpm(rpm::Version),
    /// See [`VersionOrder::Conda`].
    Conda(conda::Version),
}

impl Version {
    /// Compares two versions of one scheme; versions of different schemes have no order.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Pep440(a), Self::Pep440(b)) => Some(a.cmp(b)),
            (Self::SemVer(a), Self::SemVer(b)) => Some(a.cmp(b)),
            (Self::Julia(a), Self::Julia(b)) => Some(a.cmp(b)),
            (Self::Debian(a), Self::Debian(b)) => Some(a.cmp(b)),
            (Self::Alpine(a), Self::Alpine(b)) => Some(a.cmp(b)),
            (Self::Rpm(a), Self::Rpm(b)) => Some(a.cmp(b)),
            (Self::Conda(a), Self::Conda(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}
