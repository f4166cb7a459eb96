//! What an assessment of an ecosystem says: findings of checks, figures of measures, components, documents.
//!
//! These words name no check, no measure and no page: a check or a measure is a value with an id, and whoever stores or
//! shows one walks what is there. "We could not look" is an outcome of its own, and a figure that nobody measured is
//! absent, never zero.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;

use crate::{problem::Problem, purl::Purl, severity::SeverityLevel};

/// What a check says of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// What is wanted holds.
    Pass,
    /// It does not.
    Fail,
    /// It could not be told. Never shown as a pass.
    Unknown,
    /// The question does not arise here.
    NotApplicable,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Unknown, Self::NotApplicable];

    /// The stable word, as JSON and the store spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The kind of thing that a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// The ecosystem as a whole.
    Ecosystem,
    /// A project.
    Project,
    /// A source repository.
    Repository,
    /// A workflow of continuous integration.
    Workflow,
    /// A release.
    Release,
    /// A file of a release.
    Artifact,
    /// A package or library that something stands on or carries.
    Component,
    /// A change to source code.
    Change,
    /// A person.
    Person,
}

impl SubjectKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Ecosystem,
        Self::Project,
        Self::Repository,
        Self::Workflow,
        Self::Release,
        Self::Artifact,
        Self::Component,
        Self::Change,
        Self::Person,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ecosystem => "ecosystem",
            Self::Project => "project",
            Self::Repository => "repository",
            Self::Workflow => "workflow",
            Self::Release => "release",
            Self::Artifact => "artifact",
            Self::Component => "component",
            Self::Change => "change",
            Self::Person => "person",
        }
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Its kind.
    pub kind: SubjectKind,
    /// Its name among those of its kind: a package URL, a path, an address.
    pub name: String,
}

/// Who may see a finding. The store's queries enforce it, not the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// The maintainers of the project.
    Maintainers,
    /// The ecosystem's security team.
    SecurityTeam,
    /// The person it is about.
    Person,
}

impl Visibility {
    /// Every visibility, the widest first.
    pub const ALL: [Self; 4] = [
        Self::Public,
        Self::Maintainers,
        Self::SecurityTeam,
        Self::Person,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Maintainers => "maintainers",
            Self::SecurityTeam => "security-team",
            Self::Person => "person",
        }
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|visibility| visibility.as_str() == word)
    }
}

/// Where a statement comes from, so that each figure can be traced to its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// The source (`package-index`, `advisories`, `git`, `spec-repository`, …).
    pub source: String,
    /// The digest of what the source gave: a snapshot of advisories, a commit, the digest of a file.
    pub snapshot: Option<String>,
    /// Where in it: file and line or offset, a commit, the id of a record.
    pub locator: String,
    /// When it was observed.
    pub observed: Timestamp,
}

/// One answer of one check about one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The id of the check.
    pub check: String,
    /// What it is about.
    pub subject: Subject,
    /// What tells several answers of one check about one subject apart: the id of an alias group, a line. Often empty.
    pub key: String,
    /// The answer.
    pub outcome: Outcome,
    /// How bad it is, where somebody states it.
    pub severity: Option<SeverityLevel>,
    /// How it weighs, between 0 and 1, where a score weighs it.
    pub weight: Option<f64>,
    /// What was found, in one sentence.
    pub message: String,
    /// What to do, where something can be done.
    pub remedy: Option<String>,
    /// More facts to show beside it, as name and value in the order in which they are shown (`fixed in`, `path`, `EPSS`).
    pub facts: Vec<(String, String)>,
    /// How it is known.
    pub evidence: Vec<Evidence>,
    /// Who may see it.
    pub visibility: Visibility,
}

/// One figure of one measure, over a project, a cohort or the whole ecosystem.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The id of the measure.
    pub measure: String,
    /// The value.
    pub value: f64,
    /// Out of how many, for a count of some among all.
    pub whole: Option<f64>,
    /// The parts that it is made of, as name and value in the order in which they are shown.
    pub shares: Vec<(String, f64)>,
    /// How it is known.
    pub evidence: Vec<Evidence>,
}

/// A component that a project stands on, or that its artifacts carry.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessedComponent {
    /// Its package URL, with the version where one is known: its key within the project.
    pub purl: Purl,
    /// Its name, for people.
    pub name: String,
    /// Its version; `None` for what is not known.
    pub version: Option<String>,
    /// Whether it is native code that an artifact carries.
    pub is_native: bool,
    /// Whether the project asks for it itself.
    pub is_direct: bool,
    /// Its risk between 0 and 1, where it was weighed.
    pub risk: Option<f64>,
    /// What the risk is made of.
    pub shares: Vec<(String, f64)>,
    /// How it is known.
    pub evidence: Vec<Evidence>,
}

/// An edge between two components of a project, by their package URLs; the project's own package is one of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssessedEdge {
    /// What depends or carries.
    pub from: String,
    /// What is needed or carried.
    pub to: String,
    /// `requires`, `optional`, `bundles`, `builds-with`.
    pub kind: String,
}

/// A fact that is kept whole, as JSON text that only its readers understand (releases, endorsements, metadata).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The kind of fact (`releases`, `endorsements`, …).
    pub kind: String,
    /// Its key among those of its kind within the project: a package name, an advisory id. Often empty.
    pub key: String,
    /// The JSON.
    pub json: String,
    /// Where it comes from.
    pub evidence: Evidence,
}

/// Everything that one assessment says of one project. What could not be read is a problem, and the rest still stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProjectAssessment {
    /// The project's name in the profile.
    pub project: String,
    /// What checks found, sorted.
    pub findings: Vec<Finding>,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What it stands on and carries.
    pub components: Vec<AssessedComponent>,
    /// How those hang together.
    pub edges: Vec<AssessedEdge>,
    /// Facts that are kept whole.
    pub documents: Vec<Document>,
    /// What could not be read or looked up.
    pub problems: Vec<Problem>,
    /// What could not be looked at.
    pub unseen: Unseen,
}

/// What could not be looked at. What is known of it, and is not said anew, stays as it is: that nobody looked settles nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unseen {
    /// Checks, by their ids: what they found stays open.
    pub checks: BTreeSet<String>,
    /// Measures, by their ids: their figures stay, with the day on which they were measured.
    pub measures: BTreeSet<String>,
    /// Kinds of documents: those that are there stay.
    pub documents: BTreeSet<String>,
}

impl Unseen {
    /// Whether the figures of a measure are among it, with or without the part that one is about (`standard-endorsed:spec-8`).
    pub fn holds_measure(&self, measure: &str) -> bool {
        let id = measure.split(':').next().unwrap_or(measure);
        self.measures.contains(id)
    }
}

/// What a figure counts, for people and for the page of methods. Capabilities have catalogues of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// The stable id, in kebab case.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What the value counts (`projects`, `advisories`, `days`, `risk`).
    pub unit: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// How it is computed, from which facts, and what it does not say.
    pub method: &'static str,
}

/// Which way of a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    Neutral,
}
