//! Bills of materials of releases: present, valid, true, and how much of the native code that is there they declare.
//! What nobody needs has a place of its own, and what nobody knows is never counted as wrong.

mod over_time;

use bartizan_model::profile::Milestone;
use bartizan_sbom::standing::Standing;
use bartizan_store::{
    FigureRow, FindingFilter, FindingRow, FindingSort, Page as Rows, ProjectFilter, ProjectRow,
    Scope,
};

use super::{PageItem, facts, milestones, projects::title, releases::releases_place, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Field, Filter, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/sboms",
    title: "Bills of materials",
    purpose: "Which releases carry bills of materials, whether they are valid and true, and how much of the native code they declare",
    is_in_menu: true,
    asks: &["cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// Projects of one page of the table.
const ROWS: u32 = 40;

/// Findings of each check that are shown.
const SHOWN: u32 = 12;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let cohort = asked.text("cohort");
    let scope = cohort.clone().map_or(Scope::Ecosystem, Scope::Cohort);
    let figures = ctx.store.figures(&scope).await?;
    let goals = milestones::blocks(ctx, &goals(cohort.as_deref())).await?;
    let mut now = Section::new("coverage", "Now")
        .note("One wheel stands for a release. What is there is read out of its files; what a bill says of itself counts nothing.")
        .with_all(goals);
    if let Some(filter) = filter(ctx, asked).await? {
        now.blocks.insert(0, Block::Filter(filter));
    }
    let sections = vec![
        now,
        over_time::declared(&figures),
        over_time::standings(&figures),
        wrong(ctx).await?,
        projects(ctx, asked).await?,
        meanings(),
    ];
    let above = match &cohort {
        Some(_) => vec![("Bills of materials".to_owned(), Place::new(["sboms"]))],
        None => Vec::new(),
    };
    Ok(Some(Page {
        title: "Bills of materials".to_owned(),
        headline: headline(&figures),
        lede: Text::default()
            .plain("Three questions about each release, asked one by one: does its wheel carry a bill, is the bill valid by the official schema, and do bill and files agree. ")
            .and_link("How it is counted", Place::new(["methods"]))
            .plain("."),
        above,
        sections,
        ..Page::default()
    }))
}

fn figure<'f>(figures: &'f [FigureRow], measure: &str) -> Option<&'f FigureRow> {
    figures.iter().find(|row| row.figure.measure == measure)
}

/// What the data say: how much is declared, else how many releases carry bills, else that nobody looked.
fn headline(figures: &[FigureRow]) -> String {
    let of = |measure: &str| {
        let figure = &figure(figures, measure)?.figure;
        let whole = figure.whole?;
        Some((words::value(figure.value), words::value(whole)))
    };
    match (
        of(facts::DECLARED_COMPONENTS),
        of(facts::RELEASES_WITH_SBOM),
    ) {
        (Some((part, whole)), _) => format!(
            "Bills of materials declare {part} of {whole} native components of the latest releases"
        ),
        (None, Some((part, whole))) => {
            format!("{part} of {whole} releases carry a bill of materials")
        }
        (None, None) => "No wheel was looked into yet".to_owned(),
    }
}

/// What is measured, as cards.
fn goals(cohort: Option<&str>) -> Vec<Milestone> {
    let goal = |name: &str, title: &str, measure: &str, needs: &str| Milestone {
        name: name.to_owned(),
        title: title.to_owned(),
        measure: measure.to_owned(),
        cohort: cohort.map(str::to_owned),
        targets: Vec::new(),
        needs: needs.to_owned(),
    };
    let wheels = "wheels that can be looked into";
    vec![
        goal(
            "declared",
            "Native components that bills declare",
            facts::DECLARED_COMPONENTS,
            wheels,
        ),
        goal(
            "sound",
            "Projects whose latest release has a valid and true bill",
            facts::SOUND_SBOM_LATEST,
            "the official schemas: `bartizan sbom schemas --fetch`",
        ),
        goal(
            "present",
            "Releases whose wheels carry a bill",
            facts::RELEASES_WITH_SBOM,
            wheels,
        ),
        goal(
            "valid",
            "Releases whose bills are valid",
            facts::RELEASES_WITH_VALID_SBOM,
            "bills, and the official schemas: `bartizan sbom schemas --fetch`",
        ),
        goal(
            "true",
            "Releases whose bills are true",
            facts::RELEASES_WITH_TRUE_SBOM,
            "wheels that carry bills",
        ),
    ]
}

async fn filter(ctx: &Context, asked: &Asked) -> Result<Option<Filter>, PageError> {
    let cohorts = ctx.store.cohorts().await?;
    if cohorts.is_empty() {
        return Ok(None);
    }
    let choices = cohorts.into_iter().map(|it| (it.name, it.title));
    Ok(Some(Filter {
        place: asked.bare(),
        fields: vec![Field {
            key: "cohort".to_owned(),
            label: "Projects".to_owned(),
            choices: choices.collect(),
            value: asked.text("cohort").unwrap_or_default(),
        }],
    }))
}

/// What the bills of latest releases say wrongly or leave out, over all projects.
async fn wrong(ctx: &Context) -> Result<Section, PageError> {
    let mut found: Vec<FindingRow> = Vec::new();
    let mut links = Text::default();
    for check in facts::SBOMS {
        let filter = FindingFilter {
            check: Some(check.to_owned()),
            ..rows::failing()
        };
        let page = Rows::new(1, SHOWN);
        let some = ctx
            .store
            .findings(&ctx.viewer, &filter, FindingSort::Urgency, page)
            .await?;
        if some.total > 0 {
            let words = format!("{}: {}", ctx.check_title(check), words::count(some.total));
            let list = rows::failing_place().with("check", check);
            links = links.and_link(words, list).plain(". ");
        }
        found.extend(some.rows);
    }
    let table = Table {
        empty: "No bill of a latest release is wrong, as far as wheels were looked into.".into(),
        ..rows::table("wrong", &found, false)
    };
    Ok(Section::new("mend", "What to mend")
        .note(
            Text::default()
                .plain("Of latest releases only. The page of a release says what is lacking and where to add it. ")
                .and_spans(links),
        )
        .with(Block::Table(table)))
}

/// Every project with its figures, by name.
async fn projects(ctx: &Context, asked: &Asked) -> Result<Section, PageError> {
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
        columns: vec![
            Column::text("project", "Project"),
            Column::text("latest", "Latest release"),
            Column::number("declared", "Native components, declared"),
            Column::number("present", "Releases with a bill"),
            Column::number("valid", "Releases, valid"),
            Column::number("true", "Releases, true"),
        ],
        rows: lines,
        empty: "No project is here.".into(),
        pager: rows::pager(asked, found.total, ROWS),
        ..Table::default()
    };
    Ok(Section::new("by-project", "By project")
        .note("By name, and not by merit. A project leads to its releases.")
        .with(Block::Table(table)))
}

fn line(row: &ProjectRow, figures: &[FigureRow]) -> Vec<Cell> {
    let name = row.project.name.as_str();
    let list = releases_place(name);
    let is_looked_at = figure(figures, facts::RELEASES_WITH_SBOM).is_some();
    let is_needed = figure(figures, facts::DECLARED_COMPONENTS).is_some();
    let latest = match figure(figures, facts::SOUND_SBOM_LATEST) {
        Some(row) if row.figure.value > 0.0 => State::new(Sign::Good, "valid and true"),
        Some(_) => State::new(Sign::Watch, "not yet"),
        None if !is_looked_at => State::new(Sign::Unknown, "not looked at"),
        None if is_needed => State::new(Sign::Unknown, "cannot be told"),
        None => State::new(Sign::Neutral, "nothing native in it"),
    };
    let of = |measure: &str| {
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
    };
    let project = if is_looked_at {
        Text::link(title(row), list.clone())
    } else {
        Text::link(title(row), Place::new(["projects", name]))
    };
    vec![
        Cell::text(project),
        Cell::State(latest),
        of(facts::DECLARED_COMPONENTS),
        of(facts::RELEASES_WITH_SBOM),
        of(facts::RELEASES_WITH_VALID_SBOM),
        of(facts::RELEASES_WITH_TRUE_SBOM),
    ]
}

/// A standing as a sign with words.
pub(super) fn standing_state(standing: Standing) -> State {
    let sign = match standing {
        Standing::Sound => Sign::Good,
        Standing::True | Standing::Present => Sign::Stated,
        Standing::Untrue | Standing::Invalid => Sign::Bad,
        Standing::Missing => Sign::Watch,
        Standing::Unneeded => Sign::Neutral,
        Standing::Absent | Standing::Unknown => Sign::Unknown,
    };
    State::new(sign, standing.title())
}

/// What each word means, and which of them blame nobody.
fn meanings() -> Section {
    let row = |standing: Standing| {
        vec![
            Cell::State(standing_state(standing)),
            Cell::text(standing.meaning()),
            Cell::text(if standing.is_counted() {
                "counted"
            } else {
                "not counted: blames nobody"
            }),
        ]
    };
    Section::new("words", "What the words mean").with(Block::Table(Table {
        id: "standings".to_owned(),
        columns: vec![
            Column::text("standing", "Word"),
            Column::text("meaning", "Meaning"),
            Column::text("counted", "Counted"),
        ],
        rows: Standing::ALL.into_iter().map(row).collect(),
        ..Table::default()
    }))
}
