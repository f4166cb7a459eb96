//! Every check: what it looks for, what it is about, and how it went.

use bartizan_model::assessment::Outcome;
use bartizan_store::{CountBy, FindingCount, FindingFilter};

use super::{PageItem, rows, standards};
use crate::{
    context::{Asked, CheckText, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/checks",
    title: "Checks",
    purpose: "Every check with what it looks for and how it went",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let filter = FindingFilter {
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let counts = ctx
        .store
        .finding_counts(&ctx.viewer, &filter, &[CountBy::Check, CountBy::Outcome])
        .await?;
    let checks = &ctx.catalogues.checks;
    let of_standards = checks.iter().filter(|it| it.standard.is_some()).count() as u64;
    Ok(Some(Page {
        title: "Checks".to_owned(),
        headline: format!(
            "{} checks, {} of them ask for a requirement of a SPEC",
            words::sentence(&words::number_word(checks.len() as u64)),
            words::number_word(of_standards)
        ),
        lede: "Each answers one question with what it rests on. What could not be looked at is unknown and never counts as holding.".into(),
        above: vec![("Methods".to_owned(), Place::new(["methods"]))],
        sections: vec![Section::new("all", "All of them").with(Block::Table(Table {
            id: "checks-table".to_owned(),
            columns: vec![
                Column::text("check", "Check"),
                Column::text("standard", "SPEC"),
                Column::number("to_mend", "To mend"),
                Column::number("unknown", "Unknown"),
                Column::number("holds", "Holds"),
            ],
            rows: checks.iter().map(|check| row(check, &counts)).collect(),
            empty: "This program checks nothing yet.".into(),
            ..Table::default()
        }))],
        ..Page::default()
    }))
}

fn row(check: &CheckText, counts: &[FindingCount]) -> Vec<Cell> {
    let list = |outcome: Outcome| {
        let of = counts
            .iter()
            .filter(|it| it.check.as_deref() == Some(check.id) && it.outcome == Some(outcome));
        let place = rows::findings_place().with("check", check.id);
        let place = place.with("outcome", outcome.as_str());
        Cell::count(of.map(|it| it.count).sum(), place)
    };
    let standard = check.standard.as_ref();
    let of_standard = standard.map_or(Cell::Empty, |(id, requirement)| {
        let words = format!("{} ({requirement})", standards::number(id));
        Cell::text(Text::link(words, standards::place(id)))
    });
    let title = words::sentence(check.title);
    vec![
        Cell::text(Text::link(title, Place::new(["checks", check.id]))),
        of_standard,
        list(Outcome::Fail),
        list(Outcome::Unknown),
        list(Outcome::Pass),
    ]
}
