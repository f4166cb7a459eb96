//! What hygiene checks say: not a vulnerability, but a way in for one.

use crate::{ecosystem::Package, finding::IgnoreReason, purl::Purl, severity::SeverityLevel};

/// Something that should not be so, with what to do about it: one row of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HygieneFinding {
    /// The id of the check that says it.
    pub check: &'static str,
    /// What it is about.
    pub subject: HygieneSubject,
    /// How bad it is. A check always states it.
    pub severity: SeverityLevel,
    /// What is wrong: a sentence in which the subject is left out, without a final stop.
    pub message: String,
    /// What to do.
    pub remedy: &'static str,
    /// Where it is seen: files, or files and lines, sorted.
    pub evidence: Vec<String>,
    /// Why it does not count, where the settings say so.
    pub ignored: Option<IgnoreReason>,
}

/// What a hygiene finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HygieneSubject {
    /// A package, with its version where the target says one.
    Package {
        /// The package.
        package: Package,
        /// The version as written.
        version: Option<String>,
    },
    /// A target as a whole, by its path.
    Target(String),
}

impl HygieneSubject {
    /// The package, unless it is about a whole target.
    pub fn package(&self) -> Option<&Package> {
        match self {
            Self::Package { package, .. } => Some(package),
            Self::Target(_) => None,
        }
    }

    /// The name of the package or the path of the target.
    pub fn name(&self) -> &str {
        match self {
            Self::Package { package, .. } => package.name(),
            Self::Target(path) => path,
        }
    }

    /// The version, where there is one.
    pub fn version(&self) -> Option<&str> {
        match self {
            Self::Package { version, .. } => version.as_deref(),
            Self::Target(_) => None,
        }
    }

    /// The package URL, unless it is about a whole target.
    pub fn purl(&self) -> Option<Purl> {
        match self {
            Self::Package { package, version } => {
                Some(Purl::of_package(package, version.as_deref()))
            }
            Self::Target(_) => None,
        }
    }
}

impl std::fmt::Display for HygieneSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())?;
        match self.version() {
            Some(version) => write!(f, " {version}"),
            None => Ok(()),
        }
    }
}

/// A check that could not be answered, for some packages or for all. Never a pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HygieneUnknown {
    /// The id of the check.
    pub check: &'static str,
    /// Why, as a sentence fragment.
    pub message: String,
    /// The packages concerned, sorted; none where it is every one.
    pub subjects: Vec<String>,
}
