//! A measure: its figure, the projects' figures that stand behind it, its past and its formula.

use bartizan_store::{Page as Rows, Scope};

use super::{
    PageItem,
    finding::evidence_table,
    milestones::{history_table, measure_place},
    rows,
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/measures/{}",
    title: "Measure",
    purpose: "A figure with the projects' figures behind it, its past, its evidence and its formula",
    is_in_menu: false,
    asks: &["cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let id = asked.part(0);
    let cohort = asked.text("cohort");
    let scope = cohort.clone().map_or(Scope::Ecosystem, Scope::Cohort);
    let figure = ctx.store.figure(&scope, id).await?;
    let found = ctx
        .store
        .project_figures(
            id,
            cohort.as_deref(),
            Rows::new(asked.page(), rows::PAGE_SIZE),
        )
        .await?;
    let measure = ctx.measure(id);
    if figure.is_none() && found.rows.is_empty() && measure.is_none() {
        return Ok(None);
    }
    let title = ctx.measure_title(id);
    let headline = match &figure {
        Some(row) => {
            let whole = row
                .figure
                .whole
                .map(|whole| format!(" of {}", words::value(whole)))
                .unwrap_or_default();
            format!("{title}: {}{whole}", words::value(row.figure.value))
        }
        None => format!("{title}: not measured yet"),
    };
    let number = |value: f64| Cell::Number {
        value,
        shown: words::value(value),
        list: None,
    };
    let mut lines: Vec<_> = found.rows.iter().collect();
    lines.sort_by(|one, other| one.project.cmp(&other.project));
    let line = |row: &&bartizan_store::ProjectFigure| {
        vec![
            Cell::text(Text::link(
                &row.project,
                Place::new(["projects", &row.project]),
            )),
            number(row.value),
            row.whole.map_or(Cell::Empty, number),
            Cell::Time(row.measured),
        ]
    };
    let table = Table {
        id: "projects".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::number("value", "Value"),
            Column::number("whole", "Of"),
            Column::text("measured", "Measured"),
        ],
        rows: lines.iter().map(line).collect(),
        empty: "No project has a figure of it.".into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..Table::default()
    };
    let history = ctx.store.history(&scope, id, None).await?;
    let evidence = figure.map(|row| row.figure.evidence).unwrap_or_default();
    let sections = vec![
        Section::new("projects-of", "The projects behind it").with(Block::Table(table)),
        Section::new("past", "Its past").with(Block::Table(history_table(
            "past-table",
            &history,
            200,
        ))),
        Section::new("evidence", "How it is known")
            .with(Block::Table(evidence_table("evidence-table", &evidence))),
    ];
    let mut above = vec![("Methods".to_owned(), Place::new(["methods"]))];
    if cohort.is_some() {
        above.push((title.clone(), measure_place(id, None)));
    }
    Ok(Some(Page {
        title,
        headline,
        lede: measure
            .map(|measure| measure.method)
            .unwrap_or_default()
            .into(),
        above,
        sections,
        ..Page::default()
    }))
}
