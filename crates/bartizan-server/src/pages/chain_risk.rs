//! Chain risk: how what projects stand on weighs, and which components bring most of it.

use std::collections::BTreeMap;

use bartizan_store::{Page as Rows, ProjectFigure, Scope};

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

/// What each component brings to the projects that are shown: the sum of its shares, and in how many projects.
type Sums = BTreeMap<String, (f64, u64)>;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let found = ctx
        .store
        .project_figures(
            facts::CHAIN,
            None,
            Rows::new(asked.page(), rows::SIZE_WITH_BARS),
        )
        .await?;
    let mut sums = Sums::new();
    let mut lines = Vec::new();
    for row in &found.rows {
        let scope = Scope::Project(row.project.clone());
        let figure = ctx.store.figure(&scope, facts::CHAIN).await?;
        let parts = figure.map(|row| row.figure.shares).unwrap_or_default();
        add(&mut sums, &parts);
        lines.push(line(row, parts));
    }
    let table = Table {
        id: "chain-risk".to_owned(),
        columns: columns(),
        rows: lines,
        empty: "Not measured yet: an assessment with environments and advisories fills this table."
            .into(),
        pager: rows::pager(asked, found.total, rows::SIZE_WITH_BARS),
        ..Table::default()
    };
    let mut sections = Vec::new();
    if let Some(chart) = components(&sums) {
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
    Ok(Some(Page {
        title: "Chain risk".to_owned(),
        headline: headline(&sums, found.total),
        lede: lede(ctx).await?,
        sections,
        ..Page::default()
    }))
}

/// A part is an advisory in a component; what counts here is the component.
fn add(sums: &mut Sums, parts: &[(String, f64)]) {
    for (name, share) in parts {
        let component = name.rsplit_once(" in ").map_or(name.as_str(), |it| it.1);
        let sum = sums.entry(component.to_owned()).or_default();
        *sum = (sum.0 + share, sum.1 + 1);
    }
}

fn line(row: &ProjectFigure, parts: Vec<(String, f64)>) -> Vec<Cell> {
    let project = Place::new(["projects", &row.project]).at("components-of");
    vec![
        Cell::text(Text::link(&row.project, project)),
        Cell::Shares {
            value: row.value,
            parts,
            list: Some(Place::new(["dependencies", &row.project])),
        },
        Cell::Time(row.measured),
    ]
}

async fn lede(ctx: &Context) -> Result<Text, PageError> {
    let method = Text::default()
        .plain("A value between 0 and 1 that falls with every step between a project and what affects it; it orders, it decides nothing. ")
        .and_link("How it is computed", Place::new(["methods"]).at(facts::CHAIN));
    let ecosystem = ctx.store.figure(&Scope::Ecosystem, facts::CHAIN).await?;
    Ok(match ecosystem {
        Some(row) => {
            let value = words::value(row.figure.value);
            method.plain(format!(" Over the ecosystem: {value}."))
        }
        None => method,
    })
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::number("risk", "Chain risk"),
        Column::text("measured", "Measured"),
    ]
}

fn headline(sums: &Sums, projects: u64) -> String {
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
        None if projects > 0 => format!(
            "No component brings chain risk to the {} measured",
            words::counted(projects, "project", "projects")
        ),
        None => "Chain risk was not measured yet".to_owned(),
    }
}

fn components(sums: &Sums) -> Option<Shares> {
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
