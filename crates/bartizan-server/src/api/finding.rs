//! Findings.

#![expect(
    unused_qualifications,
    reason = "the macro that describes a route writes them"
)]

use axum::{extract::State, http::HeaderMap};
use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use bartizan_store::{FindingFilter, FindingSort, SeverityFilter, Viewer};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Reply, reply,
    wire::{FindingWire, Meta, Number, Words, rows, text},
};
use crate::http::{App, Path, Problem, Query};

/// Which findings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindingQuery {
    /// Of this project
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    project: Option<Words>,
    /// Of this cohort
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    cohort: Option<Words>,
    /// Of this check
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    check: Option<Words>,
    /// About this
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    subject: Option<Words>,
    /// With this key: for an advisory, its id
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    key: Option<Words>,
    /// With this outcome
    #[param(inline)]
    outcome: Option<OutcomeWord>,
    /// With this severity
    #[param(inline)]
    severity: Option<SeverityWord>,
    /// Open ones where it is not said
    #[param(inline)]
    state: Option<StateWord>,
    /// With these words
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    text: Option<Words>,
    /// The most urgent first where it is not said
    #[param(inline)]
    sort: Option<SortWord>,
    /// The number of the page, from 1
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    page: Option<Number>,
    /// How many a page has, 50 where it is not said
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    per_page: Option<Number>,
}

/// An outcome.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutcomeWord {
    Pass,
    Fail,
    Unknown,
    NotApplicable,
}

/// A severity.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeverityWord {
    None,
    Low,
    Medium,
    High,
    Critical,
    /// Nobody states one.
    Unstated,
}

/// Whether a finding is open.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateWord {
    Open,
    Closed,
    All,
}

/// An order.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SortWord {
    Urgency,
    Newest,
    Project,
}

impl FindingQuery {
    fn filter(&self) -> FindingFilter {
        FindingFilter {
            project: text(self.project.clone()),
            cohort: text(self.cohort.clone()),
            check: text(self.check.clone()),
            subject: text(self.subject.clone()),
            key: text(self.key.clone()),
            outcome: self.outcome.map(|word| match word {
                OutcomeWord::Pass => Outcome::Pass,
                OutcomeWord::Fail => Outcome::Fail,
                OutcomeWord::Unknown => Outcome::Unknown,
                OutcomeWord::NotApplicable => Outcome::NotApplicable,
            }),
            severity: self
                .severity
                .map_or(SeverityFilter::Any, |word| match word {
                    SeverityWord::None => SeverityFilter::Exactly(SeverityLevel::None),
                    SeverityWord::Low => SeverityFilter::Exactly(SeverityLevel::Low),
                    SeverityWord::Medium => SeverityFilter::Exactly(SeverityLevel::Medium),
                    SeverityWord::High => SeverityFilter::Exactly(SeverityLevel::High),
                    SeverityWord::Critical => SeverityFilter::Exactly(SeverityLevel::Critical),
                    SeverityWord::Unstated => SeverityFilter::Unstated,
                }),
            is_open: match self.state {
                None | Some(StateWord::Open) => Some(true),
                Some(StateWord::Closed) => Some(false),
                Some(StateWord::All) => None,
            },
            text: text(self.text.clone()),
        }
    }

    fn sort(&self) -> FindingSort {
        match self.sort {
            None | Some(SortWord::Urgency) => FindingSort::Urgency,
            Some(SortWord::Newest) => FindingSort::Newest,
            Some(SortWord::Project) => FindingSort::Project,
        }
    }
}

/// Findings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingsAnswer {
    /// In the order that was asked for.
    findings: Vec<FindingWire>,
    /// Where in the list this page stands.
    meta: Meta,
}

/// A finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingAnswer {
    /// The finding.
    finding: FindingWire,
}

/// Findings, the most urgent first
#[utoipa::path(
    get, path = "/api/v1/findings", tag = "assessment", params(FindingQuery),
    responses(
        (status = 200, description = "The findings", body = FindingsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn findings(
    State(app): State<App>,
    Query(asked): Query<FindingQuery>,
    headers: HeaderMap,
) -> Reply {
    let page = rows(asked.page, asked.per_page)?;
    let found = app
        .store()
        .findings(&Viewer::Public, &asked.filter(), asked.sort(), page)
        .await?;
    reply(
        &FindingsAnswer {
            findings: found.rows.iter().map(FindingWire::from).collect(),
            meta: Meta::of(page, found.total),
        },
        &headers,
    )
}

/// One finding
#[utoipa::path(
    get, path = "/api/v1/findings/{id}", tag = "assessment", params(("id" = i64, Path, description = "The id of the finding")),
    responses(
        (status = 200, description = "The finding", body = FindingAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such finding that everybody may see", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn finding(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Reply {
    let row = app
        .store()
        .finding(&Viewer::Public, id)
        .await?
        .ok_or_else(|| Problem::missing("finding"))?;
    reply(
        &FindingAnswer {
            finding: FindingWire::from(&row),
        },
        &headers,
    )
}
