//! Projects.

#![expect(
    unused_qualifications,
    reason = "the macro that describes a route writes them"
)]

use axum::{extract::State, http::HeaderMap};
use bartizan_store::ProjectFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Reply, reply,
    wire::{Meta, Number, ProjectWire, Words, rows, text},
};
use crate::http::{App, Path, Problem, Query};

/// Which projects.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProjectQuery {
    /// Of this cohort
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    cohort: Option<Words>,
    /// With this in their name
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00]*$")]
    text: Option<Words>,
    /// The number of the page, from 1
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    page: Option<Number>,
    /// How many a page has, 50 where it is not said
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    per_page: Option<Number>,
}

/// Projects.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectsAnswer {
    /// By name.
    projects: Vec<ProjectWire>,
    /// Where in the list this page stands.
    meta: Meta,
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectAnswer {
    /// The project.
    project: ProjectWire,
    /// The cohorts that it is in.
    cohorts: Vec<String>,
}

/// Projects by name
#[utoipa::path(
    get, path = "/api/v1/projects", tag = "assessment", params(ProjectQuery),
    responses(
        (status = 200, description = "The projects", body = ProjectsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn projects(
    State(app): State<App>,
    Query(asked): Query<ProjectQuery>,
    headers: HeaderMap,
) -> Reply {
    let page = rows(asked.page, asked.per_page)?;
    let filter = ProjectFilter {
        cohort: text(asked.cohort),
        text: text(asked.text),
        with_gone: false,
    };
    let found = app.store().projects(&filter, page).await?;
    reply(
        &ProjectsAnswer {
            projects: found.rows.iter().map(ProjectWire::from).collect(),
            meta: Meta::of(page, found.total),
        },
        &headers,
    )
}

/// One project
#[utoipa::path(
    get, path = "/api/v1/projects/{name}", tag = "assessment", params(("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$")),
    responses(
        (status = 200, description = "The project", body = ProjectAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn project(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Reply {
    let row = app
        .store()
        .project(&name)
        .await?
        .ok_or_else(|| Problem::missing("project"))?;
    let cohorts = app.store().cohorts_of(&name).await?;
    reply(
        &ProjectAnswer {
            project: ProjectWire::from(&row),
            cohorts,
        },
        &headers,
    )
}
