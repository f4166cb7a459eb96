//! What checks about releases have in common: which jobs publish, and what is said where none does.

use bartizan_formats::ci::step::Named;

use crate::{
    facts::{Facts, policy, publishing::Publication, reach::secrets_in},
    judgement::{Judgement, Place},
};

/// Inputs of PyPA's action that hold a stored credential.
const INPUTS: [&str; 2] = ["password", "user"];

/// Variables that hold one, as the tools that publish name them.
const VARIABLES: [&str; 11] = [
    "TWINE_PASSWORD",
    "UV_PUBLISH_TOKEN",
    "UV_PUBLISH_PASSWORD",
    "FLIT_PASSWORD",
    "HATCH_INDEX_AUTH",
    "PDM_PUBLISH_PASSWORD",
    "MATURIN_PYPI_TOKEN",
    "MATURIN_PASSWORD",
    "POETRY_PYPI_TOKEN_PYPI",
    "POETRY_HTTP_BASIC_PYPI_PASSWORD",
    "PYPI_TOKEN",
];

/// The steps that publish releases, or what every check about releases says where there is none.
pub(crate) fn publications(facts: &Facts) -> Result<Vec<Publication<'_>>, Judgement> {
    let found = facts.publications();
    if !found.is_empty() {
        return Ok(found);
    }
    if let Some(repository) = &facts.policy.publishes_elsewhere {
        return Err(Judgement::not_applicable(made_elsewhere(repository)));
    }
    if facts.project.file.is_none() {
        return Err(Judgement::not_applicable(
            "there is no Python package to publish",
        ));
    }
    let needs = format!(
        "where releases are made: `publishes-elsewhere = \"owner/name\"` in `{}`, and that repository",
        policy::FILE
    );
    Err(Judgement::unknown(
        "no workflow of this repository publishes",
        &needs,
    ))
}

/// What is said where another repository makes the releases.
pub(crate) fn made_elsewhere(repository: &str) -> String {
    format!("releases are made from `{repository}`")
}

/// The stored credential that a publishing step is given, in words, with its place.
pub(crate) fn stored_credential(publication: &Publication<'_>) -> Option<(String, Place)> {
    let at = publication.step()?;
    let step = at.step;
    let given = |all: &[Named], names: &[&str]| {
        let found = all.iter().find(|it| {
            names.iter().any(|name| it.name.eq_ignore_ascii_case(name)) && !it.text.is_empty()
        })?;
        // The name `__token__` alone is no secret.
        (found.text != "__token__").then(|| (found.name.clone(), found.line))
    };
    let by_input = given(&step.with, &INPUTS);
    let by_step = by_input.or_else(|| given(&step.env, &VARIABLES));
    if let Some((name, line)) = by_step {
        return Some((format!("`{name}`"), at.place(line)));
    }
    let job = publication.at;
    let by_job =
        given(&job.job.env, &VARIABLES).or_else(|| given(&job.file.workflow.env, &VARIABLES));
    if let Some((name, line)) = by_job {
        return Some((format!("`{name}`"), job.place(line)));
    }
    let script = step.run.as_ref()?;
    let (name, offset) = secrets_in(&script.value).into_iter().next()?;
    Some((
        format!("secret `{name}` in a script"),
        at.place(script.line.saturating_add(offset)),
    ))
}
