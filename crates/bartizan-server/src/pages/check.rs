//! A check: what it says, why it matters, what to do, and how it went.

use bartizan_model::assessment::Outcome;
use bartizan_store::{CountBy, FindingFilter};

use super::{PageItem, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/checks/{}",
    title: "Check",
    purpose: "What a check says, why it matters, what to do, and how it went",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let id = asked.part(0);
    let filter = FindingFilter {
        check: Some(id.to_owned()),
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let counts = ctx
        .store
        .finding_counts(&ctx.viewer, &filter, &[CountBy::Outcome])
        .await?;
    let known = ctx.check(id);
    if known.is_none() && counts.is_empty() {
        return Ok(None);
    }
    let number = |outcome: Outcome| {
        let count = counts
            .iter()
            .filter(|count| count.outcome == Some(outcome))
            .map(|count| count.count)
            .sum();
        vec![
            Cell::text(match outcome {
                Outcome::Pass => "holds",
                Outcome::Fail => "to mend",
                Outcome::Unknown => "unknown",
                Outcome::NotApplicable => "does not apply",
            }),
            Cell::count(
                count,
                rows::findings_place()
                    .with("check", id)
                    .with("outcome", outcome.as_str()),
            ),
        ]
    };
    let table = Table {
        id: "outcomes".to_owned(),
        columns: vec![
            Column::text("outcome", "Outcome"),
            Column::number("findings", "Open findings"),
        ],
        rows: [
            Outcome::Fail,
            Outcome::Unknown,
            Outcome::Pass,
            Outcome::NotApplicable,
        ]
        .map(number)
        .to_vec(),
        ..Table::default()
    };
    let mut sections = vec![Section::new("outcomes-of", "How it went").with(Block::Table(table))];
    if let Some(text) = known {
        let it = text.explanation;
        sections.push(Section::new("why", "Why it matters").with(Block::Prose(it.why.into())));
        sections.push(Section::new("remedy", "What to do").with(Block::Prose(it.remedy.into())));
        sections.push(
            Section::new("examples", "Examples")
                .with(Block::Prose("With it:".into()))
                .with(Block::Code(it.failing.to_owned()))
                .with(Block::Prose("Without it:".into()))
                .with(Block::Code(it.passing.to_owned())),
        );
    }
    Ok(Some(Page {
        title: ctx.check_title(id),
        headline: words::sentence(&ctx.check_title(id)),
        lede: known
            .map(|text| text.explanation.what)
            .unwrap_or_default()
            .into(),
        above: vec![("Methods".to_owned(), Place::new(["methods"]))],
        sections,
        ..Page::default()
    }))
}
