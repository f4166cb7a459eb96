//! The advisories that concern projects here, each with how many it reaches; and a search.

use std::collections::BTreeSet;

use bartizan_model::severity::SeverityLevel;
use bartizan_store::{FindingRow, KeyFilter, KeyRow, Page as Rows, SeverityFilter};

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
    asks: &["text", "severity", "page"],
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

/// So many of the most urgent findings of an advisory say what it is about.
const TELLING: u32 = 12;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let filter = KeyFilter {
        check: Some(facts::KNOWN_VULNERABILITY.to_owned()),
        text: asked.text("text"),
        severity: asked
            .place
            .asked("severity")
            .and_then(SeverityLevel::parse)
            .map_or(SeverityFilter::Any, SeverityFilter::AtLeast),
        ..KeyFilter::default()
    };
    let page = Rows::new(asked.page(), rows::PAGE_SIZE);
    let found = ctx.store.keys(&ctx.viewer, &filter, page).await?;
    let mut lines = Vec::new();
    for key in &found.rows {
        let telling = ctx
            .store
            .findings_of_key(&ctx.viewer, &key.check, &key.key, TELLING)
            .await?;
        lines.push(line(key, &telling));
    }
    let table = Table {
        id: "advisories".to_owned(),
        columns: columns(),
        rows: lines,
        empty: "No open advisory concerns a project here.".into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..Table::default()
    };
    let measured = rows::measured_projects(ctx).await?;
    Ok(Some(Page {
        title: "Advisories".to_owned(),
        headline: headline(found.total, measured, asked),
        lede: lede(ctx, asked)?,
        sections: vec![
            Section::new("list", "The most urgent first")
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
    let is_search = ["text", "severity"].map(|key| asked.text(key).is_some());
    let of_search = if is_search.contains(&true) {
        " that fit the search"
    } else {
        ""
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

fn line(key: &KeyRow, telling: &[FindingRow]) -> Vec<Cell> {
    let packages: BTreeSet<&str> = telling
        .iter()
        .map(|row| row.finding.subject.name.as_str())
        .collect();
    let mut about = Text::default();
    for (index, purl) in packages.into_iter().take(3).enumerate() {
        if index > 0 {
            about = about.plain(", ");
        }
        let name = purl.split_once('/').map_or(purl, |(_, name)| name);
        about.0.extend(package_text(purl, name).0);
    }
    let message = telling.first().map_or("", |row| &row.finding.message);
    vec![
        Cell::text(Text::link(&key.key, Place::new(["advisories", &key.key]))),
        Cell::State(rows::severity_state(key.severity)),
        Cell::text(about),
        Cell::count(key.projects, rows::failing_place().with("key", &key.key)),
        Cell::Time(key.since),
        Cell::text(words::clipped(message, 120)),
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
