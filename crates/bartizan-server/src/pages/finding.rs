//! One finding with everything that it rests on: each statement can be followed to its source.

use bartizan_model::assessment::Evidence;
use bartizan_store::FindingRow;

use super::{PageItem, facts, releases, rows};
use crate::{
    context::{Asked, Context, PageError, package_text},
    href::{Href, Place},
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/findings/{}",
    title: "Finding",
    purpose: "One finding with what it rests on and what to do",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Ok(id) = asked.part(0).parse() else {
        return Ok(None);
    };
    let Some(row) = ctx.store.finding(&ctx.viewer, id).await? else {
        return Ok(None);
    };
    let finding = &row.finding;
    let mut facts = known(ctx, &row);
    if let Some(place) = releases::of_subject(ctx, &row).await? {
        let evidence = Text::link("step by step, file by file", place);
        facts.push(("Evidence of the release".to_owned(), evidence));
    }
    let remedy = finding.remedy.as_deref().unwrap_or("No remedy is known.");
    Ok(Some(Page {
        title: ctx.check_title(&finding.check),
        headline: words::sentence(&finding.message),
        lede: Text::default(),
        above: vec![
            ("Findings".to_owned(), rows::findings_place()),
            (row.project.clone(), Place::new(["projects", &row.project])),
        ],
        sections: vec![
            Section::new("do", "What to do").with(Block::Prose(words::sentence(remedy).into())),
            Section::new("facts", "What is known").with(Block::Facts(facts)),
            Section::new("evidence", "How it is known").with(Block::Table(evidence_table(
                "evidence-table",
                &finding.evidence,
            ))),
        ],
        ..Page::default()
    }))
}

fn known(ctx: &Context, row: &FindingRow) -> Vec<(String, Text)> {
    let finding = &row.finding;
    let mut known = vec![
        ("State".to_owned(), Text::from(rows::state_of(row).words)),
        (
            "Check".to_owned(),
            Text::link(
                ctx.check_title(&finding.check),
                Place::new(["checks", &finding.check]),
            ),
        ),
        (
            "Project".to_owned(),
            Text::link(&row.project, Place::new(["projects", &row.project])),
        ),
        (
            "About".to_owned(),
            package_text(&finding.subject.name, &finding.subject.name),
        ),
    ];
    if !finding.key.is_empty() {
        let text = if finding.check == facts::KNOWN_VULNERABILITY {
            Text::link(&finding.key, Place::new(["advisories", &finding.key]))
        } else {
            finding.key.as_str().into()
        };
        known.push(("Key".to_owned(), text));
    }
    known.push(("First seen".to_owned(), words::day(row.first_seen).into()));
    known.push(("Open since".to_owned(), words::day(row.opened).into()));
    known.push(("Last seen".to_owned(), words::minute(row.last_seen).into()));
    if let Some(closed) = row.closed {
        known.push(("Closed".to_owned(), words::minute(closed).into()));
    }
    if let Some(weight) = finding.weight {
        known.push(("Weight".to_owned(), words::value(weight).into()));
    }
    known.extend(
        finding
            .facts
            .iter()
            .map(|(name, value)| (words::sentence(name), linked(value))),
    );
    known
}

/// A value that is an address is a link.
fn linked(value: &str) -> Text {
    match Href::outside(value) {
        Some(href) => Text::link(value, href),
        None => value.into(),
    }
}

/// Where statements come from, as a table.
pub(super) fn evidence_table(id: &str, evidence: &[Evidence]) -> Table {
    let row = |it: &Evidence| {
        vec![
            Cell::text(it.source.as_str()),
            Cell::text(linked(&it.locator)),
            it.snapshot.as_deref().map_or(Cell::Empty, |snapshot| {
                Cell::text(Text::default().code(words::clipped(snapshot, 40)))
            }),
            Cell::Time(it.observed),
        ]
    };
    Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("source", "Source"),
            Column::text("locator", "Where in it"),
            Column::text("snapshot", "Snapshot"),
            Column::text("observed", "Observed"),
        ],
        rows: evidence.iter().map(row).collect(),
        empty: "No evidence was kept with it.".into(),
        ..Table::default()
    }
}
