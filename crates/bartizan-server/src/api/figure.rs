//! Figures and how they went.

#![expect(
    unused_qualifications,
    reason = "the macro that describes a route writes them"
)]

use axum::{extract::State, http::HeaderMap};
use bartizan_store::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Reply, reply,
    wire::{FigureWire, Words, text},
};
use crate::http::{App, Problem, Query};

/// Over what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScopeQuery {
    /// Over this cohort
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    pub(super) cohort: Option<Words>,
    /// Over this project
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    pub(super) project: Option<Words>,
}

/// Of which measure, over what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// The id of the measure
    #[param(value_type = String, max_length = 500, pattern = r"^[^\x00]*$")]
    measure: Words,
    /// Over this cohort
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    cohort: Option<Words>,
    /// Over this project
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    project: Option<Words>,
}

/// A project is narrower than a cohort: where both are named, the project is meant.
pub(super) fn scope(cohort: Option<String>, project: Option<String>) -> Scope {
    match (project, cohort) {
        (Some(project), _) => Scope::Project(project),
        (None, Some(cohort)) => Scope::Cohort(cohort),
        (None, None) => Scope::Ecosystem,
    }
}

/// Figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguresAnswer {
    /// By measure. What nobody measured is not there.
    figures: Vec<FigureWire>,
}

/// A history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryAnswer {
    /// The earliest first: every point of 90 days, then one a week for two years, then one a month.
    history: Vec<PointWire>,
}

/// A point of a history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PointWire {
    /// When.
    #[schema(format = "date-time")]
    instant: String,
    /// The value.
    value: f64,
    /// Out of how many.
    whole: Option<f64>,
}

/// The figures over the ecosystem, a cohort or a project
#[utoipa::path(
    get, path = "/api/v1/figures", tag = "assessment", params(ScopeQuery),
    responses(
        (status = 200, description = "The figures", body = FiguresAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn figures(
    State(app): State<App>,
    Query(asked): Query<ScopeQuery>,
    headers: HeaderMap,
) -> Reply {
    let rows = app
        .store()
        .figures(&scope(text(asked.cohort), text(asked.project)))
        .await?;
    reply(
        &FiguresAnswer {
            figures: rows.iter().map(FigureWire::from).collect(),
        },
        &headers,
    )
}

/// How a figure went
#[utoipa::path(
    get, path = "/api/v1/history", tag = "assessment", params(HistoryQuery),
    responses(
        (status = 200, description = "The history", body = HistoryAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn history(
    State(app): State<App>,
    Query(asked): Query<HistoryQuery>,
    headers: HeaderMap,
) -> Reply {
    let points = app
        .store()
        .history(
            &scope(text(asked.cohort), text(asked.project)),
            &asked.measure.0,
            None,
        )
        .await?;
    let wire = points.iter().map(|point| PointWire {
        instant: point.instant.to_string(),
        value: point.value,
        whole: point.whole,
    });
    reply(
        &HistoryAnswer {
            history: wire.collect(),
        },
        &headers,
    )
}
