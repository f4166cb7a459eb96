//! The same as JSON, for its owner only.

use bartizan_people::{
    anomaly::{Hint, MEASURED, Right, THRESHOLD, Told},
    review::Place,
};
use serde::Serialize;

use super::{Answer, ProjectHints, ends};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    threshold: f64,
    returns_measured: u32,
    projects: Vec<ProjectJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct ProjectJson<'a> {
    project: &'a str,
    returns: usize,
    held_back: usize,
    hints: Vec<HintJson<'a>>,
}

#[derive(Serialize)]
struct HintJson<'a> {
    name: &'a str,
    pseudonym: String,
    told_at: String,
    ends_at: String,
    is_held_back: bool,
    silent_days: i64,
    score: f64,
    usual: UsualJson,
    conduct: ConductJson<'a>,
    signals: Vec<SignalJson>,
}

#[derive(Serialize)]
struct UsualJson {
    first: String,
    last: String,
    acts: usize,
    most_acts_in_a_quarter: usize,
    most_weeks_of_a_quarter: usize,
    rights: Vec<&'static str>,
    sensitive_files: Vec<&'static str>,
    keys: usize,
}

#[derive(Serialize)]
struct ConductJson<'a> {
    acts: usize,
    weeks: usize,
    first_rights: Vec<&'static str>,
    first_sensitive_files: Vec<&'static str>,
    new_parts: Vec<&'a str>,
    has_new_key: bool,
    has_known_key: bool,
}

#[derive(Serialize)]
struct SignalJson {
    signal: &'static str,
    returns_alike: u32,
    base_rate: f64,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
}

pub(super) fn text(answer: &Answer<'_>) -> Result<String, Failure> {
    to_text(&Document {
        schema_version: SCHEMA_VERSION,
        threshold: THRESHOLD,
        returns_measured: MEASURED.returns,
        projects: answer
            .projects
            .iter()
            .map(|it| project(answer, it))
            .collect(),
        problems: answer
            .histories
            .problems
            .iter()
            .map(|it| ProblemJson {
                subject: &it.subject,
                message: &it.message,
            })
            .collect(),
    })
}

fn project<'a>(answer: &'a Answer<'_>, project: &'a ProjectHints<'_>) -> ProjectJson<'a> {
    ProjectJson {
        project: project.name,
        returns: project.returns,
        held_back: project.held_back,
        hints: project
            .hints
            .iter()
            .map(|it| hint(answer, project, it))
            .collect(),
    }
}

fn hint<'a>(
    answer: &'a Answer<'_>,
    project: &'a ProjectHints<'_>,
    hint: &Hint<'_>,
) -> HintJson<'a> {
    let person = answer.histories.corpus.person(hint.person);
    let (usual, conduct) = (&hint.episode.usual, &hint.conduct);
    let areas = conduct.areas.iter();
    let areas = areas.filter_map(|it| project.acts.areas.get(*it as usize));
    HintJson {
        name: person.map_or("", |it| &it.name),
        pseudonym: person
            .map(|it| it.pseudonym.to_string())
            .unwrap_or_default(),
        told_at: hint.at.to_string(),
        ends_at: ends(hint).to_string(),
        is_held_back: hint.told == Told::HeldBack,
        silent_days: hint.episode.silence,
        score: thousandths(hint.score),
        usual: UsualJson {
            first: usual.first.to_string(),
            last: usual.last.to_string(),
            acts: usual.acts,
            most_acts_in_a_quarter: usual.busiest,
            most_weeks_of_a_quarter: usual.longest,
            rights: usual.rights.iter().copied().map(right).collect(),
            sensitive_files: usual.sensitive.iter().copied().map(Place::as_str).collect(),
            keys: usual.keys.len(),
        },
        conduct: ConductJson {
            acts: conduct.acts,
            weeks: conduct.weeks.len(),
            first_rights: conduct.rights.iter().copied().map(right).collect(),
            first_sensitive_files: conduct
                .sensitive
                .iter()
                .copied()
                .map(Place::as_str)
                .collect(),
            new_parts: areas.map(String::as_str).collect(),
            has_new_key: conduct.has_new_key,
            has_known_key: conduct.has_known_key,
        },
        signals: hint
            .signals
            .iter()
            .map(|it| SignalJson {
                signal: it.id(),
                returns_alike: MEASURED.count(*it),
                base_rate: thousandths(MEASURED.rate(*it)),
            })
            .collect(),
    }
}

fn thousandths(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

fn right(right: Right) -> &'static str {
    match right {
        Right::Write => "write",
        Right::Release => "release",
    }
}
