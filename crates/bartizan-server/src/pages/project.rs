//! A project: what to do next, standards, releases, what it stands on, advisories, history, data. In this order, since a
//! maintainer comes here to do something.

mod access;
mod parts;
mod people;

pub(super) use self::parts::component_table;

use bartizan_model::assessment::Outcome;
use bartizan_store::{FindingFilter, ProjectRow};

use super::{FeedScope, PageItem, facts, projects::title, rows, steps};
use crate::{
    context::{Asked, Context, PageError},
    href::{Href, Place},
    page::{Block, Page, Section, Sign, Text},
    review::{self, Queue},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/projects/{}",
    title: "Project",
    purpose: "What to do next in a project, and everything that is known of it",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: Some(|ctx, asked| {
        Box::pin(async {
            let found = ctx.store.project(asked.part(0)).await?;
            Ok(found.map(|row| FeedScope {
                title: title(&row),
                project: Some(row.project.name),
                package: None,
                checks: Vec::new(),
            }))
        })
    }),
    badge: Some(|ctx, asked| Box::pin(badge(ctx, asked))),
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(row) = ctx.store.project(asked.part(0)).await? else {
        return Ok(None);
    };
    let name = row.project.name.as_str();
    let mut sections = vec![next(ctx, name).await?];
    sections.push(parts::standards(ctx, name).await?);
    sections.push(parts::releases(ctx, name).await?);
    sections.push(parts::components(ctx, name).await?);
    sections.push(advisories(ctx, name).await?);
    sections.push(others(ctx, name).await?);
    sections.push(people::section(ctx, name).await?);
    sections.push(access::section(ctx, name).await?);
    sections.extend(queue(ctx, name).await?);
    sections.push(parts::history(ctx, name).await?);
    sections.push(data(&row));
    sections.retain(|section| !section.blocks.is_empty());
    Ok(Some(Page {
        title: title(&row),
        headline: headline(&row),
        lede: lede(ctx, &row),
        above: vec![("Projects".to_owned(), Place::new(["projects"]))],
        sections,
        feed: Some(place(name).with("format", "atom")),
    }))
}

pub(super) fn place(name: &str) -> Place {
    Place::new(["projects", name])
}

fn headline(row: &ProjectRow) -> String {
    let title = title(row);
    match (row.assessed, row.open) {
        (None, _) => format!("{title} was not assessed yet"),
        (Some(_), 0) => format!("{title} has nothing known to mend"),
        (Some(_), 1) => format!("{title} has one thing to mend"),
        (Some(_), many) => format!("{title} has {} things to mend", words::number_word(many)),
    }
}

fn lede(ctx: &Context, row: &ProjectRow) -> Text {
    let mut text = Text::default();
    if let Some(assessed) = row.assessed {
        text = text.plain(format!("Assessed {}. ", words::ago(assessed, ctx.now)));
    }
    if let Some(failure) = &row.failure {
        text = text
            .strong("The last try did not succeed: ")
            .plain(format!("{}. What stands here is older. ", failure.message));
    }
    if row.gone.is_some() {
        text = text.plain("The profile no longer has this project. ");
    }
    for repository in &row.project.repositories {
        let words = if repository.is_release {
            "Repository of releases"
        } else {
            "Repository"
        };
        text = match Href::outside(&repository.url) {
            Some(href) => text.and_link(words, href).plain(" · "),
            None => text,
        };
    }
    text.and_link(
        "What it stands on",
        Place::new(["dependencies", &row.project.name]),
    )
}

/// The way to what waits for a review, for whoever sits at this machine.
async fn queue(ctx: &Context, name: &str) -> Result<Option<Section>, PageError> {
    if ctx.desk.is_none() || Queue::of(&ctx.store, name).await?.is_none() {
        return Ok(None);
    }
    let text = Text::link("What to look at first", review::place(name))
        .plain(", with its reasons, and with verdicts. Shown on this machine only.");
    Ok(Some(
        Section::new("review-of", "Review queue").with(Block::Prose(text)),
    ))
}

async fn next(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let filter = FindingFilter {
        project: Some(name.to_owned()),
        ..rows::failing()
    };
    let steps = steps::most_helpful(ctx, &filter, 5).await?;
    let section = Section::new("next", "What to do next");
    Ok(if steps.is_empty() {
        section.with(Block::Prose(
            "No open finding has a known remedy today.".into(),
        ))
    } else {
        section
            .note("What mends the worst first; among those, the action with the greatest effect.")
            .with(Block::List(steps))
    })
}

async fn advisories(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let filter = FindingFilter {
        project: Some(name.to_owned()),
        check: Some(facts::KNOWN_VULNERABILITY.to_owned()),
        ..rows::failing()
    };
    let (mut table, total) = rows::findings_table(ctx, "advisories", &filter, 50).await?;
    table.empty = "No open advisory is known of what it stands on.".into();
    let list = rows::failing_place()
        .with("project", name)
        .with("check", facts::KNOWN_VULNERABILITY);
    Ok(Section::new("advisories-of", "Advisories")
        .note(more(total, 50, list))
        .with(Block::Table(table)))
}

/// Everything else that the checks say of it, unknown included.
async fn others(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let filter = FindingFilter {
        project: Some(name.to_owned()),
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let found = ctx
        .store
        .findings(
            &ctx.viewer,
            &filter,
            bartizan_store::FindingSort::Urgency,
            bartizan_store::Page::new(1, 300),
        )
        .await?;
    let rest: Vec<_> = found
        .rows
        .into_iter()
        .filter(|row| row.finding.check != facts::KNOWN_VULNERABILITY)
        .take(60)
        .collect();
    let mut table = rows::table("other-findings", &rest, true);
    table.empty = "No other check has said anything yet.".into();
    let list = rows::findings_place().with("project", name);
    Ok(Section::new("structure", "Other checks")
        .note(
            Text::default()
                .plain("What could not be looked at is among them. ")
                .and_link("Every finding", list),
        )
        .with(Block::Table(table)))
}

fn more(total: u64, shown: u64, list: Place) -> Text {
    if total > shown {
        Text::default()
            .plain(format!(
                "The {shown} most urgent of {}. ",
                words::count(total)
            ))
            .and_link("All of them", list)
    } else {
        Text::default().and_link("As a list with filters", list)
    }
}

fn data(row: &ProjectRow) -> Section {
    let name = row.project.name.as_str();
    let packages: Vec<String> = row
        .project
        .packages
        .iter()
        .map(|package| format!("{} ({})", package.name(), package.ecosystem()))
        .collect();
    let facts = vec![
        ("Publishes".to_owned(), Text::from(words::and(&packages))),
        (
            "Known since".to_owned(),
            Text::from(words::day(row.first_seen)),
        ),
        (
            "As JSON".to_owned(),
            Text::link("this page", place(name).with("format", "json")),
        ),
        (
            "As a feed".to_owned(),
            Text::link("Atom", place(name).with("format", "atom")),
        ),
    ];
    Section::new("data-of", "Data and badge")
        .with(Block::Facts(facts))
        .with(Block::Badge {
            place: place(name).with("format", "svg").with("part", "advisories"),
            text: format!("Open advisories of {}", title(row)),
            page: place(name),
        })
}

/// How many advisories are open; a project that was not assessed is not said to have none.
async fn badge(ctx: &Context, asked: &Asked) -> Result<Option<(String, String, Sign)>, PageError> {
    let Some(row) = ctx.store.project(asked.part(0)).await? else {
        return Ok(None);
    };
    if asked
        .place
        .asked("part")
        .is_some_and(|part| part != "advisories")
    {
        return Ok(None);
    }
    let filter = FindingFilter {
        project: Some(row.project.name.clone()),
        check: Some(facts::KNOWN_VULNERABILITY.to_owned()),
        outcome: Some(Outcome::Fail),
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let counts = ctx.store.finding_counts(&ctx.viewer, &filter, &[]).await?;
    let open: u64 = counts.iter().map(|count| count.count).sum();
    let (word, sign) = match (row.assessed, open) {
        (None, _) => ("not assessed".to_owned(), Sign::Unknown),
        (Some(_), 0) => ("none known".to_owned(), Sign::Good),
        (Some(_), open) => (format!("{open} to settle"), Sign::Watch),
    };
    Ok(Some(("advisories".to_owned(), word, sign)))
}
