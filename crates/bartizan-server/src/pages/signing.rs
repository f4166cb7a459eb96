//! How far signing has come: coverage by file, release and project, over time; drift and steps back; and what the words mean.
//! What blames nobody has a place of its own, and what nobody knows is never counted as none.

mod coverage;

use bartizan_model::profile::Milestone;
use bartizan_provenance::ledger::Class;
use bartizan_store::{
    FigureRow, FindingFilter, FindingRow, FindingSort, Page as Rows, ProjectFilter, ProjectRow,
    Scope,
};

use super::{
    PageItem, facts, milestones,
    projects::title,
    releases::{class_state, releases_place},
    rows,
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Field, Filter, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/signing",
    title: "Signing",
    purpose: "How far signing has come by file, release and project, over time; drift and steps back",
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
        .note("Verified in every step, and signed by who should sign. What an index merely lists counts nothing.")
        .with_all(goals);
    if let Some(filter) = filter(ctx, asked).await? {
        now.blocks.insert(0, Block::Filter(filter));
    }
    let sections = vec![
        now,
        coverage::section(&figures, &coverage::FILES),
        coverage::section(&figures, &coverage::RELEASES),
        steps_back(ctx).await?,
        projects(ctx, asked).await?,
        meanings(),
    ];
    let above = match &cohort {
        Some(_) => vec![("Signing".to_owned(), Place::new(["signing"]))],
        None => Vec::new(),
    };
    Ok(Some(Page {
        title: "Signing".to_owned(),
        headline: headline(&figures),
        lede: Text::default()
            .plain("Every file of every release since attestations exist, verified by this program: who built it, from what, and whether that is who it should be. ")
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

/// What the data say: how many projects sign, else how many files do, else that nobody can tell.
fn headline(figures: &[FigureRow]) -> String {
    let of = |measure: &str| {
        let figure = &figure(figures, measure)?.figure;
        let whole = figure.whole?;
        Some((words::value(figure.value), words::value(whole)))
    };
    match (
        of(facts::PINNED_LATEST),
        of(facts::PINNED_FILES),
        figure(figures, facts::FILE_ATTESTATIONS),
    ) {
        (Some((part, whole)), _, _) => {
            format!(
                "{part} of {whole} projects sign their latest release in a way that can be verified"
            )
        }
        (None, Some((part, whole)), _) => {
            format!("{part} of {whole} files are verified and pinned")
        }
        (None, None, Some(known)) => format!(
            "Whether the {} files that are known are signed cannot be told from here",
            words::value(known.figure.value)
        ),
        (None, None, None) => "No release was looked at yet".to_owned(),
    }
}

/// Coverage as cards: the goal of the ecosystem among them, whoever set it.
fn goals(cohort: Option<&str>) -> Vec<Milestone> {
    let goal = |name: &str, title: &str, measure: &str| Milestone {
        name: name.to_owned(),
        title: title.to_owned(),
        measure: measure.to_owned(),
        cohort: cohort.map(str::to_owned),
        targets: Vec::new(),
        needs: "an index that serves provenance".to_owned(),
    };
    vec![
        goal(
            "by-project",
            "Projects whose latest release is verified and pinned",
            facts::PINNED_LATEST,
        ),
        goal(
            "by-release",
            "Releases that are verified and pinned",
            facts::PINNED_RELEASES,
        ),
        goal(
            "by-file",
            "Files that are verified and pinned",
            facts::PINNED_FILES,
        ),
        goal(
            "with-sbom",
            "Wheels that carry a bill of materials",
            facts::WHEELS_WITH_SBOM,
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

/// What is wrong or went back, the severest check first, over all projects.
async fn steps_back(ctx: &Context) -> Result<Section, PageError> {
    let mut found: Vec<FindingRow> = Vec::new();
    let mut links = Text::default();
    for check in facts::SIGNING {
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
        empty: "Nothing went back, and nobody signed who should not, as far as it was looked at."
            .into(),
        ..rows::table("steps-back", &found, false)
    };
    Ok(Section::new("drift", "Drift and steps back")
        .note(
            Text::default()
                .plain("A signer who is not expected, evidence that does not hold, attestations that were there before, files that were replaced. A project that moves has such a finding once. ")
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
            Column::number("releases", "Releases, pinned"),
            Column::number("files", "Files, pinned"),
            Column::number("unsaid", "Files nothing is known of"),
            Column::number("sbom", "Wheels with SBOM"),
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
    let is_looked_at = figure(figures, facts::FILE_ATTESTATIONS).is_some();
    let latest = match figure(figures, facts::PINNED_LATEST) {
        Some(row) if row.figure.value > 0.0 => State::new(Sign::Good, "verified and pinned"),
        Some(_) => State::new(Sign::Watch, "not yet"),
        None if is_looked_at => State::new(Sign::Unknown, "cannot be told"),
        None => State::new(Sign::Unknown, "not looked at"),
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
    let unsaid = figure(figures, facts::FILE_ATTESTATIONS).map_or(Cell::Missing, |row| {
        let silent = coverage::unsaid(&row.figure.shares);
        Cell::Number {
            value: silent,
            shown: words::value(silent),
            list: Some(list.clone()),
        }
    });
    let project = if is_looked_at {
        Text::link(title(row), list.clone())
    } else {
        Text::link(title(row), Place::new(["projects", name]))
    };
    vec![
        Cell::text(project),
        Cell::State(latest),
        of(facts::PINNED_RELEASES),
        of(facts::PINNED_FILES),
        unsaid,
        of(facts::WHEELS_WITH_SBOM),
    ]
}

/// What each word means, and which of them blame nobody.
fn meanings() -> Section {
    let row = |class: Class| {
        vec![
            Cell::State(class_state(class)),
            Cell::text(class.meaning()),
            Cell::text(if class.is_counted() {
                "counted"
            } else {
                "not counted: blames nobody"
            }),
        ]
    };
    Section::new("words", "What the words mean").with(Block::Table(Table {
        id: "classes".to_owned(),
        columns: vec![
            Column::text("class", "Word"),
            Column::text("meaning", "Meaning"),
            Column::text("counted", "Counted"),
        ],
        rows: Class::ALL.into_iter().map(row).collect(),
        ..Table::default()
    }))
}
