//! A measure: its figure, the projects' figures that stand behind it, its past and its formula.

use bartizan_store::{FigureRow, Page as Rows, ProjectFigure, Scope};

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
    let page = Rows::new(asked.page(), rows::PAGE_SIZE);
    let found = ctx
        .store
        .project_figures(id, cohort.as_deref(), page)
        .await?;
    let measure = ctx.measure(id);
    if figure.is_none() && found.rows.is_empty() && measure.is_none() {
        return Ok(None);
    }
    let title = ctx.measure_title(id);
    let headline = headline(&title, figure.as_ref());
    let table = Table {
        id: "projects".to_owned(),
        columns: columns(),
        rows: found.rows.iter().map(line).collect(),
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
        lede: measure.map_or("", |measure| measure.method).into(),
        above,
        sections,
        ..Page::default()
    }))
}

fn headline(title: &str, figure: Option<&FigureRow>) -> String {
    let Some(FigureRow { figure, .. }) = figure else {
        return format!("{title}: not measured yet");
    };
    let whole = figure
        .whole
        .map(|whole| format!(" of {}", words::value(whole)));
    format!(
        "{title}: {}{}",
        words::value(figure.value),
        whole.unwrap_or_default()
    )
}

fn line(row: &ProjectFigure) -> Vec<Cell> {
    let number = |value: f64| Cell::Number {
        value,
        shown: words::value(value),
        list: None,
    };
    vec![
        Cell::text(Text::link(
            &row.project,
            Place::new(["projects", &row.project]),
        )),
        number(row.value),
        row.whole.map_or(Cell::Empty, number),
        Cell::Time(row.measured),
    ]
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::number("value", "Value"),
        Column::number("whole", "Of"),
        Column::text("measured", "Measured"),
    ]
}
