//! All data: every page as JSON and CSV, the API, feeds, the sources with their age, and the problems of the last assessment.

use bartizan_store::{AssessmentRow, Page as Rows};

use super::{ALL, PageItem, jobs, parts_of};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/data",
    title: "Data",
    purpose: "Every page as JSON and CSV, feeds, sources with their age, and what could not be read",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let assessments = ctx.store.assessments(Rows::new(1, 20)).await?;
    let problems = match assessments.rows.first() {
        Some(row) => {
            ctx.store
                .problems(row.id, None, Rows::new(1, 200))
                .await?
                .rows
        }
        None => Vec::new(),
    };
    let problem = |row: &bartizan_store::ProblemRow| {
        vec![
            Cell::text(Text::link(
                &row.project,
                Place::new(["projects", &row.project]),
            )),
            Cell::text(words::clipped(&row.problem.subject, 120)),
            Cell::text(words::clipped(&row.problem.message, 300)),
            row.problem.hint.as_deref().map_or(Cell::Empty, Cell::text),
        ]
    };
    let problems = Table {
        id: "problems-table".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::text("subject", "What"),
            Column::text("message", "Why"),
            Column::text("hint", "What to do"),
        ],
        rows: problems.iter().map(problem).collect(),
        empty: "The last assessment met no problem.".into(),
        ..Table::default()
    };
    let mut sections = vec![
        Section::new("downloads", "Downloads").with(Block::Table(downloads())),
        Section::new("sources", "Sources of advisories").with(Block::Table(sources(ctx))),
        Section::new("assessments", "Assessments")
            .with(Block::Table(assessment_table(&assessments.rows))),
        Section::new("problems", "What could not be read")
            .note("Of the last assessment. What was known before stays and is shown as old.")
            .with(Block::Table(problems)),
    ];
    sections.extend(jobs::link(ctx));
    Ok(Some(Page {
        title: "Data".to_owned(),
        headline: "Everything here is also data".to_owned(),
        lede: Text::default()
            .plain("Add ").code("?format=json").plain(" to any page; each table has a CSV file below it. Programs that ask often use the interface under ")
            .code("/api/v1").plain(", described at ").code("/api/v1/openapi.json").plain("."),
        sections,
        feed: Some(Place::default().with("format", "atom")),
        ..Page::default()
    }))
}

fn downloads() -> Table {
    let pages = ALL.iter().filter(|page| !page.path.contains('{'));
    let row = |page: &&'static PageItem| {
        let place = Place::new(parts_of(page.path));
        vec![
            Cell::text(Text::link(page.title, place.clone())),
            Cell::text(page.purpose),
            Cell::text(Text::link(
                format!("{} as JSON", page.title),
                place.clone().with("format", "json"),
            )),
            match page.feed {
                Some(_) => Cell::text(Text::link(
                    format!("{} as Atom", page.title),
                    place.with("format", "atom"),
                )),
                None => Cell::Empty,
            },
        ]
    };
    Table {
        id: "downloads-table".to_owned(),
        columns: vec![
            Column::text("page", "Page"),
            Column::text("purpose", "What it says"),
            Column::text("json", "JSON"),
            Column::text("feed", "Feed"),
        ],
        rows: pages.map(row).collect(),
        ..Table::default()
    }
}

fn sources(ctx: &Context) -> Table {
    let sources = ctx
        .database
        .as_ref()
        .map(|database| database.manifest().sources.clone())
        .unwrap_or_default();
    let row = |source: &bartizan_formats::snapshot::SourceState| {
        vec![
            Cell::text(source.title.as_str()),
            Cell::count(source.records, None),
            source.newest.map_or(Cell::Empty, Cell::Time),
            Cell::Time(source.imported),
            Cell::text(source.licence.as_str()),
        ]
    };
    Table {
        id: "sources-table".to_owned(),
        columns: vec![
            Column::text("source", "Source"),
            Column::number("records", "Records"),
            Column::text("newest", "Newest record"),
            Column::text("imported", "Last read"),
            Column::text("licence", "Licence"),
        ],
        rows: sources.iter().map(row).collect(),
        empty: "There is no advisory snapshot beside this store.".into(),
        ..Table::default()
    }
}

fn assessment_table(rows: &[AssessmentRow]) -> Table {
    let row = |row: &AssessmentRow| {
        let state = match (row.finished, row.given_up) {
            (Some(_), _) => State::new(Sign::Good, "finished"),
            (None, Some(_)) => State::new(Sign::Neutral, "given up for another"),
            (None, None) => State::new(Sign::Watch, "goes on"),
        };
        vec![
            Cell::Time(row.started),
            Cell::State(state),
            Cell::count(row.done, None),
            Cell::count(row.failed, None),
            Cell::count(row.problems, None),
        ]
    };
    Table {
        id: "assessments-table".to_owned(),
        columns: vec![
            Column::text("started", "Started"),
            Column::text("state", "State"),
            Column::number("done", "Projects done"),
            Column::number("failed", "Not done"),
            Column::number("problems", "Problems"),
        ],
        rows: rows.iter().map(row).collect(),
        empty: "Nothing was assessed yet.".into(),
        ..Table::default()
    }
}
