//! A quarter: figures at its beginning and end, what came, what was settled.

use bartizan_model::Timestamp;
use bartizan_store::{FindingFilter, FindingSort, HistoryPoint, Page as Rows, Scope};

use super::{PageItem, milestones::measure_place, quarters::Quarter, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/reports/{}",
    title: "Report",
    purpose: "What changed in a quarter: figures, what came, what was settled",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(quarter) = Quarter::parse(asked.part(0)) else {
        return Ok(None);
    };
    let (Some(start), Some(end)) = (quarter.start(), quarter.end()) else {
        return Ok(None);
    };
    if start > ctx.now {
        return Ok(None);
    }
    let within = |instant: Timestamp| instant >= start && instant < end;
    // The newest thousand findings bound what a page takes; a report says so where there are more.
    let found = ctx
        .store
        .findings(
            &ctx.viewer,
            &FindingFilter {
                outcome: Some(bartizan_model::assessment::Outcome::Fail),
                ..FindingFilter::default()
            },
            FindingSort::Newest,
            Rows::whole(),
        )
        .await?;
    let came: Vec<_> = found
        .rows
        .iter()
        .filter(|row| within(row.opened))
        .cloned()
        .collect();
    let settled: Vec<_> = found
        .rows
        .iter()
        .filter(|row| row.closed.is_some_and(within))
        .cloned()
        .collect();
    let is_cut = found.total > found.rows.len() as u64;
    let note = if is_cut {
        format!(
            "Among the newest {} findings.",
            words::count(found.rows.len() as u64)
        )
    } else {
        String::new()
    };
    let headline = format!(
        "In {} {} came and {} settled",
        quarter.id(),
        counted(came.len(), "finding", "findings"),
        counted_were(settled.len())
    );
    let shown = 50;
    let sections = vec![
        Section::new("figures", "Figures").with(Block::Table(figures(ctx, start, end).await?)),
        Section::new("settled", "What was settled")
            .note(note.clone())
            .with(Block::Table(Table {
                empty: "Nothing was settled in this quarter.".into(),
                ..rows::table("settled-findings", cut(&settled, shown), false)
            })),
        Section::new("came", "What came")
            .note(note)
            .with(Block::Table(Table {
                empty: "Nothing came in this quarter.".into(),
                ..rows::table("new-findings", cut(&came, shown), false)
            })),
    ];
    Ok(Some(Page {
        title: format!("Report {}", quarter.id()),
        headline,
        lede: if end > ctx.now {
            "The quarter goes on; this is what it holds so far.".into()
        } else {
            Text::default()
        },
        above: vec![("Reports".to_owned(), Place::new(["reports"]))],
        sections,
        ..Page::default()
    }))
}

fn cut<T>(rows: &[T], most: usize) -> &[T] {
    rows.get(..most).unwrap_or(rows)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        words::number_word(count as u64),
        if count == 1 { one } else { many }
    )
}

fn counted_were(count: usize) -> String {
    format!(
        "{} {}",
        words::number_word(count as u64),
        if count == 1 { "was" } else { "were" }
    )
}

/// Each figure over the ecosystem at the beginning and at the end.
async fn figures(ctx: &Context, start: Timestamp, end: Timestamp) -> Result<Table, PageError> {
    let mut lines = Vec::new();
    for row in ctx.store.figures(&Scope::Ecosystem).await? {
        let measure = &row.figure.measure;
        let history = ctx.store.history(&Scope::Ecosystem, measure, None).await?;
        let at = |instant: Timestamp| history.iter().rev().find(|point| point.instant < instant);
        let (before, after) = (at(start), at(end));
        let cell = |point: Option<&HistoryPoint>| {
            point.map_or(Cell::Missing, |point| Cell::Number {
                value: point.value,
                shown: words::value(point.value),
                list: None,
            })
        };
        let change = before
            .zip(after)
            .map(|(before, after)| after.value - before.value);
        lines.push(vec![
            Cell::text(Text::link(
                ctx.measure_title(measure),
                measure_place(measure, None),
            )),
            cell(before),
            cell(after),
            change.map_or(Cell::Empty, |change| Cell::Number {
                value: change,
                shown: signed(change),
                list: None,
            }),
        ]);
    }
    Ok(Table {
        id: "figures-of-quarter".to_owned(),
        columns: vec![
            Column::text("measure", "Measure"),
            Column::number("before", "At the beginning"),
            Column::number("after", "At the end"),
            Column::number("change", "Change"),
        ],
        rows: lines,
        empty: "Nothing was measured yet.".into(),
        ..Table::default()
    })
}

fn signed(change: f64) -> String {
    if change > 0.0 {
        format!("+{}", words::value(change))
    } else {
        words::value(change)
    }
}
