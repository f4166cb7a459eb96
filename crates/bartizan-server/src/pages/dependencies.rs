//! The way into the graphs: each project with the riskiest of what it stands on.

use bartizan_store::{ComponentFilter, Page as Rows, ProjectFilter};

use super::{PageItem, projects::title, rows};
use crate::{
    context::{Asked, Context, PageError, package_text},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/dependencies",
    title: "Dependencies",
    purpose: "What each project stands on, and the graphs of it",
    is_in_menu: true,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// Projects a page: each takes two small reads.
const SIZE: u32 = 50;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let found = ctx
        .store
        .projects(&ProjectFilter::default(), Rows::new(asked.page(), SIZE))
        .await?;
    let mut lines = Vec::new();
    for row in &found.rows {
        let name = row.project.name.as_str();
        let riskiest = ctx
            .store
            .components(name, &ComponentFilter::default(), Rows::new(1, 1))
            .await?;
        let native = ComponentFilter {
            is_native: Some(true),
            ..ComponentFilter::default()
        };
        let native = ctx
            .store
            .components(name, &native, Rows::new(1, 1))
            .await?
            .total;
        let graph = Place::new(["dependencies", name]);
        let first = riskiest
            .rows
            .first()
            .filter(|row| row.component.risk.is_some_and(|risk| risk > 0.0));
        lines.push(vec![
            Cell::text(Text::link(title(row), graph.clone())),
            Cell::count(riskiest.total, graph.clone().at("table")),
            Cell::count(native, graph.at("table")),
            first.map_or(Cell::Empty, |row| {
                Cell::text(package_text(
                    &row.component.purl.to_string(),
                    &row.component.name,
                ))
            }),
        ]);
    }
    let table = Table {
        id: "graphs".to_owned(),
        columns: vec![
            Column::text("project", "Graph of"),
            Column::number("components", "Components"),
            Column::number("native", "Native libraries within"),
            Column::text("riskiest", "Riskiest"),
        ],
        rows: lines,
        empty: "No project was assessed yet.".into(),
        pager: rows::pager(asked, found.total, SIZE),
        ..Table::default()
    };
    Ok(Some(Page {
        title: "Dependencies".to_owned(),
        headline: format!("What {} stand on", words::counted(found.total, "project", "projects")),
        lede: "A graph shows first what is risky and the ways to it; any component opens its own neighbourhood.".into(),
        sections: vec![Section::new("list", "Graphs").with(Block::Table(table))],
        ..Page::default()
    }))
}
