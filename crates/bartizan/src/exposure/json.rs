//! The exposure as JSON; `bartizan schema scan-exposure` publishes its schema.

use bartizan_vulnerability::risk::downstream::{DownstreamExposure, Needed};
use serde::Serialize;

use super::{Answer, OfPackage};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, database::DatabaseJson, to_text},
};

#[derive(Serialize)]
struct ExposureJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    advisory: &'a str,
    universe: &'a str,
    environment: &'a str,
    packages: Vec<PackageJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct PackageJson<'a> {
    package: &'a str,
    group: &'a str,
    published: Option<String>,
    releases: usize,
    affected: usize,
    undecided: usize,
    asked: usize,
    dependants: usize,
    after: Vec<AfterJson<'a>>,
}

#[derive(Serialize)]
struct AfterJson<'a> {
    days: u32,
    share: Option<f64>,
    exposed: &'a [String],
    locked_in: usize,
    safe: usize,
    unknown: Vec<UnknownJson<'a>>,
    needed: Option<&'static str>,
}

#[derive(Serialize)]
struct UnknownJson<'a> {
    name: &'a str,
    needed: &'static str,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
}

/// The text of the answer.
pub(super) fn text(answer: &Answer<'_>) -> Result<String, Failure> {
    let problems = answer.problems.iter().map(|problem| ProblemJson {
        subject: &problem.subject,
        message: &problem.message,
    });
    to_text(&ExposureJson {
        schema_version: SCHEMA_VERSION,
        database: DatabaseJson::of(&answer.database),
        advisory: answer.advisory,
        universe: &answer.universe,
        environment: &answer.environment,
        packages: answer.packages.iter().map(PackageJson::of).collect(),
        problems: problems.collect(),
    })
}

impl<'a> PackageJson<'a> {
    fn of(of: &'a OfPackage) -> Self {
        Self {
            package: of.package.name(),
            group: &of.group,
            published: of.published.map(|at| at.to_string()),
            releases: of.releases,
            affected: of.affected,
            undecided: of.undecided,
            asked: of.asked,
            dependants: of.dependants,
            after: of.after.iter().map(AfterJson::of).collect(),
        }
    }
}

impl<'a> AfterJson<'a> {
    fn of(exposure: &'a DownstreamExposure) -> Self {
        match &exposure.answer {
            Err(needed) => Self {
                days: exposure.days,
                share: None,
                exposed: &[],
                locked_in: 0,
                safe: 0,
                unknown: Vec::new(),
                needed: Some(needed.as_str()),
            },
            Ok(counted) => Self {
                days: exposure.days,
                share: counted.share(),
                exposed: &counted.exposed,
                locked_in: counted.locked_in,
                safe: counted.safe,
                unknown: counted.unknown.iter().map(UnknownJson::of).collect(),
                needed: None,
            },
        }
    }
}

impl<'a> UnknownJson<'a> {
    fn of((name, needed): &'a (String, Needed)) -> Self {
        Self {
            name,
            needed: needed.as_str(),
        }
    }
}
