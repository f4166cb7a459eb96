//! How the bills of materials of releases stand.

use std::collections::BTreeMap;

use axum::{extract::State, http::HeaderMap};
use bartizan_assessment::measures::{
    DECLARED_COMPONENTS, RELEASE_SBOMS, RELEASES_WITH_SBOM, RELEASES_WITH_TRUE_SBOM,
    RELEASES_WITH_VALID_SBOM, SOUND_SBOM_LATEST,
};
use bartizan_sbom::standing::Standing;
use bartizan_store::FigureRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Reply,
    figure::ScopeQuery,
    reply,
    standing::{PartWire, document, documents, figures, part, quarters, shares},
};
use crate::{
    http::{App, Path, Problem, Query},
    sboms::{self, PackageSboms, ReleaseSbom},
    signing,
};

/// How the bills of releases stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SbomsAnswer {
    /// Native components of the latest releases that bills declare; none where no wheel was looked into.
    declared_components: Option<PartWire>,
    /// Projects whose latest release has a valid and true bill.
    projects: Option<PartWire>,
    /// Releases whose wheels carry a bill.
    present: Option<PartWire>,
    /// Releases whose bills are valid; none where no schema was at hand.
    valid: Option<PartWire>,
    /// Releases whose bills are true.
    #[serde(rename = "true")]
    truthful: Option<PartWire>,
    /// How releases stand by the quarter of their upload, the earliest first.
    quarters: Vec<SbomQuarterWire>,
    /// What the standings mean.
    standings: Vec<StandingWire>,
}

/// A quarter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SbomQuarterWire {
    /// Its name, such as `2026-q1`.
    quarter: String,
    /// How many releases are of which standing.
    releases: BTreeMap<String, f64>,
    /// Native components that bills declare.
    declared_components: Option<PartWire>,
}

/// A standing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingWire {
    /// Its stable name.
    standing: &'static str,
    /// It in words.
    title: &'static str,
    /// What it means.
    meaning: &'static str,
    /// Whether it says something for or against a project.
    is_counted: bool,
}

/// How the bills of the releases of a project stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectSbomsAnswer {
    /// By package.
    packages: Vec<PackageSboms>,
}

/// The bills of a release.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseSbomAnswer {
    /// The release with its bills and where they and its files differ.
    release: ReleaseSbom,
}

/// How the bills of materials of releases stand
#[utoipa::path(
    get, path = "/api/v1/sboms", tag = "assessment", params(ScopeQuery),
    responses(
        (status = 200, description = "Present, valid, true, and how much is declared", body = SbomsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sboms(
    State(app): State<App>,
    Query(asked): Query<ScopeQuery>,
    headers: HeaderMap,
) -> Reply {
    let figures = figures(&app, asked).await?;
    let part = |measure| part(&figures, measure);
    let standing = |standing: Standing| StandingWire {
        standing: standing.id(),
        title: standing.title(),
        meaning: standing.meaning(),
        is_counted: standing.is_counted(),
    };
    let answer = SbomsAnswer {
        declared_components: part(DECLARED_COMPONENTS.id),
        projects: part(SOUND_SBOM_LATEST.id),
        present: part(RELEASES_WITH_SBOM.id),
        valid: part(RELEASES_WITH_VALID_SBOM.id),
        truthful: part(RELEASES_WITH_TRUE_SBOM.id),
        quarters: by_quarter(&figures),
        standings: Standing::ALL.map(standing).into(),
    };
    reply(&answer, &headers)
}

fn by_quarter(figures: &[FigureRow]) -> Vec<SbomQuarterWire> {
    let quarters = quarters(figures, [RELEASE_SBOMS.id, DECLARED_COMPONENTS.id]).into_iter();
    let id = |title: &str| {
        let standing = Standing::ALL.into_iter().find(|it| it.title() == title);
        standing.map(Standing::id)
    };
    let wire = |(quarter, [releases, declared]): (&str, [Option<&FigureRow>; 2])| SbomQuarterWire {
        quarter: quarter.to_owned(),
        releases: shares(releases, id),
        declared_components: declared.map(PartWire::of),
    };
    quarters.map(wire).collect()
}

/// How the bills of materials of the releases of a project stand
#[utoipa::path(
    get, path = "/api/v1/projects/{name}/sboms", tag = "assessment", params(("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$")),
    responses(
        (status = 200, description = "The releases, by package", body = ProjectSbomsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn of_project(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Reply {
    let packages = documents(&app, &name, sboms::SBOMS).await?;
    reply(&ProjectSbomsAnswer { packages }, &headers)
}

/// The bills of materials of one release, and where they and its files differ
#[utoipa::path(
    get, path = "/api/v1/projects/{name}/releases/{package}/{version}/sbom", tag = "assessment", params(
        ("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"),
        ("package" = String, Path, description = "The name of the package", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"),
        ("version" = String, Path, description = "The version as the index spells it", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"),
    ),
    responses(
        (status = 200, description = "The bills of the release", body = ReleaseSbomAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing is known of the bills of such a release", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn of_release(
    State(app): State<App>,
    Path((name, package, version)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Reply {
    let key = signing::key(&package, &version);
    let release = document(&app, &name, sboms::RELEASE_SBOM, &key).await?;
    reply(&ReleaseSbomAnswer { release }, &headers)
}
