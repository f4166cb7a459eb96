//! Chain risk: how what projects stand on weighs, and which components bring most of it.

use std::collections::BTreeMap;

use bartizan_store::{Page as Rows, Scope};

use super::{PageItem, facts, rows};
use crate::{
    chart::{Chart, Shares},
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/chain-risk",
    title: "Chain risk",
    purpose: "How what projects stand on weighs, and which components bring most of it",
    is_in_menu: true,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let found = ctx
        .store
        .project_figures(facts::CHAIN, None, Rows::new(asked.page(), rows::PAGE_SIZE))
        .await?;
    let ecosystem = ctx.store.figure(&Scope::Ecosystem, facts::CHAIN).await?;
    let mut lines = Vec::new();
    let mut sums: BTreeMap<String, (f64, u64)> = BTreeMap::new();
    for row in &found.rows {
        let figure = ctx
            .store
            .figure(&Scope::Project(row.project.clone()), facts::CHAIN)
            .await?;
        let parts = figure.map(|row| row.figure.shares).unwrap_or_default();
        for (name, share) in &parts {
            // A part is an advisory in a component; what counts here is the component.
            let component = name
                .rsplit_once(" in ")
                .map_or(name.as_str(), |(_, component)| component);
            let sum = sums.entry(component.to_owned()).or_default();
            *sum = (sum.0 + share, sum.1 + 1);
        }
        let list = Some(Place::new(["dependencies", &row.project]));
        lines.push((
            row.project.clone(),
            vec![
                Cell::text(Text::link(
                    &row.project,
                    Place::new(["projects", &row.project]).at("components-of"),
                )),
                Cell::Shares {
                    value: row.value,
                    parts,
                    list,
                },
                Cell::Time(row.measured),
            ],
        ));
    }
    lines.sort_by(|one, other| one.0.cmp(&other.0));
    let table = Table {
        id: "chain-risk".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::number("risk", "Chain risk"),
            Column::text("measured", "Measured"),
        ],
        rows: lines.into_iter().map(|(_, cells)| cells).collect(),
        empty: "Not measured yet: an assessment with environments and advisories fills this table."
            .into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..Table::default()
    };
    let chart = components(&sums);
    let headline = headline(&sums, found.total);
    let method = Text::default()
        .plain("A value between 0 and 1 that falls with every step between a project and what affects it; it orders, it decides nothing. ")
        .and_link("How it is computed", Place::new(["methods"]).at(facts::CHAIN));
    let mut sections = Vec::new();
    if let Some(chart) = chart {
        sections.push(
            Section::new("components", "Where it comes from")
                .note("The shares of all projects on this page, added up by component.")
                .with(Block::Chart(Chart::Shares(chart))),
        );
    }
    sections.push(
        Section::new("projects", "By project")
            .note("By name. A value opens the graph behind it.")
            .with(Block::Table(table)),
    );
    let lede = match ecosystem {
        Some(row) => method.plain(format!(
            " Over the ecosystem: {}.",
            words::value(row.figure.value)
        )),
        None => method,
    };
    Ok(Some(Page {
        title: "Chain risk".to_owned(),
        headline,
        lede,
        sections,
        ..Page::default()
    }))
}

fn headline(sums: &BTreeMap<String, (f64, u64)>, projects: u64) -> String {
    let first = sums
        .iter()
        .filter(|(_, (sum, _))| *sum > 0.0)
        .max_by(|one, other| one.1.0.total_cmp(&other.1.0));
    match first {
        Some((name, (_, reached))) => format!(
            "{name} brings the most chain risk: it reaches {} {}",
            words::number_word(*reached),
            if *reached == 1 { "project" } else { "projects" }
        ),
        None if projects > 0 => "No component brings chain risk today".to_owned(),
        None => "Chain risk was not measured yet".to_owned(),
    }
}

fn components(sums: &BTreeMap<String, (f64, u64)>) -> Option<Shares> {
    let mut parts: Vec<(String, f64)> = sums
        .iter()
        .filter(|(_, (sum, _))| *sum > 0.0)
        .map(|(name, (sum, _))| (name.clone(), *sum))
        .collect();
    parts.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let row = |(name, sum): &(String, f64)| {
        let reached = sums.get(name).map_or(0, |(_, reached)| *reached);
        vec![
            Cell::text(name.as_str()),
            Cell::Number {
                value: *sum,
                shown: words::value(*sum),
                list: None,
            },
            Cell::count(reached, None),
        ]
    };
    let table = Table {
        id: "components".to_owned(),
        columns: vec![
            Column::text("component", "Component"),
            Column::number("sum", "Share in sum"),
            Column::number("projects", "Projects"),
        ],
        rows: parts.iter().take(50).map(row).collect(),
        ..Table::default()
    };
    (!parts.is_empty()).then(|| Shares {
        id: "components-chart".to_owned(),
        title: "Chain risk of all projects by component".to_owned(),
        parts,
        table,
    })
}
