//! Everybody, for other programs.

use serde::Serialize;

use super::Told;
use crate::{
    error::Failure,
    render::{
        json::{ProblemJson, SCHEMA_VERSION, to_text},
        words::day,
    },
};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    projects: Vec<&'a str>,
    nodes: Vec<NodeJson<'a>>,
    links: Vec<LinkJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    id: String,
    works: u32,
    decisions: u32,
    projects: Vec<&'a str>,
    last: Option<String>,
}

#[derive(Serialize)]
struct LinkJson<'a> {
    by: String,
    of: String,
    times: u32,
    weight: f64,
    projects: Vec<&'a str>,
    last: Option<String>,
}

pub(super) fn text(told: &Told<'_>) -> Result<String, Failure> {
    let nodes = told.network.nodes.iter().map(|it| NodeJson {
        id: told.names.name(it.person),
        works: it.works,
        decisions: it.decisions,
        projects: told.projects(it),
        last: it.last.map(day),
    });
    let mut nodes: Vec<NodeJson<'_>> = nodes.collect();
    // By what is shown: the order of numbers is that of names.
    nodes.sort_by(|one, other| one.id.cmp(&other.id));
    let links = told.network.links.iter().map(|it| LinkJson {
        by: told.names.name(it.by),
        of: told.names.name(it.of),
        times: it.times,
        weight: (it.weight * 1e4).round() / 1e4,
        projects: it.projects.iter().map(String::as_str).collect(),
        last: it.last.map(day),
    });
    let mut links: Vec<LinkJson<'_>> = links.collect();
    links.sort_by(|one, other| (&one.by, &one.of).cmp(&(&other.by, &other.of)));
    let projects = told.histories.corpus.projects.iter();
    to_text(&Document {
        schema_version: SCHEMA_VERSION,
        projects: projects.map(|it| it.name.as_str()).collect(),
        nodes,
        links,
        problems: told
            .histories
            .problems
            .iter()
            .map(ProblemJson::of)
            .collect(),
    })
}
