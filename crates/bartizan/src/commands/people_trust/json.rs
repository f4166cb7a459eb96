//! The same as JSON.

use std::collections::BTreeMap;

use bartizan_people::trust::{self, Limit};
use serde::Serialize;

use super::{Answer, word};
use crate::{
    error::Failure,
    people::Names,
    render::{
        json::{ProblemJson, SCHEMA_VERSION, to_text},
        words::day,
    },
};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    seeds: Vec<SeedJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    levels: Option<BTreeMap<&'static str, usize>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct SeedJson<'a> {
    project: &'a str,
    members: usize,
}

#[derive(Serialize)]
struct PersonJson<'a> {
    name: String,
    account: Option<&'a str>,
    level: &'static str,
    limit: Option<LimitJson<'a>>,
    reached: Vec<ReachedJson<'a>>,
    path: Option<PathJson<'a>>,
    bonds: Vec<BondJson<'a>>,
}

#[derive(Serialize)]
struct LimitJson<'a> {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

#[derive(Serialize)]
struct ReachedJson<'a> {
    project: &'a str,
    reached: f64,
    is_member: bool,
}

#[derive(Serialize)]
struct PathJson<'a> {
    from: &'a str,
    persons: Vec<String>,
}

#[derive(Serialize)]
struct BondJson<'a> {
    by: String,
    project: &'a str,
    integrated: u32,
    credited: u32,
    vouched: u32,
    weight: f64,
    last: Option<String>,
}

pub(super) fn text(names: &Names<'_>, answer: &Answer<'_>) -> Result<String, Failure> {
    let seeds = answer.seeds.iter().map(|it| SeedJson {
        project: &it.project,
        members: it.members.len(),
    });
    let levels = answer.levels.as_ref().map(|levels| {
        let levels = levels.iter().map(|(level, count)| (word(*level), *count));
        levels.collect()
    });
    to_text(&Document {
        schema_version: SCHEMA_VERSION,
        seeds: seeds.collect(),
        person: answer.about.as_ref().map(|it| person(names, answer, it)),
        levels,
        problems: answer.problems.iter().map(ProblemJson::of).collect(),
    })
}

fn person<'a>(
    names: &'a Names<'_>,
    answer: &Answer<'a>,
    about: &'a trust::Answer,
) -> PersonJson<'a> {
    let project = |seed: usize| answer.seeds.get(seed).map_or("", |it| it.project.as_str());
    let reached = about.standings.iter().map(|it| ReachedJson {
        project: project(it.seed),
        reached: rounded(it.reached),
        is_member: it.is_member,
    });
    let path = about.path.as_ref().map(|it| PathJson {
        from: project(it.seed),
        persons: it.persons.iter().map(|it| names.name(*it)).collect(),
    });
    let bonds = about.bonds.iter().map(|it| BondJson {
        by: names.name(it.by),
        project: &it.project,
        integrated: it.integrated,
        credited: it.credited,
        vouched: it.vouched,
        weight: rounded(it.weight()),
        last: it.last.map(day),
    });
    let limit = about.limit.map(|it| match it {
        Limit::Nobody => limit("nobody", None, None),
        Limit::TooLittle => limit("too-little", None, None),
        Limit::OneProject(seed) => limit("one-project", Some(project(seed)), None),
        Limit::OnePerson(person) => limit("one-person", None, Some(names.name(person))),
    });
    PersonJson {
        name: names.name(about.person),
        account: names.login(about.person),
        level: word(about.level),
        limit,
        reached: reached.collect(),
        path,
        bonds: bonds.collect(),
    }
}

fn limit<'a>(
    reason: &'static str,
    project: Option<&'a str>,
    person: Option<String>,
) -> LimitJson<'a> {
    LimitJson {
        reason,
        project,
        person,
    }
}

/// More digits than that say nothing.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
