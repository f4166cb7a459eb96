//! What the interface says, apart from the words of the model, so that those may change.

use bartizan_model::assessment::Evidence;
use bartizan_store::{FigureRow, FindingRow, ProjectRow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Which page of a list.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The number of the page, from 1
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    pub(crate) page: Option<Number>,
    /// How many a page has, 50 where it is not said
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    pub(crate) per_page: Option<Number>,
}

/// A whole number from 1 on, as a query writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Number(pub(crate) u32);

impl TryFrom<String> for Number {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = text
            .parse()
            .ok()
            .filter(|number| (1..=1_000_000).contains(number));
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        number
            .filter(|_| is_plain)
            .map(Self)
            .ok_or("a number from 1 to 1000000 is expected")
    }
}

/// A text of a query, of a length that somebody may mean.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Words(pub(crate) String);

/// Characters of a text of a query at most; what the document says of each.
const MOST_CHARACTERS: usize = 500;

impl TryFrom<String> for Words {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() <= MOST_CHARACTERS {
            Ok(Self(text))
        } else {
            Err("a text of at most 500 characters is expected")
        }
    }
}

/// The text, where there is one.
pub(crate) fn text(words: Option<Words>) -> Option<String> {
    words.map(|words| words.0)
}

/// The most that a page may have.
const MOST: u32 = 500;

/// The rows that a page asks for.
pub(crate) fn rows(
    page: Option<Number>,
    per_page: Option<Number>,
) -> Result<bartizan_store::Page, crate::http::Problem> {
    let size = per_page.map_or(50, |number| number.0);
    if size > MOST {
        return Err(crate::http::Problem::wrong(format!(
            "a page has at most {MOST} entries"
        )));
    }
    Ok(bartizan_store::Page::new(
        page.map_or(1, |number| number.0),
        size,
    ))
}

/// Where in a list a page stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Meta {
    /// How many entries all pages have.
    pub(crate) total: u64,
    /// The number of this page.
    pub(crate) page: u32,
    /// How many entries a page has at most.
    pub(crate) per_page: u32,
    /// The number of the next page; none on the last.
    pub(crate) next_page: Option<u32>,
}

impl Meta {
    pub(crate) fn of(page: bartizan_store::Page, total: u64) -> Self {
        let end = u64::from(page.number()) * u64::from(page.size());
        Self {
            total,
            page: page.number(),
            per_page: page.size(),
            next_page: (end < total).then(|| page.number() + 1),
        }
    }
}

/// Where a statement comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EvidenceWire {
    /// The source.
    source: String,
    /// The digest of what the source gave.
    snapshot: Option<String>,
    /// Where in it.
    locator: String,
    /// When it was observed.
    #[schema(format = "date-time")]
    observed: String,
}

pub(crate) fn evidence(evidence: &[Evidence]) -> Vec<EvidenceWire> {
    let wire = |it: &Evidence| EvidenceWire {
        source: it.source.clone(),
        snapshot: it.snapshot.clone(),
        locator: it.locator.clone(),
        observed: it.observed.to_string(),
    };
    evidence.iter().map(wire).collect()
}

/// A project.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectWire {
    /// Its id.
    name: String,
    /// Its name for people.
    title: String,
    /// Its repositories.
    repositories: Vec<String>,
    /// What it publishes, as package URLs.
    packages: Vec<String>,
    /// How many open findings it has to mend.
    open_findings: u64,
    /// When it was assessed last; none where it never was.
    #[schema(format = "date-time")]
    assessed: Option<String>,
    /// Why the last try did not succeed; what is shown is older then.
    failure: Option<String>,
}

impl From<&ProjectRow> for ProjectWire {
    fn from(row: &ProjectRow) -> Self {
        let project = &row.project;
        Self {
            name: project.name.clone(),
            title: project.title.clone(),
            repositories: project
                .repositories
                .iter()
                .map(|repository| repository.url.clone())
                .collect(),
            packages: project
                .packages
                .iter()
                .map(|package| bartizan_model::purl::Purl::of_package(package, None).to_string())
                .collect(),
            open_findings: row.open,
            assessed: row.assessed.map(|instant| instant.to_string()),
            failure: row.failure.as_ref().map(|problem| problem.message.clone()),
        }
    }
}

/// A finding.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FindingWire {
    /// Its id.
    id: i64,
    /// The project.
    project: String,
    /// The id of the check.
    check: String,
    /// The kind of thing that it is about.
    subject_kind: &'static str,
    /// What it is about.
    subject: String,
    /// What tells answers of one check about one subject apart: for an advisory, its id.
    key: String,
    /// `pass`, `fail`, `unknown` or `not_applicable`.
    outcome: &'static str,
    /// How bad it is; none where nobody states it.
    severity: Option<&'static str>,
    /// How it weighs, between 0 and 1.
    weight: Option<f64>,
    /// What was found.
    message: String,
    /// What to do.
    remedy: Option<String>,
    /// More facts by name.
    facts: BTreeMap<String, String>,
    /// How it is known.
    evidence: Vec<EvidenceWire>,
    /// When it was seen first.
    #[schema(format = "date-time")]
    first_seen: String,
    /// Since when it is open.
    #[schema(format = "date-time")]
    opened: String,
    /// When it was seen last.
    #[schema(format = "date-time")]
    last_seen: String,
    /// When it was closed.
    #[schema(format = "date-time")]
    closed: Option<String>,
}

impl From<&FindingRow> for FindingWire {
    fn from(row: &FindingRow) -> Self {
        let finding = &row.finding;
        Self {
            id: row.id,
            project: row.project.clone(),
            check: finding.check.clone(),
            subject_kind: finding.subject.kind.as_str(),
            subject: finding.subject.name.clone(),
            key: finding.key.clone(),
            outcome: finding.outcome.as_str(),
            severity: finding.severity.map(|level| level.as_str()),
            weight: finding.weight,
            message: finding.message.clone(),
            remedy: finding.remedy.clone(),
            facts: finding.facts.iter().cloned().collect(),
            evidence: evidence(&finding.evidence),
            first_seen: row.first_seen.to_string(),
            opened: row.opened.to_string(),
            last_seen: row.last_seen.to_string(),
            closed: row.closed.map(|instant| instant.to_string()),
        }
    }
}

/// A figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FigureWire {
    /// The id of the measure.
    measure: String,
    /// The value.
    value: f64,
    /// Out of how many.
    whole: Option<f64>,
    /// The parts that it is made of.
    shares: Vec<ShareWire>,
    /// When it was measured.
    #[schema(format = "date-time")]
    measured: String,
    /// How it is known.
    evidence: Vec<EvidenceWire>,
}

/// A part of a figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ShareWire {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: f64,
}

pub(crate) fn shares(shares: &[(String, f64)]) -> Vec<ShareWire> {
    shares
        .iter()
        .map(|(name, value)| ShareWire {
            name: name.clone(),
            value: *value,
        })
        .collect()
}

impl From<&FigureRow> for FigureWire {
    fn from(row: &FigureRow) -> Self {
        let figure = &row.figure;
        Self {
            measure: figure.measure.clone(),
            value: figure.value,
            whole: figure.whole,
            shares: shares(&figure.shares),
            measured: row.measured.to_string(),
            evidence: evidence(&figure.evidence),
        }
    }
}
