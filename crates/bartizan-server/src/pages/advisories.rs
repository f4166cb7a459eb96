//! The advisories that concern projects here, each with how many it reaches; and a search.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::severity::SeverityLevel;
use bartizan_store::{FindingFilter, FindingRow, FindingSort, Page as Rows, SeverityFilter};

use super::{PageItem, facts, rows};
use crate::{
    context::{Asked, Context, PageError, package_text},
    href::Place,
    page::{Block, Cell, Column, Field, Filter, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/advisories",
    title: "Advisories",
    purpose: "The advisories that concern projects here, with how many each reaches",
    is_in_menu: true,
    asks: &["text", "severity"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: Some(|_, _| {
        Box::pin(async {
            Ok(Some(super::FeedScope {
                title: "Advisories".to_owned(),
                project: None,
                package: None,
                checks: Vec::new(),
            }))
        })
    }),
    badge: None,
};

/// An advisory as the findings tell of it.
struct Reach<'a> {
    first: &'a FindingRow,
    projects: BTreeSet<&'a str>,
    packages: BTreeSet<&'a str>,
}

#[expect(
    clippy::too_many_lines,
    reason = "a page is one value, and reads best as one"
)]
async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let filter = FindingFilter {
        check: Some(facts::KNOWN_VULNERABILITY.to_owned()),
        text: asked.text("text"),
        severity: asked
            .place
            .asked("severity")
            .and_then(SeverityLevel::parse)
            .map_or(SeverityFilter::Any, SeverityFilter::AtLeast),
        ..rows::failing()
    };
    let found = ctx
        .store
        .findings(&ctx.viewer, &filter, FindingSort::Urgency, Rows::whole())
        .await?;
    let mut reaches: BTreeMap<&str, Reach<'_>> = BTreeMap::new();
    let mut order = Vec::new();
    for row in &found.rows {
        let key = row.finding.key.as_str();
        let reach = reaches.entry(key).or_insert_with(|| {
            order.push(key);
            Reach {
                first: row,
                projects: BTreeSet::new(),
                packages: BTreeSet::new(),
            }
        });
        reach.projects.insert(&row.project);
        reach.packages.insert(&row.finding.subject.name);
    }
    let table = Table {
        id: "advisories".to_owned(),
        columns: columns(),
        rows: order
            .iter()
            .filter_map(|key| Some(line(key, reaches.get(key)?)))
            .take(200)
            .collect(),
        empty: "No open advisory concerns a project here.".into(),
        ..Table::default()
    };
    let note = if found.total > found.rows.len() as u64 || order.len() > 200 {
        Text::default().plain("The most urgent ones. ").and_link(
            "Every finding",
            rows::failing_place().with("check", facts::KNOWN_VULNERABILITY),
        )
    } else {
        Text::default()
    };
    Ok(Some(Page {
        title: "Advisories".to_owned(),
        headline: headline(
            order.len() as u64,
            rows::measured_projects(ctx).await?,
            asked,
        ),
        lede: lede(ctx, asked)?,
        sections: vec![
            Section::new("list", "The most urgent first")
                .note(note)
                .with(Block::Filter(form(asked)))
                .with(Block::Table(table)),
        ],
        feed: Some(Place::new(["advisories"]).with("format", "atom")),
        ..Page::default()
    }))
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("advisory", "Advisory"),
        Column::text("severity", "Severity"),
        Column::text("about", "About"),
        Column::number("projects", "Projects reached"),
        Column::text("since", "Seen since"),
        Column::text("summary", "What it says"),
    ]
}

fn headline(count: u64, measured: u64, asked: &Asked) -> String {
    if measured == 0 && count == 0 {
        return "No project was looked at for advisories yet".to_owned();
    }
    let advisories = if count == 1 {
        "advisory concerns"
    } else {
        "advisories concern"
    };
    let of_search = if asked.place.query.is_empty() {
        ""
    } else {
        " that fit the search"
    };
    format!(
        "{} open {advisories} projects here{of_search}",
        words::sentence(&words::number_word(count))
    )
}

/// A search for an id that the snapshot knows leads to its page, whether or not it concerns a project.
fn lede(ctx: &Context, asked: &Asked) -> Result<Text, PageError> {
    let text = Text::from(
        "Records of all sources that speak of one vulnerability are one advisory here; where they differ, its page says so.",
    );
    let (Some(database), Some(search)) = (&ctx.database, asked.place.asked("text")) else {
        return Ok(text);
    };
    let known = database.groups_of(search.trim())?;
    Ok(known.iter().take(3).fold(text, |text, group| {
        text.plain(" ").and_link(
            format!("{} is known to the advisories", group.shown_as),
            Place::new(["advisories", &group.key]),
        )
    }))
}

fn line(key: &str, reach: &Reach<'_>) -> Vec<Cell> {
    let finding = &reach.first.finding;
    let about =
        reach
            .packages
            .iter()
            .take(3)
            .enumerate()
            .fold(Text::default(), |text, (index, purl)| {
                let text = if index > 0 { text.plain(", ") } else { text };
                let name = purl.split_once('/').map_or(*purl, |(_, name)| name);
                package_text(purl, name)
                    .0
                    .into_iter()
                    .fold(text, |mut text, span| {
                        text.0.push(span);
                        text
                    })
            });
    vec![
        Cell::text(Text::link(key, Place::new(["advisories", key]))),
        Cell::State(rows::severity_state(finding.severity)),
        Cell::text(about),
        Cell::count(
            reach.projects.len() as u64,
            rows::failing_place().with("key", key),
        ),
        Cell::Time(reach.first.opened),
        Cell::text(words::clipped(&finding.message, 120)),
    ]
}

fn form(asked: &Asked) -> Filter {
    let severities = [
        SeverityLevel::Critical,
        SeverityLevel::High,
        SeverityLevel::Medium,
        SeverityLevel::Low,
    ];
    Filter {
        place: asked.bare(),
        fields: vec![
            Field {
                key: "text".to_owned(),
                label: "Id, package or words".to_owned(),
                choices: Vec::new(),
                value: asked.text("text").unwrap_or_default(),
            },
            Field {
                key: "severity".to_owned(),
                label: "Severity at least".to_owned(),
                choices: severities
                    .map(|level| (level.as_str().to_owned(), level.as_str().to_owned()))
                    .to_vec(),
                value: asked.text("severity").unwrap_or_default(),
            },
        ],
    }
}
