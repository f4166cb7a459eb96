//! Advisories as their sources state them, and the groups that speak of one vulnerability.

mod enumerated;

use jiff::Timestamp;

pub use self::enumerated::{Enumerated, VersionTexts};
use crate::{
    ecosystem::Package,
    severity::{SeverityLevel, SeverityVector},
};

/// What weight a record has, by who states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Standing {
    /// A source that is trusted in full states it.
    #[default]
    Trusted,
    /// A declared feed states it about what it may speak for: it matches, and joins at most one group of
    /// others.
    Declared,
    /// Its feed may not speak for it: it is shown, matches nothing and joins nothing.
    Opinion,
}

impl Standing {
    /// Every standing, the weightiest first.
    pub const ALL: [Self; 3] = [Self::Trusted, Self::Declared, Self::Opinion];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Declared => "declared",
            Self::Opinion => "opinion",
        }
    }
}

/// One source's record about one vulnerability. The record's own text is kept beside it in the
/// snapshot; this is what Bartizan understands of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advisory {
    /// The record's id, as written (`PYSEC-2023-175`, `CVE-2023-4863`).
    pub id: String,
    /// The id of the source that states it (`pypa`, `julia`, `cve`).
    pub source: String,
    /// When the source last changed the record.
    pub modified: Option<Timestamp>,
    /// When the record was first published.
    pub published: Option<Timestamp>,
    /// When the source withdrew it. A withdrawn record never matches and stays visible.
    pub withdrawn: Option<Timestamp>,
    /// Other ids of the same vulnerability.
    pub aliases: Vec<String>,
    /// Ids of related vulnerabilities. They never merge groups.
    pub related: Vec<String>,
    /// Ids of the vulnerabilities upstream that this record is derived from. They never merge groups.
    pub upstream: Vec<String>,
    /// One line about it; empty where the source has none.
    pub summary: String,
    /// The text of the record; empty where the source has none.
    pub details: String,
    /// Severity vectors stated for the whole record.
    pub severities: Vec<SeverityVector>,
    /// A level that the source states in words, without a vector.
    pub stated_level: Option<SeverityLevel>,
    /// What is affected.
    pub affected: Vec<Affected>,
    /// Addresses of further reading, as written.
    pub references: Vec<String>,
}

/// The part of a record that says which versions of one package are affected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Affected {
    /// The package; `None` where the record names none (commit ranges of a repository).
    pub package: Option<Package>,
    /// Versions enumerated one by one.
    pub versions: Enumerated,
    /// Ranges, any of which may hold.
    pub ranges: Vec<Range>,
    /// Severity vectors stated for this package only.
    pub severities: Vec<SeverityVector>,
}

/// A range of versions or commits: a list of events on one line of development.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// What the events are written in.
    pub kind: RangeKind,
    /// The repository of a commit range, as written.
    pub repository: Option<String>,
    /// The events in the order of the record.
    pub events: Vec<Event>,
}

/// What the events of a range are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RangeKind {
    /// Versions in the ecosystem's own order.
    Ecosystem,
    /// Versions in `SemVer` 2.0 order.
    SemVer,
    /// Commits of a repository: not decidable by version.
    Git,
}

/// A point at which a range starts or stops to hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Affected from this version on; `0` stands before every version.
    Introduced(String),
    /// Not affected from this version on.
    Fixed(String),
    /// Affected up to and with this version.
    LastAffected(String),
    /// Nothing is said about this version and those after it.
    Limit(String),
}

/// What a snapshot knows of one package: everything that matching needs, without the records' text.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageAdvisories {
    /// The package asked for.
    pub package: Package,
    /// One entry for each `affected` part that names the package, ordered by record id, then source.
    pub entries: Vec<PackageAdvisory>,
}

/// One `affected` part of one record, with what a finding shows of that record.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageAdvisory {
    /// The record's id.
    pub id: String,
    /// The record's source.
    pub source: String,
    /// The leading id of the alias group that the record belongs to (the key of `AliasGroup`).
    pub group: String,
    /// Whether the source withdrew the record.
    pub is_withdrawn: bool,
    /// One line about it.
    pub summary: String,
    /// The vectors of this part, or of the record where the part states none.
    pub severities: Vec<SeverityVector>,
    /// The level the source states in words.
    pub stated_level: Option<SeverityLevel>,
    /// Versions and ranges (`package` is the one asked for, `severities` are already above).
    pub affected: Affected,
}

/// Records that speak of one vulnerability, found by the closure of their aliases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AliasGroup {
    /// Unique key of the group: its leading record's or CVE's id.
    pub key: String,
    /// The id it is shown, scored and ignored under: the CVE where there is one (through a sole `upstream` too).
    pub shown_as: String,
    /// Every id of the vulnerability, sorted, whether or not a record of it is in the database.
    pub ids: Vec<String>,
    /// The records in it, as `(id, source)`, sorted.
    pub records: Vec<RecordKey>,
    /// Ids that are related, upstream, or were split off.
    pub related: Vec<String>,
    /// Different CVEs that the closure would have merged and that were kept apart, sorted; empty without conflict.
    pub conflicts: Vec<String>,
}

/// What names a record in the database: one id may be stated by several sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The record's id.
    pub id: String,
    /// The id of the source that states it.
    pub source: String,
}

/// The probability that a vulnerability is exploited within 30 days, by FIRST's EPSS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epss {
    /// Between 0 and 1.
    pub probability: f64,
    /// Share of all scored CVEs with the same or a lower probability, between 0 and 1.
    pub percentile: f64,
}

/// An entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownExploited {
    /// The CVE.
    pub cve: String,
    /// The day it was added, as written (`2023-09-13`).
    pub date_added: String,
    /// Whether it is known to be used by ransomware.
    pub is_used_by_ransomware: bool,
}
