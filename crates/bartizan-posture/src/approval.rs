//! Whether somebody else must approve a release before it is published: the environment of a job, as the code host has it.

use bartizan_model::hosting::{Environment, Reviewers, Seen};

use crate::{
    attestation::hidden,
    facts::{Facts, publishing::Publication},
    judgement::{Statement, fail, unknown},
};

/// The environment that a job that publishes runs in, on the host.
pub(crate) enum Found<'a> {
    /// The host has it.
    Environment(&'a Environment),
    /// Why it cannot be looked at, or what is missing.
    Said(Statement),
}

/// The environment of a job, where the code host was asked.
pub(crate) fn environment<'a>(
    facts: &'a Facts,
    publication: &Publication<'_>,
) -> Option<Found<'a>> {
    let environments: &Seen<Vec<Environment>> = facts.hosted(|it| &it.environments)?;
    let place = vec![publication.place()];
    let job = &publication.at.job;
    let Some(named) = &job.environment else {
        let message = format!("the job `{}` publishes without an environment", job.id);
        return Some(Found::Said(fail(message, place)));
    };
    let name = named.value.as_str();
    if name.contains("${{") {
        let message = format!("the environment of the job `{}` is computed", job.id);
        return Some(Found::Said(unknown(
            message,
            "what it is computed to",
            place,
        )));
    }
    let all = match environments {
        Ok(all) => all,
        Err(unseen) => {
            let what = format!("the environment `{name}`");
            return Some(Found::Said(hidden(&what, unseen, place)));
        }
    };
    let found = all.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    let said = || {
        let message =
            format!("the environment `{name}` has no rules: nobody has made it on the host");
        Found::Said(fail(message, place))
    };
    Some(found.map_or_else(said, Found::Environment))
}

/// What is missing of at least two people, one of whom must approve what somebody else started.
pub(crate) fn missing(environment: &Environment, publication: &Publication<'_>) -> Vec<Statement> {
    let name = &environment.name;
    let place = || vec![publication.place()];
    let Some(reviewers) = &environment.reviewers else {
        let message = format!("nobody must approve what runs in the environment `{name}`");
        return vec![fail(message, place())];
    };
    let Reviewers {
        eligible,
        hidden: more,
        forbids_self_review,
    } = reviewers;
    let mut missing = Vec::new();
    match more {
        Some(unseen) if *eligible < 2 => {
            let what = format!("how many people may approve in the environment `{name}`");
            missing.push(hidden(&what, unseen, place()));
        }
        None if *eligible < 2 => {
            let message = format!("fewer than two people may approve in the environment `{name}`");
            missing.push(fail(message, place()));
        }
        _ => {}
    }
    if !forbids_self_review {
        let message =
            format!("whoever starts a job in the environment `{name}` may approve it alone");
        missing.push(fail(message, place()));
    }
    missing
}

/// Whether somebody must approve before a job publishes; `Err` says why it is not known.
pub(crate) fn is_approved(
    facts: &Facts,
    publication: &Publication<'_>,
) -> Option<Result<bool, Statement>> {
    use bartizan_model::assessment::Outcome;
    Some(match environment(facts, publication)? {
        Found::Environment(environment) => Ok(environment.reviewers.is_some()),
        Found::Said(statement) if statement.outcome == Outcome::Fail => Ok(false),
        Found::Said(statement) => Err(statement),
    })
}
