//! How far signing has come: coverage by file, release and project, over time; drift and steps back; and what the words mean.
//! What blames nobody has a place of its own, and what nobody knows is never counted as none.

mod coverage;

use bartizan_model::profile::Milestone;
use bartizan_provenance::ledger::Class;
use bartizan_store::{FigureRow, ProjectRow, Scope};

use super::{
    PageItem, facts, milestones,
    releases::{class_state, releases_place},
    standing::{
        Word, by_project, card, cohort_filter, failing, figure, meanings, part_cell, part_of_whole,
        project_cell,
    },
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Text},
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

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let cohort = asked.text("cohort");
    let scope = cohort.clone().map_or(Scope::Ecosystem, Scope::Cohort);
    let figures = ctx.store.figures(&scope).await?;
    let goals = milestones::blocks(ctx, &goals(cohort.as_deref())).await?;
    let mut now = Section::new("coverage", "Now")
        .note("Verified in every step, and signed by who should sign. What an index merely lists counts nothing.")
        .with_all(goals);
    if let Some(filter) = cohort_filter(ctx, asked).await? {
        now.blocks.insert(0, Block::Filter(filter));
    }
    let sections = vec![
        now,
        coverage::section(&figures, &coverage::FILES),
        coverage::section(&figures, &coverage::RELEASES),
        steps_back(ctx).await?,
        by_project(ctx, asked, columns(), line).await?,
        meanings("classes", "class", Class::ALL.map(word)),
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

/// What the data say: how many projects sign, else how many files do, else that nobody can tell.
fn headline(figures: &[FigureRow]) -> String {
    let of = |measure| part_of_whole(figures, measure);
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
    let goal = |name, title, measure| {
        card(
            cohort,
            [name, title, measure, "an index that serves provenance"],
        )
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

/// What is wrong or went back, the severest check first, over all projects.
async fn steps_back(ctx: &Context) -> Result<Section, PageError> {
    let (table, links) = failing(
        ctx,
        "steps-back",
        &facts::SIGNING,
        "Nothing went back, and nobody signed who should not, as far as it was looked at.",
    )
    .await?;
    Ok(Section::new("drift", "Drift and steps back")
        .note(
            Text::default()
                .plain("A signer who is not expected, evidence that does not hold, attestations that were there before, files that were replaced. A project that moves has such a finding once. ")
                .and_spans(links),
        )
        .with(Block::Table(table)))
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::text("latest", "Latest release"),
        Column::number("releases", "Releases, pinned"),
        Column::number("files", "Files, pinned"),
        Column::number("unsaid", "Files nothing is known of"),
        Column::number("sbom", "Wheels with SBOM"),
    ]
}

fn line(row: &ProjectRow, figures: &[FigureRow]) -> Vec<Cell> {
    let list = releases_place(&row.project.name);
    let is_looked_at = figure(figures, facts::FILE_ATTESTATIONS).is_some();
    let latest = match figure(figures, facts::PINNED_LATEST) {
        Some(row) if row.figure.value > 0.0 => State::new(Sign::Good, "verified and pinned"),
        Some(_) => State::new(Sign::Watch, "not yet"),
        None if is_looked_at => State::new(Sign::Unknown, "cannot be told"),
        None => State::new(Sign::Unknown, "not looked at"),
    };
    let of = |measure| part_cell(figures, measure, &list);
    let unsaid = figure(figures, facts::FILE_ATTESTATIONS).map_or(Cell::Missing, |row| {
        let silent = coverage::unsaid(&row.figure.shares);
        Cell::Number {
            value: silent,
            shown: words::value(silent),
            list: Some(list.clone()),
        }
    });
    vec![
        project_cell(row, &list, is_looked_at),
        Cell::State(latest),
        of(facts::PINNED_RELEASES),
        of(facts::PINNED_FILES),
        unsaid,
        of(facts::WHEELS_WITH_SBOM),
    ]
}

fn word(class: Class) -> Word {
    Word {
        state: class_state(class),
        meaning: class.meaning(),
        is_counted: class.is_counted(),
    }
}
