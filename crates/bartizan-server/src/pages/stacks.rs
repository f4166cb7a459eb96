//! The stacks of scientific domains, and the other cohorts.

use super::PageItem;
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/stacks",
    title: "Stacks",
    purpose: "The stacks of scientific domains and the other cohorts",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let cohorts = ctx.store.cohorts().await?;
    let sizes = ctx.store.cohort_sizes().await?;
    let mut stacks = Vec::new();
    let mut others = Vec::new();
    for cohort in &cohorts {
        let members = sizes.get(&cohort.name).copied().unwrap_or_default();
        let place = Place::new(["stacks", &cohort.name]);
        let line = vec![
            Cell::text(Text::link(&cohort.title, place.clone())),
            Cell::count(members, place),
            Cell::text(cohort.summary.as_str()),
        ];
        if cohort.is_stack {
            stacks.push(line);
        } else {
            others.push(line);
        }
    }
    let table = |id: &str, rows| Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("name", "Name"),
            Column::number("projects", "Projects"),
            Column::text("summary", "What it is"),
        ],
        rows,
        empty: "The profile names none.".into(),
        ..Table::default()
    };
    Ok(Some(Page {
        title: "Stacks".to_owned(),
        headline: match stacks.len() as u64 {
            0 => "The profile names no stack yet".to_owned(),
            many => format!(
                "{} of science stand on these projects",
                words::sentence(&words::counted(many, "domain", "domains"))
            ),
        },
        lede: "Each has a page with its projects, its figures and what would help most.".into(),
        sections: vec![
            Section::new("stacks", "Stacks of domains")
                .with(Block::Table(table("stacks-table", stacks))),
            Section::new("cohorts", "Other cohorts")
                .with(Block::Table(table("cohorts-table", others))),
        ],
        ..Page::default()
    }))
}
