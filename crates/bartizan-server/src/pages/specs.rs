//! The standards and who endorsed, declared or was measured to meet them: three facts, never one.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_store::{Page as Rows, ProjectFilter, Scope};

use super::{PageItem, facts, milestones::measure_place, projects::title, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/specs",
    title: "SPECs",
    purpose: "Which standards projects endorsed, declared and were measured to meet",
    is_in_menu: true,
    asks: &["cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// A standard: its id, and the projects that endorsed it.
type Endorsers = BTreeMap<String, BTreeSet<String>>;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let endorsers = endorsers(ctx).await?;
    let endorsements: usize = endorsers.values().map(BTreeSet::len).sum();
    let headline = if endorsers.is_empty() {
        "No standard was read yet".to_owned()
    } else {
        let standards = endorsers
            .values()
            .filter(|projects| !projects.is_empty())
            .count() as u64;
        format!(
            "{} of {} standards are endorsed by projects here",
            words::sentence(&words::number_word(standards)),
            words::number_word(endorsers.len() as u64)
        )
    };
    let sections = vec![
        Section::new("by-standard", "By standard")
            .note("Endorsed is what a project says. Declared is a badge that it shows. Measured is what was looked at. Each stands for itself.")
            .with(Block::Table(by_standard(ctx, &endorsers).await?)),
        Section::new("by-project", "By project").with(Block::Table(by_project(ctx, asked, &endorsers).await?)),
    ];
    Ok(Some(Page {
        title: "SPECs".to_owned(),
        headline,
        lede: format!(
            "{} in all, as the standards' own pages list them.",
            words::counted(endorsements as u64, "endorsement", "endorsements")
        )
        .into(),
        sections,
        ..Page::default()
    }))
}

async fn endorsers(ctx: &Context) -> Result<Endorsers, PageError> {
    let mut endorsers = Endorsers::new();
    for row in ctx.store.figures(&Scope::Ecosystem).await? {
        let Some(standard) = row.figure.measure.strip_prefix(facts::ENDORSED) else {
            continue;
        };
        let found = ctx
            .store
            .project_figures(&row.figure.measure, None, Rows::whole())
            .await?;
        let projects = found
            .rows
            .into_iter()
            .filter(|row| row.value > 0.0)
            .map(|row| row.project);
        endorsers.insert(standard.to_owned(), projects.collect());
    }
    Ok(endorsers)
}

/// The name of a standard for people: `spec-0` is `SPEC 0`.
fn named(standard: &str) -> String {
    standard.replace('-', " ").to_uppercase()
}

async fn by_standard(ctx: &Context, endorsers: &Endorsers) -> Result<Table, PageError> {
    let mut lines = Vec::new();
    for (standard, projects) in endorsers {
        let measure = format!("{}{standard}", facts::ENDORSED);
        let mut line = vec![
            Cell::text(named(standard)),
            Cell::count(projects.len() as u64, measure_place(&measure, None)),
        ];
        for prefix in [facts::DECLARED, facts::ADOPTED] {
            let measure = format!("{prefix}{standard}");
            let figure = ctx.store.figure(&Scope::Ecosystem, &measure).await?;
            line.push(figure.map_or(Cell::Missing, |row| Cell::Number {
                value: row.figure.value,
                shown: words::value(row.figure.value),
                list: Some(measure_place(&measure, None)),
            }));
        }
        lines.push(line);
    }
    Ok(Table {
        id: "standards".to_owned(),
        columns: vec![
            Column::text("standard", "Standard"),
            Column::number("endorsed", "Endorsed"),
            Column::number("declared", "Declared"),
            Column::number("measured", "Measured"),
        ],
        rows: lines,
        empty: "Not measured yet: an assessment with the standards' repository fills this table."
            .into(),
        ..Table::default()
    })
}

async fn by_project(
    ctx: &Context,
    asked: &Asked,
    endorsers: &Endorsers,
) -> Result<Table, PageError> {
    let filter = ProjectFilter {
        cohort: asked.text("cohort"),
        ..ProjectFilter::default()
    };
    let found = ctx
        .store
        .projects(&filter, Rows::new(asked.page(), rows::PAGE_SIZE))
        .await?;
    let mut columns = vec![Column::text("project", "Project")];
    // Names of columns live as long as the program; the standards come from data. They are told by position here.
    const IDS: [&str; 16] = [
        "standard_1",
        "standard_2",
        "standard_3",
        "standard_4",
        "standard_5",
        "standard_6",
        "standard_7",
        "standard_8",
        "standard_9",
        "standard_10",
        "standard_11",
        "standard_12",
        "standard_13",
        "standard_14",
        "standard_15",
        "standard_16",
    ];
    columns.extend(
        endorsers
            .keys()
            .zip(IDS)
            .map(|(standard, id)| Column::text(id, named(standard))),
    );
    let line = |row: &bartizan_store::ProjectRow| {
        let name = &row.project.name;
        let mut cells = vec![Cell::text(Text::link(
            title(row),
            Place::new(["projects", name]).at("standards-of"),
        ))];
        cells.extend(endorsers.values().take(IDS.len()).map(|projects| {
            Cell::State(if projects.contains(name) {
                State::new(Sign::Stated, "endorsed")
            } else {
                State::new(Sign::Neutral, "not stated")
            })
        }));
        cells
    };
    Ok(Table {
        id: "matrix".to_owned(),
        caption: "A ring with a dot: endorsed. Declared and measured adoption is not measured yet."
            .into(),
        rows: if endorsers.is_empty() {
            Vec::new()
        } else {
            found.rows.iter().map(line).collect()
        },
        columns,
        empty: "Not measured yet.".into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
    })
}
