//! The reports, one a quarter since the first assessment.

use bartizan_store::Page as Rows;

use super::{PageItem, quarters::Quarter};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/reports",
    title: "Reports",
    purpose: "A report for each quarter since the first assessment",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// Most quarters that are listed.
const MOST: usize = 80;

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let newest = ctx.store.assessments(Rows::new(1, 1)).await?;
    // Numbers of pages are bounded by the store; the oldest assessment is on the last.
    let last = u32::try_from(newest.total).unwrap_or(u32::MAX);
    let oldest = if last == 0 {
        newest
    } else {
        ctx.store.assessments(Rows::new(last, 1)).await?
    };
    let mut quarters = Vec::new();
    if let Some(first) = oldest.rows.first().map(|row| Quarter::of(row.started)) {
        let mut quarter = Quarter::of(ctx.now);
        while quarter >= first && quarters.len() < MOST {
            quarters.push(quarter);
            quarter = quarter.before();
        }
    }
    let row = |quarter: &Quarter| {
        let state = if quarter.end().is_some_and(|end| end <= ctx.now) {
            State::new(Sign::Good, "complete")
        } else {
            State::new(Sign::Watch, "in progress")
        };
        vec![
            Cell::text(Text::link(
                quarter.id(),
                Place::new(["reports".to_owned(), quarter.id()]),
            )),
            Cell::State(state),
        ]
    };
    let table = Table {
        id: "reports".to_owned(),
        columns: vec![
            Column::text("quarter", "Quarter"),
            Column::text("state", "State"),
        ],
        rows: quarters.iter().map(row).collect(),
        empty: "The first report begins with the first assessment.".into(),
        ..Table::default()
    };
    Ok(Some(Page {
        title: "Reports".to_owned(),
        headline: match quarters.len() as u64 {
            0 => "No report yet".to_owned(),
            many => format!(
                "{} since the first assessment",
                words::sentence(&words::counted(many, "report", "reports"))
            ),
        },
        lede: "What changed in a quarter: goals, findings that came and were settled, figures."
            .into(),
        sections: vec![Section::new("list", "By quarter").with(Block::Table(table))],
        ..Page::default()
    }))
}
