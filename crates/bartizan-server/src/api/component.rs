//! What projects stand on.

#![expect(
    unused_qualifications,
    reason = "the macro that describes a route writes them"
)]

use axum::{extract::State, http::HeaderMap};
use bartizan_store::ComponentFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Reply, reply,
    wire::{EvidenceWire, Meta, Number, PageQuery, ShareWire, evidence, rows, shares},
};
use crate::http::{App, Path, Problem, Query};

/// Components.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComponentsAnswer {
    /// The riskiest first.
    components: Vec<ComponentWire>,
    /// Where in the list this page stands.
    meta: Meta,
}

/// A component.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComponentWire {
    /// Its package URL.
    purl: String,
    /// Its name.
    name: String,
    /// Its version; none where it is not known.
    version: Option<String>,
    /// Whether it is native code that a file carries.
    is_native: bool,
    /// Whether the project asks for it itself.
    is_direct: bool,
    /// Its risk between 0 and 1.
    risk: Option<f64>,
    /// What the risk is made of.
    shares: Vec<ShareWire>,
    /// How it is known.
    evidence: Vec<EvidenceWire>,
}

/// What a project stands on, the riskiest first
#[utoipa::path(
    get, path = "/api/v1/projects/{name}/components", tag = "assessment", params(("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"), PageQuery),
    responses(
        (status = 200, description = "The components", body = ComponentsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn components(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(asked): Query<PageQuery>,
    headers: HeaderMap,
) -> Reply {
    let page = rows(asked.page, asked.per_page)?;
    known(&app, &name).await?;
    let found = app
        .store()
        .components(&name, &ComponentFilter::default(), page)
        .await?;
    let wire = |row: &bartizan_store::ComponentRow| {
        let component = &row.component;
        ComponentWire {
            purl: component.purl.to_string(),
            name: component.name.clone(),
            version: component.version.clone(),
            is_native: component.is_native,
            is_direct: component.is_direct,
            risk: component.risk,
            shares: shares(&component.shares),
            evidence: evidence(&component.evidence),
        }
    };
    reply(
        &ComponentsAnswer {
            components: found.rows.iter().map(wire).collect(),
            meta: Meta::of(page, found.total),
        },
        &headers,
    )
}

async fn known(app: &App, name: &str) -> Result<(), Problem> {
    app.store()
        .project(name)
        .await?
        .map(drop)
        .ok_or_else(|| Problem::missing("project"))
}

/// Edges.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EdgesAnswer {
    /// Sorted; 20,000 at most.
    edges: Vec<EdgeWire>,
}

/// An edge between two components.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EdgeWire {
    /// What depends or carries.
    from: String,
    /// What it depends on or carries.
    to: String,
    /// `requires`, `optional`, `bundles` or `builds-with`.
    kind: String,
}

/// How what a project stands on hangs together
#[utoipa::path(
    get, path = "/api/v1/projects/{name}/edges", tag = "assessment", params(("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$")),
    responses(
        (status = 200, description = "The edges", body = EdgesAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn edges(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Reply {
    known(&app, &name).await?;
    let edges = app.store().edges(&name).await?;
    let wire = edges.into_iter().map(|edge| EdgeWire {
        from: edge.from,
        to: edge.to,
        kind: edge.kind,
    });
    reply(
        &EdgesAnswer {
            edges: wire.collect(),
        },
        &headers,
    )
}

/// Of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DependantQuery {
    /// A package URL without a version, or the name of a component
    #[param(min_length = 1, max_length = 1000, pattern = r"^[^\x00]*$")]
    package: String,
    /// The number of the page, from 1
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    page: Option<Number>,
    /// How many a page has, 50 where it is not said
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    per_page: Option<Number>,
}

/// Dependants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DependantsAnswer {
    /// By project.
    dependants: Vec<DependantWire>,
    /// Where in the list this page stands.
    meta: Meta,
}

/// A project that stands on a package.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DependantWire {
    /// The project.
    project: String,
    /// The package URL of what it stands on.
    purl: String,
    /// The version; none where it is not known.
    version: Option<String>,
    /// Whether a file of the project carries it.
    is_native: bool,
    /// Whether the project asks for it itself.
    is_direct: bool,
}

/// The projects that stand on a package
#[utoipa::path(
    get, path = "/api/v1/dependants", tag = "assessment", params(DependantQuery),
    responses(
        (status = 200, description = "The dependants", body = DependantsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn dependants(
    State(app): State<App>,
    Query(asked): Query<DependantQuery>,
    headers: HeaderMap,
) -> Reply {
    let page = rows(asked.page, asked.per_page)?;
    if asked.package.is_empty() || asked.package.chars().count() > 1_000 {
        return Err(Problem::wrong(
            "`package` has between 1 and 1000 characters",
        ));
    }
    let found = app.store().dependants_of(&asked.package, page).await?;
    let wire = |row: &bartizan_store::Dependant| DependantWire {
        project: row.project.clone(),
        purl: row.purl.clone(),
        version: row.version.clone(),
        is_native: row.is_native,
        is_direct: row.is_direct,
    };
    reply(
        &DependantsAnswer {
            dependants: found.rows.iter().map(wire).collect(),
            meta: Meta::of(page, found.total),
        },
        &headers,
    )
}
