//! What matching says about components.

use crate::{
    advisory::{Epss, KnownExploited},
    inventory::Component,
    purl::Purl,
    severity::Severity,
    vex::{VexJustification, VexVerdict},
};

/// One alias group that affects one component: one row of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct VulnerabilityFinding {
    /// The id the group is shown under.
    pub group: String,
    /// Every id of the vulnerability, the leading one first, then sorted.
    pub ids: Vec<String>,
    /// One line about it.
    pub summary: String,
    /// The component that is affected.
    pub component: Component,
    /// The worst severity that a matching record states.
    pub severity: Severity,
    /// The exploit prediction, when synced.
    pub epss: Option<Epss>,
    /// The entry among known exploited vulnerabilities, when synced.
    pub known_exploited: Option<KnownExploited>,
    /// Fixed versions after the installed one, lowest first.
    pub fixed: Vec<String>,
    /// Paths from a requirement of the target to the component, shortest first.
    pub paths: Vec<DependencyPath>,
    /// Which records matched, and by which rule.
    pub matched: Vec<MatchedRecord>,
    /// Why it does not count, where the settings say so.
    pub ignored: Option<IgnoreReason>,
    /// What VEX statements say about it, where any do.
    pub vex: Option<VexVerdict>,
    /// Findings about the same vulnerability in what carries the component, or in what the component carries, sorted.
    pub see_also: Vec<FindingLink>,
}

/// A finding that speaks of the same vulnerability one step up or down: an advisory about a Python package that is
/// about a library in its wheels, and the finding about that library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingLink {
    /// The id that it is shown under.
    pub group: String,
    /// Its component, as `name version`.
    pub component: String,
    /// Its component's package URL.
    pub purl: Purl,
    /// Whether that component is carried by the one of the finding that has the link.
    pub is_carried: bool,
}

impl VulnerabilityFinding {
    /// Whether nothing sets it aside: no ignore, and no VEX statement that nothing contradicts.
    pub fn is_live(&self) -> bool {
        self.ignored.is_none() && !self.is_cleared()
    }

    /// Whether VEX statements say that it needs nothing done.
    pub fn is_cleared(&self) -> bool {
        self.vex
            .as_ref()
            .is_some_and(|verdict| verdict.status.is_cleared())
    }

    /// Whether a record that matched says that the package was published to do harm.
    pub fn is_malicious(&self) -> bool {
        let mut records = self.matched.iter();
        records.any(|matched| is_malicious(&matched.record))
    }

    /// What carries the component where it is native code, as `name version`, sorted.
    pub fn carriers(&self) -> Vec<&str> {
        if self.component.native.is_none() {
            return Vec::new();
        }
        let above = |path: &'_ DependencyPath| path.components.len().checked_sub(2);
        let carrier = self.paths.iter();
        let carrier = carrier.filter_map(|path| Some(path.components.get(above(path)?)?.as_str()));
        let mut carriers: Vec<&str> = carrier.collect();
        carriers.sort_unstable();
        carriers.dedup();
        carriers
    }

    /// Whether a target asks for the component itself.
    pub fn is_direct(&self) -> bool {
        self.paths.iter().any(|path| path.components.len() == 1)
    }
}

/// Whether a record is of the `OpenSSF` collection of packages that were published to do harm, by its id.
pub fn is_malicious(record: &str) -> bool {
    record.starts_with("MAL-")
}

/// A way from a target to a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencyPath {
    /// The label of the target it starts from.
    pub target: String,
    /// `name version` of each component, from the requirement to the affected one.
    pub components: Vec<String>,
}

/// A record that matched, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatchedRecord {
    /// The record's id.
    pub record: String,
    /// The record's source.
    pub source: String,
    /// The rule that held.
    pub rule: MatchRule,
}

/// The rule by which a record affects a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchRule {
    /// The version is enumerated.
    Enumerated,
    /// The version lies in a range, written like `>=1.0, <1.2`.
    Range(String),
}

/// An ignore of the settings that applies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct IgnoreReason {
    /// The id that the settings name.
    pub id: String,
    /// Why.
    pub reason: String,
    /// The last day on which it applies, as written.
    pub expires: Option<String>,
    /// Whether it is an accepted risk: the vulnerability is there.
    pub is_risk: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The day of the decision.
    pub accepted: Option<String>,
    /// Why the vulnerability does not concern what is here.
    pub justification: Option<VexJustification>,
}

/// Something about a component that could not be decided. Never "clean".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownFinding {
    /// The component or package concerned, as `name version` or `name`.
    pub subject: String,
    /// A stable word for the reason (`commit-ranges-only`, `unpinned`, `version-not-comparable`).
    pub reason: UnknownReason,
    /// The reason in words.
    pub message: String,
    /// The records concerned, sorted.
    pub records: Vec<String>,
}

/// Why something could not be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnknownReason {
    /// The records name commits only.
    CommitRangesOnly,
    /// The installed version does not follow the ecosystem's scheme, so ranges cannot be evaluated.
    VersionNotComparable,
    /// The release that a local build (`2.0.1+cu118`) is made from is affected; the record does not say of the build.
    LocalBuild,
    /// The record counts packages of upstream's releases, and the release lies between two that were packaged: it may or
    /// may not have what mends it.
    ReleaseNotPackaged,
    /// The record names the package, but neither versions nor ranges.
    NoVersionsStated,
    /// No version is pinned.
    Unpinned,
    /// No source of the database covers the ecosystem.
    NotCovered,
    /// A native library is known, but no source of the database has ever spoken of it.
    LibraryNotCovered,
    /// Native code of which no version, or not even a name, is known.
    LibraryUnknown,
}

impl UnknownReason {
    /// The stable word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommitRangesOnly => "commit-ranges-only",
            Self::VersionNotComparable => "version-not-comparable",
            Self::LocalBuild => "local-build",
            Self::ReleaseNotPackaged => "release-not-packaged",
            Self::NoVersionsStated => "no-versions-stated",
            Self::Unpinned => "unpinned",
            Self::NotCovered => "not-covered",
            Self::LibraryNotCovered => "library-not-covered",
            Self::LibraryUnknown => "library-unknown",
        }
    }
}
