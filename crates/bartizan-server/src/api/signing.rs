//! How far signing has come, and the evidence of releases.

use std::collections::BTreeMap;

use axum::{extract::State, http::HeaderMap};
use bartizan_assessment::measures::{
    FILE_ATTESTATIONS, PINNED_FILES, PINNED_LATEST, PINNED_RELEASES, RELEASE_ATTESTATIONS,
    WHEELS_WITH_SBOM,
};
use bartizan_provenance::ledger::Class;
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
    signing::{self, PackageLedger, ReleaseEvidence},
};

/// How far signing has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SigningAnswer {
    /// Projects whose latest release is verified and pinned; none where nobody can tell.
    projects: Option<PartWire>,
    /// Releases that are verified and pinned.
    releases: Option<PartWire>,
    /// Files that are verified and pinned.
    files: Option<PartWire>,
    /// Wheels that carry a bill of materials.
    wheels_with_sbom: Option<PartWire>,
    /// How files and releases stand by the quarter of their upload, the earliest first.
    quarters: Vec<QuarterWire>,
    /// What the classes mean.
    classes: Vec<ClassWire>,
}

/// A quarter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarterWire {
    /// Its name, such as `2026-q1`.
    quarter: String,
    /// How many files are of which class.
    files: BTreeMap<String, f64>,
    /// How many releases are of which class.
    releases: BTreeMap<String, f64>,
}

/// A class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassWire {
    /// Its stable name.
    class: &'static str,
    /// It in words.
    title: &'static str,
    /// What it means.
    meaning: &'static str,
    /// Whether it says something for or against a project.
    is_counted: bool,
}

/// The releases of a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleasesAnswer {
    /// By package.
    ledgers: Vec<PackageLedger>,
}

/// A release.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseAnswer {
    /// The release with its evidence.
    release: ReleaseEvidence,
}

/// How far signing has come
#[utoipa::path(
    get, path = "/api/v1/signing", tag = "assessment", params(ScopeQuery),
    responses(
        (status = 200, description = "Coverage by project, release and file", body = SigningAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn signing(
    State(app): State<App>,
    Query(asked): Query<ScopeQuery>,
    headers: HeaderMap,
) -> Reply {
    let figures = figures(&app, asked).await?;
    let part = |measure| part(&figures, measure);
    let class = |class: Class| ClassWire {
        class: class.id(),
        title: class.title(),
        meaning: class.meaning(),
        is_counted: class.is_counted(),
    };
    let answer = SigningAnswer {
        projects: part(PINNED_LATEST.id),
        releases: part(PINNED_RELEASES.id),
        files: part(PINNED_FILES.id),
        wheels_with_sbom: part(WHEELS_WITH_SBOM.id),
        quarters: by_quarter(&figures),
        classes: Class::ALL.map(class).into(),
    };
    reply(&answer, &headers)
}

fn by_quarter(figures: &[FigureRow]) -> Vec<QuarterWire> {
    let quarters = quarters(figures, [FILE_ATTESTATIONS.id, RELEASE_ATTESTATIONS.id]).into_iter();
    let id = |title: &str| {
        let class = Class::ALL.into_iter().find(|it| it.title() == title);
        class.map(Class::id)
    };
    let wire = |(quarter, [files, releases]): (&str, [Option<&FigureRow>; 2])| QuarterWire {
        quarter: quarter.to_owned(),
        files: shares(files, id),
        releases: shares(releases, id),
    };
    quarters.map(wire).collect()
}

/// The releases of a project and how each is signed
#[utoipa::path(
    get, path = "/api/v1/projects/{name}/releases", tag = "assessment", params(("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$")),
    responses(
        (status = 200, description = "The releases, by package", body = ReleasesAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such project", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn releases(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Reply {
    let ledgers = documents(&app, &name, signing::LEDGER).await?;
    reply(&ReleasesAnswer { ledgers }, &headers)
}

/// One release with its evidence, step by step
#[utoipa::path(
    get, path = "/api/v1/projects/{name}/releases/{package}/{version}", tag = "assessment", params(
        ("name" = String, Path, description = "The id of the project", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"),
        ("package" = String, Path, description = "The name of the package", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"),
        ("version" = String, Path, description = "The version as the index spells it", min_length = 1, max_length = 200, pattern = r"^[^\x00]*$"),
    ),
    responses(
        (status = 200, description = "The release", body = ReleaseAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such release", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn release(
    State(app): State<App>,
    Path((name, package, version)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Reply {
    let key = signing::key(&package, &version);
    let release = document(&app, &name, signing::RELEASE_EVIDENCE, &key).await?;
    reply(&ReleaseAnswer { release }, &headers)
}
