//! How access to organisations stands, in numbers.

use std::collections::BTreeMap;

use axum::{extract::State, http::HeaderMap};
use bartizan_assessment::measures::{
    SECOND_FACTOR, SECOND_FACTOR_REQUIRED, SECOND_FACTORS, STALE_GRANTS, STALE_GRANTS_AT_FIRST,
};
use bartizan_store::FigureRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Reply,
    figure::ScopeQuery,
    reply,
    standing::{PartWire, figures, part, quarters, shares},
};
use crate::http::{App, Problem, Query};

/// How access to organisations stands. Numbers only: nobody is named, and of fewer than five people there is none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessAnswer {
    /// Rights that nobody used, out of those of which it is known; none where no survey says it.
    stale_grants: Option<PartWire>,
    /// The same at the first survey.
    stale_grants_at_first: Option<PartWire>,
    /// Rights by what is known of their use: `used`, `not-used`, `not-known`, `not-judged`.
    rights: BTreeMap<String, f64>,
    /// People with a second factor, out of those of whom it is known.
    second_factors: Option<PartWire>,
    /// People by their second factor: `with-one`, `can-be-taken-over`, `without`, `not-known`.
    people: BTreeMap<String, f64>,
    /// Projects all of whose people use one.
    projects: Option<PartWire>,
    /// Organisations that require one.
    required: Option<PartWire>,
    /// What was known at the end of each quarter, the earliest first.
    quarters: Vec<AccessQuarterWire>,
}

/// A quarter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessQuarterWire {
    /// Its name, such as `2026-q1`.
    quarter: String,
    /// Rights by what was known of their use.
    rights: BTreeMap<String, f64>,
    /// People by their second factor.
    people: BTreeMap<String, f64>,
}

/// How access to organisations stands, in numbers
#[utoipa::path(
    get, path = "/api/v1/access", tag = "assessment", params(ScopeQuery),
    responses(
        (status = 200, description = "Rights that nobody used, and second factors, now and by quarter", body = AccessAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn access(
    State(app): State<App>,
    Query(asked): Query<ScopeQuery>,
    headers: HeaderMap,
) -> Reply {
    let figures = figures(&app, asked).await?;
    let part = |measure| part(&figures, measure);
    let of = |measure: &str| named(figures.iter().find(|row| row.figure.measure == measure));
    let answer = AccessAnswer {
        stale_grants: part(STALE_GRANTS.id),
        stale_grants_at_first: part(STALE_GRANTS_AT_FIRST.id),
        rights: of(STALE_GRANTS.id),
        second_factors: part(SECOND_FACTORS.id),
        people: of(SECOND_FACTORS.id),
        projects: part(SECOND_FACTOR.id),
        required: part(SECOND_FACTOR_REQUIRED.id),
        quarters: by_quarter(&figures),
    };
    reply(&answer, &headers)
}

fn by_quarter(figures: &[FigureRow]) -> Vec<AccessQuarterWire> {
    let quarters = quarters(figures, [STALE_GRANTS.id, SECOND_FACTORS.id]).into_iter();
    let wire = |(quarter, [rights, people]): (&str, [Option<&FigureRow>; 2])| AccessQuarterWire {
        quarter: quarter.to_owned(),
        rights: named(rights),
        people: named(people),
    };
    quarters.map(wire).collect()
}

/// The parts of a figure by their stable names.
fn named(row: Option<&FigureRow>) -> BTreeMap<String, f64> {
    shares(row, |name| Some(name.replace(' ', "-")))
}
