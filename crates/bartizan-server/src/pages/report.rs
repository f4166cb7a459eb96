//! A quarter: figures at its beginning and end, what came, what was settled.

use bartizan_model::Timestamp;
use bartizan_store::{ChangeKind, ChangeRow, HistoryPoint, Page as Rows, Paged, Scope};

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

/// So many of each kind are shown here; the rest has a page of its own.
const SHOWN: u32 = 50;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(quarter) = Quarter::parse(asked.part(0)) else {
        return Ok(None);
    };
    let Some([start, end]) = begun(quarter, ctx.now) else {
        return Ok(None);
    };
    let shown = Rows::new(1, SHOWN);
    let settled = of(ctx, ChangeKind::Settled, [start, end], shown).await?;
    let came = of(ctx, ChangeKind::Came, [start, end], shown).await?;
    let headline = format!(
        "In {} {} came and {} settled",
        quarter.id(),
        counted(came.total, "finding", "findings"),
        counted_were(settled.total)
    );
    let list = |kind: &Kind, found: &Paged<ChangeRow>| {
        Section::new(kind.word, kind.title)
            .note(more(found.total, quarter, kind))
            .with(Block::Table(table(kind, &found.rows)))
    };
    Ok(Some(Page {
        title: format!("Report {}", quarter.id()),
        headline,
        lede: if end > ctx.now {
            "The quarter goes on; this is what it holds so far.".into()
        } else {
            Text::default()
        },
        above: vec![("Reports".to_owned(), Place::new(["reports"]))],
        sections: vec![
            Section::new("figures", "Figures").with(Block::Table(figures(ctx, start, end).await?)),
            list(&SETTLED, &settled),
            list(&CAME, &came),
        ],
        ..Page::default()
    }))
}

/// The instants at which a quarter begins and ends, where it has begun.
pub(super) fn begun(quarter: Quarter, now: Timestamp) -> Option<[Timestamp; 2]> {
    let (start, end) = (quarter.start()?, quarter.end()?);
    (start <= now).then_some([start, end])
}

/// What became of findings in a quarter.
pub(super) async fn of(
    ctx: &Context,
    kind: ChangeKind,
    within: [Timestamp; 2],
    page: Rows,
) -> Result<Paged<ChangeRow>, PageError> {
    Ok(ctx.store.changes(&ctx.viewer, kind, within, page).await?)
}

/// How a kind of change is shown.
pub(super) struct Kind {
    pub(super) change: ChangeKind,
    pub(super) word: &'static str,
    pub(super) title: &'static str,
    pub(super) empty: &'static str,
    when: &'static str,
}

const CAME: Kind = Kind {
    change: ChangeKind::Came,
    word: "came",
    title: "What came",
    empty: "Nothing came in this quarter.",
    when: "Came",
};
const SETTLED: Kind = Kind {
    change: ChangeKind::Settled,
    word: "settled",
    title: "What was settled",
    empty: "Nothing was settled in this quarter.",
    when: "Settled",
};

impl Kind {
    /// What so many findings did.
    pub(super) fn verb(&self, count: u64) -> &'static str {
        match (self.change, count) {
            (ChangeKind::Came, _) => "came",
            (ChangeKind::Settled, 1) => "was settled",
            (ChangeKind::Settled, _) => "were settled",
        }
    }

    /// The kind that a path names.
    pub(super) fn of(word: &str) -> Option<&'static Self> {
        [&CAME, &SETTLED].into_iter().find(|kind| kind.word == word)
    }
}

/// Findings with when they came or were settled.
pub(super) fn table(kind: &Kind, found: &[ChangeRow]) -> Table {
    let findings: Vec<_> = found.iter().map(|change| change.row.clone()).collect();
    let mut table = Table {
        empty: kind.empty.into(),
        ..rows::table(&format!("{}-findings", kind.word), &findings, false)
    };
    table.columns.insert(1, Column::text("when", kind.when));
    for (cells, change) in table.rows.iter_mut().zip(found) {
        cells.insert(1, Cell::Time(change.instant));
    }
    table
}

fn more(total: u64, quarter: Quarter, kind: &Kind) -> Text {
    let list = Place::new(["reports".to_owned(), quarter.id(), kind.word.to_owned()]);
    if total <= u64::from(SHOWN) {
        return Text::default().and_link("As a list of its own", list);
    }
    Text::default()
        .plain(format!("The newest {SHOWN} of {}. ", words::count(total)))
        .and_link("All of them", list)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        words::number_word(count),
        if count == 1 { one } else { many }
    )
}

fn counted_were(count: u64) -> String {
    format!(
        "{} {}",
        words::number_word(count),
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
