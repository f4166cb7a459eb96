//! The ecosystem itself: its goals, cohorts, measures and checks, and when it was assessed.

use axum::{extract::State, http::HeaderMap};
use bartizan_model::assessment::Direction;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Reply, reply,
    wire::{Meta, PageQuery, rows},
};
use crate::http::{App, Problem, Query};

/// The ecosystem.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EcosystemAnswer {
    /// What the profile says.
    ecosystem: Option<EcosystemWire>,
    /// Grows with every change of what is shown.
    generation: i64,
    /// The digest of the advisory snapshot that questions are answered from.
    advisory_snapshot: Option<String>,
}

/// What the profile of an ecosystem says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EcosystemWire {
    /// Its id.
    name: String,
    /// Its name for people.
    title: String,
    /// One sentence about it.
    summary: String,
    /// What it wants to reach.
    milestones: Vec<MilestoneWire>,
}

/// A goal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MilestoneWire {
    /// Its id.
    name: String,
    /// What it is.
    title: String,
    /// The measure that it speaks of.
    measure: String,
    /// The cohort that it speaks of; none for every project.
    cohort: Option<String>,
    /// What should be reached, the earliest first.
    targets: Vec<TargetWire>,
}

/// A target of a goal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TargetWire {
    /// The value to reach.
    value: f64,
    /// By when, in words.
    by: String,
}

/// The ecosystem with its goals
#[utoipa::path(
    get, path = "/api/v1/ecosystem", tag = "assessment",
    responses(
        (status = 200, description = "The ecosystem", body = EcosystemAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ecosystem(State(app): State<App>, headers: HeaderMap) -> Reply {
    let profile = app.store().profile().await?.map(|row| row.profile);
    let ecosystem = profile.map(|profile| EcosystemWire {
        name: profile.name,
        title: profile.title,
        summary: profile.summary,
        milestones: profile
            .milestones
            .into_iter()
            .map(|milestone| MilestoneWire {
                name: milestone.name,
                title: milestone.title,
                measure: milestone.measure,
                cohort: milestone.cohort,
                targets: milestone
                    .targets
                    .into_iter()
                    .map(|target| TargetWire {
                        value: target.value,
                        by: target.by,
                    })
                    .collect(),
            })
            .collect(),
    });
    let advisory_snapshot = app
        .database()
        .map(|database| database.manifest().snapshot.clone());
    reply(
        &EcosystemAnswer {
            ecosystem,
            generation: app.generation().await,
            advisory_snapshot,
        },
        &headers,
    )
}

/// The cohorts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CohortsAnswer {
    /// In the order of the profile.
    cohorts: Vec<CohortWire>,
}

/// A named set of projects.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CohortWire {
    /// Its id.
    name: String,
    /// Its name for people.
    title: String,
    /// What makes a project a member.
    summary: String,
    /// Whether it is the stack of a domain.
    is_stack: bool,
    /// Its projects.
    projects: Vec<String>,
}

/// The cohorts with their projects
#[utoipa::path(
    get, path = "/api/v1/cohorts", tag = "assessment",
    responses(
        (status = 200, description = "The cohorts", body = CohortsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cohorts(State(app): State<App>, headers: HeaderMap) -> Reply {
    let mut cohorts = Vec::new();
    for cohort in app.store().cohorts().await? {
        let projects = app.store().members(&cohort.name).await?;
        cohorts.push(CohortWire {
            name: cohort.name,
            title: cohort.title,
            summary: cohort.summary,
            is_stack: cohort.is_stack,
            projects,
        });
    }
    reply(&CohortsAnswer { cohorts }, &headers)
}

/// The measures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasuresAnswer {
    /// Every measure.
    measures: Vec<MeasureWire>,
}

/// A measure with its formula.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureWire {
    /// Its id.
    id: &'static str,
    /// What it is.
    title: &'static str,
    /// What it counts.
    unit: &'static str,
    /// Which way is better: `up`, `down` or `neutral`.
    direction: &'static str,
    /// How it is computed.
    method: &'static str,
}

/// The measures with their formulas
#[utoipa::path(
    get, path = "/api/v1/measures", tag = "assessment",
    responses(
        (status = 200, description = "The measures", body = MeasuresAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn measures(State(app): State<App>, headers: HeaderMap) -> Reply {
    let measures = app.catalogues().measures.iter().map(|measure| MeasureWire {
        id: measure.id,
        title: measure.title,
        unit: measure.unit,
        direction: match measure.direction {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Neutral => "neutral",
        },
        method: measure.method,
    });
    reply(
        &MeasuresAnswer {
            measures: measures.collect(),
        },
        &headers,
    )
}

/// The checks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChecksAnswer {
    /// Every check.
    checks: Vec<CheckWire>,
}

/// A check.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckWire {
    /// Its id.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// What it says.
    what: &'static str,
    /// Why it matters.
    why: &'static str,
    /// What to do.
    remedy: &'static str,
}

/// The checks with what they say
#[utoipa::path(
    get, path = "/api/v1/checks", tag = "assessment",
    responses(
        (status = 200, description = "The checks", body = ChecksAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn checks(State(app): State<App>, headers: HeaderMap) -> Reply {
    let checks = app.catalogues().checks.iter().map(|check| CheckWire {
        id: check.id,
        title: check.title,
        what: check.explanation.what,
        why: check.explanation.why,
        remedy: check.explanation.remedy,
    });
    reply(
        &ChecksAnswer {
            checks: checks.collect(),
        },
        &headers,
    )
}

/// The assessments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssessmentsAnswer {
    /// The newest first.
    assessments: Vec<AssessmentWire>,
    /// Where in the list this page stands.
    meta: Meta,
}

/// An assessment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssessmentWire {
    /// Its id.
    id: i64,
    /// The digest of everything that it read.
    inputs_digest: String,
    /// When it began.
    #[schema(format = "date-time")]
    started: String,
    /// When it was finished.
    #[schema(format = "date-time")]
    finished: Option<String>,
    /// How many projects it has done.
    done: u64,
    /// How many projects it could not do.
    failed: u64,
    /// How many problems it met.
    problems: u64,
}

/// The assessments, the newest first
#[utoipa::path(
    get, path = "/api/v1/assessments", tag = "assessment", params(PageQuery),
    responses(
        (status = 200, description = "The assessments", body = AssessmentsAnswer),
        (status = 304, description = "Nothing changed since the tag that was named"),
        (status = 400, description = "Something asked is not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn assessments(
    State(app): State<App>,
    Query(asked): Query<PageQuery>,
    headers: HeaderMap,
) -> Reply {
    let page = rows(asked.page, asked.per_page)?;
    let found = app.store().assessments(page).await?;
    let wire = |row: &bartizan_store::AssessmentRow| AssessmentWire {
        id: row.id,
        inputs_digest: row.inputs_digest.clone(),
        started: row.started.to_string(),
        finished: row.finished.map(|instant| instant.to_string()),
        done: row.done,
        failed: row.failed,
        problems: row.problems,
    };
    reply(
        &AssessmentsAnswer {
            assessments: found.rows.iter().map(wire).collect(),
            meta: Meta::of(page, found.total),
        },
        &headers,
    )
}
