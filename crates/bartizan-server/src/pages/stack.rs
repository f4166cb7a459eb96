//! A cohort: its goals, its projects, and what would help most.

use bartizan_store::{FindingFilter, Page as Rows, ProjectFilter, Scope};

use super::{PageItem, milestones, projects, rows, steps};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Card, Page, Reading, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/stacks/{}",
    title: "Stack",
    purpose: "A cohort with its goals, its projects, and what would help most",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let name = asked.part(0);
    let mut cohorts = ctx.store.cohorts().await?.into_iter();
    let Some(cohort) = cohorts.find(|cohort| cohort.name == name) else {
        return Ok(None);
    };
    let filter = ProjectFilter {
        cohort: Some(name.to_owned()),
        ..ProjectFilter::default()
    };
    let page = Rows::new(asked.page(), rows::SIZE_WITH_BARS);
    let found = ctx.store.projects(&filter, page).await?;
    let clear = ctx.store.clear_projects(name).await?;
    let table = Table {
        pager: rows::pager(asked, found.total, rows::SIZE_WITH_BARS),
        ..projects::table(ctx, &found.rows).await?
    };
    let mut sections = before_the_list(ctx, name).await?;
    sections.push(Section::new("projects", "Projects").with(Block::Table(table)));
    Ok(Some(Page {
        title: cohort.title.clone(),
        headline: format!(
            "{}: {} of {} have nothing known to mend",
            cohort.title,
            words::number_word(clear),
            words::counted(found.total, "project", "projects")
        ),
        lede: Text::from(cohort.summary),
        above: vec![("Stacks".to_owned(), Place::new(["stacks"]))],
        sections,
        ..Page::default()
    }))
}

/// What there is to say of a cohort as a whole.
async fn before_the_list(ctx: &Context, name: &str) -> Result<Vec<Section>, PageError> {
    let failing = FindingFilter {
        cohort: Some(name.to_owned()),
        ..rows::failing()
    };
    let goals = milestone_blocks(ctx, name).await?;
    let cards = figure_cards(ctx, name).await?;
    let steps = steps::most_helpful(ctx, &failing, 3).await?;
    let mut sections = Vec::new();
    if !goals.is_empty() {
        sections.push(Section::new("milestones", "Milestones").with_all(goals));
    }
    if !cards.is_empty() {
        sections.push(Section::new("figures", "Figures").with(Block::Cards(cards)));
    }
    if !steps.is_empty() {
        sections.push(Section::new("help", "What would help most").with(Block::List(steps)));
    }
    Ok(sections)
}

async fn milestone_blocks(ctx: &Context, cohort: &str) -> Result<Vec<Block>, PageError> {
    let milestones = ctx.store.milestones().await?;
    let own: Vec<_> = milestones
        .into_iter()
        .filter(|milestone| milestone.cohort.as_deref() == Some(cohort))
        .collect();
    milestones::blocks(ctx, &own).await
}

/// Figures that no goal speaks of.
async fn figure_cards(ctx: &Context, cohort: &str) -> Result<Vec<Card>, PageError> {
    let goals = ctx.store.milestones().await?;
    let is_goal = |measure: &str| {
        goals
            .iter()
            .any(|goal| goal.measure == measure && goal.cohort.as_deref() == Some(cohort))
    };
    let figures = ctx.store.figures(&Scope::Cohort(cohort.to_owned())).await?;
    let card = |row: &bartizan_store::FigureRow| Card {
        title: ctx.measure_title(&row.figure.measure),
        reading: Reading::Measured {
            value: row.figure.value,
            shown: words::value(row.figure.value),
            unit: row
                .figure
                .whole
                .map(|whole| format!("of {}", words::value(whole)))
                .unwrap_or_default(),
            list: Some(milestones::measure_place(&row.figure.measure, Some(cohort))),
        },
        course: None,
        note: Text::default(),
    };
    Ok(figures
        .iter()
        .filter(|row| !is_goal(&row.figure.measure))
        .map(card)
        .collect())
}
