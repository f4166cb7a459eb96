//! Who may do what in a project's workflows: each job with the write permissions, secrets and identities that it holds.
//!
//! What starts a job is not told here: beside what it holds, that would be a list of where strangers begin.

use std::collections::BTreeSet;

use super::{PageItem, facts, projects, standards::source};
use crate::{
    chart::{Chart, Graph, Job, rights},
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/projects/{}/workflows",
    title: "Workflows of a project",
    purpose: "Which job of a project's workflows holds which write permission, secret and identity",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// The page of a project's workflows.
pub(super) fn place(project: &str) -> Place {
    Place::new(["projects", project, "workflows"])
}

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let name = asked.part(0);
    let Some(row) = ctx.store.project(name).await? else {
        return Ok(None);
    };
    let title = projects::title(&row);
    let mut maps = Vec::new();
    for known in ctx.store.document_names(name, facts::CAPABILITIES).await? {
        let document = ctx
            .store
            .document(name, facts::CAPABILITIES, &known.key)
            .await?;
        maps.extend(document.map(|row| facts::read::<facts::Capabilities>(&row.document)));
    }
    if maps.is_empty() {
        return Ok(None);
    }
    let sections = maps
        .iter()
        .enumerate()
        .map(|(index, map)| section(index, map));
    let held: BTreeSet<&str> = maps
        .iter()
        .flat_map(|map| &map.jobs)
        .flat_map(|job| job.capabilities.iter().map(|it| it.name.as_str()))
        .collect();
    let jobs = maps.iter().flat_map(|map| &map.jobs);
    let jobs = jobs.filter(|job| !job.capabilities.is_empty()).count() as u64;
    Ok(Some(Page {
        title: format!("Workflows of {title}"),
        headline: match jobs {
            0 => format!("No job of {title} holds a write permission or a secret by name"),
            1 => format!("One job of {title} holds {}", counted_rights(held.len() as u64)),
            jobs => format!(
                "{} jobs of {title} hold {}",
                words::sentence(&words::number_word(jobs)),
                counted_rights(held.len() as u64)
            ),
        },
        lede: "What a job may write, which stored secrets it is given, and whether it can prove who it is. Fewer jobs with fewer rights are easier to watch.".into(),
        above: vec![
            ("Projects".to_owned(), Place::new(["projects"])),
            (title, Place::new(["projects", name])),
        ],
        sections: sections.collect(),
        ..Page::default()
    }))
}

fn counted_rights(number: u64) -> String {
    match number {
        1 => "one right or secret".to_owned(),
        number => format!(
            "{} different rights and secrets",
            words::number_word(number)
        ),
    }
}

fn section(index: usize, map: &facts::Capabilities) -> Section {
    let commit: String = map.commit.chars().take(12).collect();
    let cut = if map.is_cut {
        " More jobs than are listed hold something."
    } else {
        ""
    };
    let name: Vec<&str> = map.repository.rsplit('/').take(2).collect();
    let name: Vec<&str> = name.into_iter().rev().collect();
    Section::new(
        format!("repository-{}", index + 1),
        format!("In {}", name.join("/")),
    )
    .note(format!("{} at commit {commit}.{cut}", map.repository))
    .with(Block::Chart(Chart::Graph(graph(index, map))))
}

fn graph(index: usize, map: &facts::Capabilities) -> Graph {
    let held = map.jobs.iter().flat_map(|job| {
        job.capabilities.iter().map(|it| Job {
            name: &job.job,
            workflow: &job.workflow,
            environment: job.environment.as_deref(),
            holds: &it.name,
        })
    });
    let held: Vec<Job<'_>> = held.collect();
    rights(format!("rights-{}", index + 1), &held, table(index, map))
}

fn table(index: usize, map: &facts::Capabilities) -> Table {
    let row = |job: &facts::Holder| {
        let at = format!("{}:{}", job.workflow, job.line);
        let place = match source(&map.repository, &map.commit, &at) {
            Some(href) => Text::link(&at, href),
            None => at.as_str().into(),
        };
        let mut held = Text::default();
        for (index, capability) in job.capabilities.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let at = format!("{}:{}", job.workflow, capability.line);
            held = held.plain(comma);
            held = match source(&map.repository, &map.commit, &at) {
                Some(href) => held.and_link(&capability.name, href),
                None => held.plain(&capability.name),
            };
        }
        if job.has_default_token {
            let comma = if job.capabilities.is_empty() {
                ""
            } else {
                ", "
            };
            held = held
                .plain(comma)
                .plain("the default token, whose rights a checkout does not show");
        }
        vec![
            Cell::text(job.job.as_str()),
            Cell::text(place),
            job.environment.as_deref().map_or(Cell::Empty, Cell::text),
            Cell::text(held),
        ]
    };
    Table {
        id: format!("jobs-{}", index + 1),
        caption: "The same as a table, with the jobs that have the default token".into(),
        columns: vec![
            Column::text("job", "Job"),
            Column::text("place", "Where"),
            Column::text("environment", "Environment"),
            Column::text("holds", "Holds"),
        ],
        rows: map.jobs.iter().map(row).collect(),
        empty: "No job holds a write permission, a secret or the default token.".into(),
        ..Table::default()
    }
}
