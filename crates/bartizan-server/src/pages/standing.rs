//! What the pages about how all releases stand have in common: figures of a choice of projects, what is wrong by check, a
//! table of projects, and the words that are used.

use bartizan_model::profile::Milestone;
use bartizan_store::{
    FigureRow, FindingFilter, FindingRow, FindingSort, Page as Rows, ProjectFilter, ProjectRow,
    Scope,
};

use super::{
    projects::{cohort_field, title},
    rows,
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Filter, Section, State, Table, Text},
    words,
};

/// Projects of one page of the table.
const ROWS: u32 = 40;

/// Findings of each check that are shown.
const SHOWN: u32 = 12;

/// A word that releases are described with.
pub(super) struct Word {
    pub(super) state: State,
    pub(super) meaning: &'static str,
    pub(super) is_counted: bool,
}

/// The figure of a measure, where it was taken.
pub(super) fn figure<'f>(figures: &'f [FigureRow], measure: &str) -> Option<&'f FigureRow> {
    figures.iter().find(|row| row.figure.measure == measure)
}

/// A figure as a part and its whole, in words.
pub(super) fn part_of_whole(figures: &[FigureRow], measure: &str) -> Option<(String, String)> {
    let figure = &figure(figures, measure)?.figure;
    Some((words::value(figure.value), words::value(figure.whole?)))
}

/// A measure as a card, without a target of its own.
pub(super) fn card(cohort: Option<&str>, [name, title, measure, needs]: [&str; 4]) -> Milestone {
    Milestone {
        name: name.to_owned(),
        title: title.to_owned(),
        measure: measure.to_owned(),
        cohort: cohort.map(str::to_owned),
        targets: Vec::new(),
        needs: needs.to_owned(),
    }
}

/// The choice of projects, where the profile has cohorts.
pub(super) async fn cohort_filter(
    ctx: &Context,
    asked: &Asked,
) -> Result<Option<Filter>, PageError> {
    let cohort = cohort_field(ctx, asked).await?;
    Ok(cohort.map(|cohort| Filter {
        place: asked.bare(),
        fields: vec![cohort],
    }))
}

/// What fails of some checks over all projects, the first check first, and links to all of each.
pub(super) async fn failing(
    ctx: &Context,
    id: &str,
    checks: &[&str],
    empty: &str,
) -> Result<(Table, Text), PageError> {
    let mut found: Vec<FindingRow> = Vec::new();
    let mut links = Text::default();
    for check in checks {
        let filter = FindingFilter {
            check: Some((*check).to_owned()),
            ..rows::failing()
        };
        let some = ctx
            .store
            .findings(
                &ctx.viewer,
                &filter,
                FindingSort::Urgency,
                Rows::new(1, SHOWN),
            )
            .await?;
        if some.total > 0 {
            let words = format!("{}: {}", ctx.check_title(check), words::count(some.total));
            let list = rows::failing_place().with("check", *check);
            links = links.and_link(words, list).plain(". ");
        }
        found.extend(some.rows);
    }
    let table = Table {
        empty: empty.into(),
        ..rows::table(id, &found, false)
    };
    Ok((table, links))
}

/// Every project with its figures, by name.
pub(super) async fn by_project(
    ctx: &Context,
    asked: &Asked,
    columns: Vec<Column>,
    line: fn(&ProjectRow, &[FigureRow]) -> Vec<Cell>,
) -> Result<Section, PageError> {
    let filter = ProjectFilter {
        cohort: asked.text("cohort"),
        ..ProjectFilter::default()
    };
    let found = ctx
        .store
        .projects(&filter, Rows::new(asked.page(), ROWS))
        .await?;
    let mut lines = Vec::new();
    for row in &found.rows {
        let scope = Scope::Project(row.project.name.clone());
        lines.push(line(row, &ctx.store.figures(&scope).await?));
    }
    let table = Table {
        id: "projects".to_owned(),
        columns,
        rows: lines,
        empty: "No project is here.".into(),
        pager: rows::pager(asked, found.total, ROWS),
        ..Table::default()
    };
    Ok(Section::new("by-project", "By project")
        .note("By name, and not by merit. A project leads to its releases.")
        .with(Block::Table(table)))
}

/// The name of a project, which leads to its releases where they were looked at.
pub(super) fn project_cell(row: &ProjectRow, releases: &Place, is_looked_at: bool) -> Cell {
    let place = if is_looked_at {
        releases.clone()
    } else {
        Place::new(["projects", row.project.name.as_str()])
    };
    Cell::text(Text::link(title(row), place))
}

/// A figure as "3 of 7", which leads to a list.
pub(super) fn part_cell(figures: &[FigureRow], measure: &str, list: &Place) -> Cell {
    let Some(row) = figure(figures, measure) else {
        return Cell::Missing;
    };
    let whole = row.figure.whole.unwrap_or_default();
    Cell::Number {
        value: row.figure.value,
        shown: format!(
            "{} of {}",
            words::value(row.figure.value),
            words::value(whole)
        ),
        list: Some(list.clone()),
    }
}

/// What each word means, and which of them blame nobody.
pub(super) fn meanings(
    id: &str,
    key: &'static str,
    words: impl IntoIterator<Item = Word>,
) -> Section {
    let row = |word: Word| {
        vec![
            Cell::State(word.state),
            Cell::text(word.meaning),
            Cell::text(if word.is_counted {
                "counted"
            } else {
                "not counted: blames nobody"
            }),
        ]
    };
    Section::new("words", "What the words mean").with(Block::Table(Table {
        id: id.to_owned(),
        columns: vec![
            Column::text(key, "Word"),
            Column::text("meaning", "Meaning"),
            Column::text("counted", "Counted"),
        ],
        rows: words.into_iter().map(row).collect(),
        ..Table::default()
    }))
}
