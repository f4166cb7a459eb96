//! The plan as JSON; `bartizan schema fix` publishes its schema.

mod instead;

use bartizan_model::{ecosystem::Package, problem::Problem, severity::SeverityLevel};
use bartizan_vulnerability::upgrade::{Change, Proof, Unfixed};
use serde::Serialize;

use super::{
    answer::{Answer, Price},
    human,
    libraries::LibraryFix,
};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, database::DatabaseJson, to_text},
};
use instead::InsteadJson;

#[derive(Serialize)]
struct FixJson<'a> {
    schema_version: u32,
    database: DatabaseJson<'a>,
    target: &'a str,
    environment: &'a str,
    universe: &'a str,
    fail_on: &'static str,
    changes: Vec<ChangeJson<'a>>,
    unfixed: Vec<UnfixedJson<'a>>,
    commands: CommandsJson<'a>,
    libraries: Vec<LibraryJson<'a>>,
    brought_in: Vec<BroughtInJson<'a>>,
    not_proposed: Option<PriceJson<'a>>,
    applied: &'a [String],
    is_proven_smallest: bool,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    package: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct UnfixedJson<'a> {
    group: &'a str,
    package: &'a str,
    version: &'a str,
    severity: Option<&'static str>,
    kind: &'static str,
    why: String,
    instead: Option<InsteadJson<'a>>,
}

#[derive(Serialize)]
struct LibraryJson<'a> {
    package: &'a str,
    from: &'a str,
    library: &'a str,
    version: &'a str,
    groups: &'a [String],
    first_fixed: Option<&'a str>,
    why: Option<&'a str>,
    looked_into: usize,
    instead: Vec<InsteadJson<'a>>,
}

#[derive(Serialize)]
struct BroughtInJson<'a> {
    package: &'a str,
    version: &'a str,
    group: &'a str,
}

#[derive(Serialize)]
struct PriceJson<'a> {
    changes: Vec<ChangeJson<'a>>,
    removes: &'a [String],
    brings_in: Vec<BroughtInJson<'a>>,
}

#[derive(Serialize)]
struct CommandsJson<'a> {
    uv: &'a [String],
    pip: &'a [String],
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

/// The text of the answer.
pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    to_text(&FixJson {
        schema_version: SCHEMA_VERSION,
        database: DatabaseJson::of(&answer.database),
        target: &answer.target,
        environment: &answer.environment,
        universe: &answer.universe,
        fail_on: answer.threshold.as_str(),
        changes: answer.plan.changes.iter().map(ChangeJson::of).collect(),
        unfixed: answer
            .plan
            .unfixed
            .iter()
            .map(|unfixed| UnfixedJson::of(unfixed, answer))
            .collect(),
        commands: CommandsJson {
            uv: &answer.commands.uv,
            pip: &answer.commands.pip,
        },
        libraries: answer
            .libraries
            .iter()
            .map(|library| LibraryJson::of(library, answer))
            .collect(),
        brought_in: answer.brought_in.iter().map(BroughtInJson::of).collect(),
        not_proposed: answer.price.as_ref().map(PriceJson::of),
        applied: &answer.applied,
        is_proven_smallest: answer.plan.proof == Proof::Smallest,
        problems: answer.problems.iter().map(ProblemJson::of).collect(),
    })
}

impl<'a> ChangeJson<'a> {
    fn of(change: &'a Change) -> Self {
        Self {
            package: change.package.name(),
            from: change.from.as_deref(),
            to: change.to.as_deref(),
            reasons: change.reasons.iter().map(human::reason).collect(),
        }
    }
}

impl<'a> UnfixedJson<'a> {
    fn of(unfixed: &'a Unfixed, answer: &'a Answer) -> Self {
        let mut instead = answer.instead.iter();
        let instead = instead
            .find(|it| it.about.package == unfixed.package && it.about.label() == unfixed.group);
        Self {
            instead: instead.map(InsteadJson::of),
            group: &unfixed.group,
            package: unfixed.package.name(),
            version: &unfixed.version,
            severity: unfixed.severity.level.map(SeverityLevel::as_str),
            kind: unfixed.why.as_str(),
            why: unfixed.sentences().join("; "),
        }
    }
}

impl<'a> LibraryJson<'a> {
    fn of(library: &'a LibraryFix, answer: &'a Answer) -> Self {
        let instead = answer.instead.iter().filter(|it| {
            it.about.package == library.package
                && it.about.library == library.library
                && it.about.version == library.version
        });
        Self {
            instead: instead.map(InsteadJson::of).collect(),
            package: library.package.name(),
            from: &library.from,
            library: &library.library,
            version: &library.version,
            groups: &library.groups,
            first_fixed: library.first.as_deref(),
            why: library.why,
            looked_into: library.looked_into,
        }
    }
}

impl<'a> BroughtInJson<'a> {
    fn of((package, version, group): &'a (Package, String, String)) -> Self {
        Self {
            package: package.name(),
            version,
            group,
        }
    }
}

impl<'a> PriceJson<'a> {
    fn of(price: &'a Price) -> Self {
        Self {
            changes: price.changes.iter().map(ChangeJson::of).collect(),
            removes: &price.removes,
            brings_in: price.brings_in.iter().map(BroughtInJson::of).collect(),
        }
    }
}

impl<'a> ProblemJson<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            subject: &problem.subject,
            message: &problem.message,
            hint: problem.hint.as_deref(),
        }
    }
}
