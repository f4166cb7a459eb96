//! The standards and who endorsed, declared or was measured to meet them: three facts, never one.

use std::collections::BTreeMap;

use bartizan_store::{Page as Rows, ProjectFilter, ProjectRow, Scope};

use super::{
    PageItem, facts,
    milestones::measure_place,
    projects::title,
    rows,
    standards::{self, Stand, Standard, stands},
    standing::cohort_filter,
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
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

/// Projects of one page of the matrix: each has several facts of each standard.
const ROWS: u32 = 16;

/// A standard with how it stands in each project.
type Known = Vec<(Standard, BTreeMap<String, Stand>)>;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let mut known = Known::new();
    for standard in standards::all(ctx).await? {
        let stands = stands(ctx, &standard.id).await?;
        known.push((standard, stands));
    }
    let mut sections = vec![
        Section::new("by-standard", "By standard")
            .note("Endorsed is what a project says. Declared is a badge that it shows. Measured is what checks of its repositories found. Each stands for itself. Drafts are looked at, and not counted.")
            .with(Block::Table(by_standard(ctx, &known).await?)),
    ];
    let matrix = by_project(ctx, asked, &known).await?;
    let mut by_project = Section::new("by-project", "By project").note(
        "What is not there was not stated. Measured is what holds out of what applies; what nobody could look at counts as not holding, and a standard is met when everything holds.",
    );
    if let Some(filter) = cohort_filter(ctx, asked).await? {
        by_project = by_project.with(Block::Filter(filter));
    }
    sections.push(by_project.with(Block::Table(matrix)));
    Ok(Some(Page {
        title: "SPECs".to_owned(),
        headline: headline(&known),
        lede: Text::default()
            .plain(lede(&known))
            .and_link("Every check, and what it asks for", Place::new(["checks"]))
            .plain("."),
        sections,
        ..Page::default()
    }))
}

fn headline(known: &Known) -> String {
    let has = |of: fn(&Stand) -> bool| {
        let with = |(_, stands): &&(Standard, BTreeMap<String, Stand>)| stands.values().any(of);
        known.iter().filter(with).count() as u64
    };
    let endorsed = has(|stand| stand.is_endorsed == Some(true));
    let met = has(|stand| stand.is_met == Some(true));
    let is_looked_at = has(|stand| stand.holds.is_some()) > 0;
    if known.iter().all(|(_, stands)| stands.is_empty()) {
        return "No standard was read yet".to_owned();
    }
    let endorsed = format!(
        "{} of {} standards are endorsed by projects here",
        words::sentence(&words::number_word(endorsed)),
        words::number_word(known.len() as u64)
    );
    if is_looked_at {
        format!(
            "{endorsed}, and {} are met by some",
            words::number_word(met)
        )
    } else {
        endorsed
    }
}

fn lede(known: &Known) -> String {
    let all = || known.iter().flat_map(|(_, stands)| stands.values());
    let count = |of: fn(&Stand) -> bool| all().filter(|stand| of(stand)).count() as u64;
    format!(
        "{}, {}, and {} of a standard met as a whole, as far as it could be looked at. ",
        words::counted(
            count(|it| it.is_endorsed == Some(true)),
            "endorsement",
            "endorsements"
        ),
        words::counted(count(|it| it.is_declared == Some(true)), "badge", "badges"),
        words::counted(count(|it| it.is_met == Some(true)), "case", "cases"),
    )
}

async fn by_standard(ctx: &Context, known: &Known) -> Result<Table, PageError> {
    let mut lines = Vec::new();
    for (standard, _) in known {
        let mut line = vec![Cell::text(Text::link(
            standard.name(),
            standards::place(&standard.id),
        ))];
        for prefix in [
            facts::ENDORSED,
            facts::DECLARED,
            facts::ADOPTED,
            facts::REQUIREMENTS,
        ] {
            let measure = format!("{prefix}{}", standard.id);
            let figure = ctx.store.figure(&Scope::Ecosystem, &measure).await?;
            // Drafts are looked at, and not counted.
            let none = if standard.is_draft {
                Cell::Empty
            } else {
                Cell::Missing
            };
            line.push(figure.map_or(none, |row| Cell::Number {
                value: row.figure.value,
                shown: match row.figure.whole {
                    Some(whole) => {
                        format!(
                            "{} of {}",
                            words::value(row.figure.value),
                            words::value(whole)
                        )
                    }
                    None => words::value(row.figure.value),
                },
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
            Column::number("measured", "Met, as measured"),
            Column::number("requirements", "Requirements that hold"),
        ],
        rows: lines,
        empty: "Not measured yet: an assessment with the standards' repository fills this table."
            .into(),
        ..Table::default()
    })
}

/// Names of columns live as long as the program, and the standards come from data: they are told by their position.
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

/// Drafts have no figures, and no column.
async fn by_project(ctx: &Context, asked: &Asked, known: &Known) -> Result<Table, PageError> {
    let filter = ProjectFilter {
        cohort: asked.text("cohort"),
        ..ProjectFilter::default()
    };
    let found = ctx
        .store
        .projects(&filter, Rows::new(asked.page(), ROWS))
        .await?;
    let shown = known.iter().filter(|(_, stands)| !stands.is_empty());
    let shown: Vec<_> = shown.take(IDS.len()).collect();
    let mut columns = vec![Column::text("project", "Project")];
    let of_standards = shown.iter().zip(IDS);
    columns.extend(of_standards.map(|((standard, _), id)| Column::text(id, standard.number())));
    let line = |row: &ProjectRow| {
        let name = row.project.name.as_str();
        let project = Place::new(["projects", name]).at("standards-of");
        let mut cells = vec![Cell::text(Text::link(title(row), project))];
        cells.extend(shown.iter().map(|(standard, stands)| {
            let stand = stands.get(name).copied().unwrap_or_default();
            Cell::States(stand.states(&standard.id, name))
        }));
        cells
    };
    Ok(Table {
        id: "matrix".to_owned(),
        caption: "Projects and standards: what is stated, and what was measured".into(),
        rows: if shown.is_empty() {
            Vec::new()
        } else {
            found.rows.iter().map(line).collect()
        },
        columns,
        empty: "Not measured yet.".into(),
        pager: rows::pager(asked, found.total, ROWS),
    })
}
