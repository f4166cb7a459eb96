//! Versions in the order of their ecosystem.

pub mod alpine;
pub mod conda;
pub mod debian;
mod identifier;
pub mod julia;
#[cfg(test)]
mod laws;
pub mod number;
pub mod numbers;
pub mod openssl;
mod padded;
pub mod pep440;
pub mod rpm;
pub mod semver;
pub mod spelled;

use std::cmp::Ordering;

use crate::scanner::excerpt;

/// Longer texts are no version: a hostile file must not make us hold a million segments.
pub const MAX_LENGTH: usize = 1 << 16;

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
    /// OpenSSL's, which counts letters.
    OpenSsl,
    /// Release numbers as most libraries write them.
    Numbers,
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
            Self::OpenSsl => text.parse().ok().map(Version::OpenSsl),
            Self::Numbers => text.parse().ok().map(Version::Numbers),
        }
    }

    /// What a version of the scheme is called.
    fn called(self) -> &'static str {
        match self {
            Self::Pep440 => "a version by PEP 440",
            Self::SemVer => "a semantic version",
            Self::Julia => "a version of a Julia package",
            Self::Debian => "a version of a Debian package",
            Self::Alpine => "a version of an Alpine package",
            Self::Rpm => "a version of an RPM package",
            Self::Conda => "a version of a conda package",
            Self::OpenSsl => "a version of OpenSSL",
            Self::Numbers => "a release number",
        }
    }

    /// Reads a text of bounded length with the reader of the scheme.
    fn read<T>(
        self,
        text: &str,
        reader: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, VersionError> {
        if text.len() > MAX_LENGTH {
            return Err(VersionError::TooLong(text.len()));
        }
        reader(text).ok_or_else(|| VersionError::Malformed {
            text: excerpt(text),
            order: self,
        })
    }
}

/// The text is not a version of the scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It does not follow the scheme.
    #[error("`{text}` is not {}", order.called())]
    Malformed {
        /// The beginning of the text.
        text: String,
        /// The scheme.
        order: VersionOrder,
    },
    /// Nobody writes a version of this length.
    #[error("a version of {0} bytes is longer than the limit of {MAX_LENGTH}")]
    TooLong(usize),
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
    /// See [`VersionOrder::OpenSsl`].
    OpenSsl(openssl::Version),
    /// See [`VersionOrder::Numbers`].
    Numbers(numbers::Version),
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
            (Self::OpenSsl(a), Self::OpenSsl(b)) => Some(a.cmp(b)),
            (Self::Numbers(a), Self::Numbers(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}
