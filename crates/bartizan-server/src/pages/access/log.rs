//! The log of everything that happened to rights, the newest first, and the checkpoint that can be published of it.

use std::sync::Arc;

use bartizan_access::{
    log::{Entry, Log},
    webhook::{Doubt, Standing},
};

use super::{
    super::PageItem,
    known::{ROWS, of_desk, paged},
};
use crate::{
    access::{Drawer, Kept, plan_place},
    context::{Asked, Context, PageError},
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(in super::super) static PAGE: PageItem = PageItem {
    path: "/access/log",
    title: "Log of access",
    purpose: "Everything that happened to rights, each entry with the hash of all before it, and the checkpoint to publish",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// The log, the hashes of the plans that are kept, and what has to be confirmed.
type Told = (Log, Vec<String>, Kept<Vec<Doubt>>);

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let read = async |drawer: Arc<Drawer>| {
        let log = drawer.log().await?;
        let (plans, _) = drawer.plans().await.unwrap_or_default();
        let plans = plans.iter().map(|it| it.plan.hash().to_string());
        let doubts = drawer.doubts(&log).await;
        Ok(Some((log, plans.collect(), doubts)))
    };
    let makes = "bartizan access log verify";
    of_desk(ctx, PAGE.title, makes, read, |(log, plans, left): Told| {
        tell(asked, &log, &plans, &left)
    })
    .await
}

fn tell(
    asked: &Asked,
    log: &Log,
    plans: &[String],
    left: &Kept<Vec<Doubt>>,
) -> (String, Vec<Section>) {
    let newest: Vec<&Entry> = log.entries().iter().rev().collect();
    let table = Table {
        id: "entries".to_owned(),
        columns: columns_of_entries(),
        empty: "Nothing has happened yet.".into(),
        ..Table::default()
    };
    let table = paged(asked, table, &newest, |it| line(it, plans));
    let headline = match newest.len() as u64 {
        0 => "Nothing has happened to rights yet".to_owned(),
        all => format!(
            "{} follow from one another",
            words::counted(all, "entry", "entries")
        ),
    };
    let mut sections = vec![
        Section::new("entries-of", "Entries")
            .note("Whoever changes, removes or reorders an entry changes every hash behind it. What was cut off at the end shows against a checkpoint only.")
            .with(Block::Table(table)),
    ];
    sections.extend(doubts(left));
    if let Some(checkpoint) = log.checkpoint() {
        sections.push(
            Section::new("checkpoint-of", "Checkpoint")
                .note(Text::marked("It names nobody. Publish it, in a git note or anywhere else that others keep; `bartizan access log verify` holds the log against it later."))
                .with(Block::Code(checkpoint.text())),
        );
    }
    (headline, sections)
}

/// Deliveries that a snapshot has to confirm; nothing where there are none.
fn doubts(left: &Kept<Vec<Doubt>>) -> Option<Section> {
    const TITLE: &str = "To be confirmed";
    let left = match left {
        Ok(left) if left.is_empty() => return None,
        Ok(left) => left,
        Err(why) => {
            let text = format!("The snapshots cannot be read: {why}.");
            return Some(Section::new("doubts", TITLE).with(Block::Prose(text.into())));
        }
    };
    let mut sorted: Vec<&Doubt> = left.iter().collect();
    sorted.sort_by_key(|it| (it.standing, std::cmp::Reverse(it.entry.number)));
    let row = |it: &&Doubt| {
        let sign = match it.standing {
            Standing::Contradicted => Sign::Bad,
            Standing::Waits => Sign::Watch,
        };
        let mut cells = line(&it.entry, &[]);
        cells.insert(0, Cell::State(State::new(sign, it.standing.words())));
        cells
    };
    let mut columns = vec![Column::text("standing", "How it stands")];
    columns.extend(columns_of_entries());
    let table = Table {
        id: "doubts-table".to_owned(),
        columns,
        rows: sorted.iter().take(ROWS as usize).map(row).collect(),
        ..Table::default()
    };
    let note = format!(
        "{} said again in the same bytes what had been undone, or were refused because nothing had. The first may be replays of what \
         somebody captured, the second may have been meant. A newer snapshot settles them; a new secret makes what was captured worthless.",
        words::counted(left.len() as u64, "delivery", "deliveries")
    );
    Some(
        Section::new("doubts", TITLE)
            .note(note)
            .with(Block::Table(table)),
    )
}

/// What is told of an entry.
fn columns_of_entries() -> Vec<Column> {
    vec![
        Column::number("number", "Number"),
        Column::text("at", "At"),
        Column::text("event", "What"),
        Column::text("by", "By"),
        Column::text("about", "About"),
        Column::text("place", "Where"),
        Column::text("content", "Of"),
        Column::text("detail", "More"),
    ]
}

fn line(it: &Entry, plans: &[String]) -> Vec<Cell> {
    let code =
        |text: Option<&String>| text.map_or(Cell::Empty, |it| Cell::text(Text::default().code(it)));
    let content = it.content.map(|it| it.to_string());
    let content = content.map_or(Cell::Empty, |hash| {
        let start = hash.get(..12).unwrap_or_default().to_owned();
        Cell::text(if plans.contains(&hash) {
            Text::link(format!("plan {start}"), plan_place(&hash))
        } else {
            Text::default().code(start)
        })
    });
    let detail = [it.reference.as_deref(), Some(it.detail.as_str())];
    let detail: Vec<&str> = detail
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
        .collect();
    vec![
        Cell::count(it.number, None),
        Cell::Time(it.at),
        Cell::text(it.event.id().replace('-', " ")),
        code(Some(&it.by)),
        code(it.about.as_ref()),
        code(it.place.as_ref()),
        content,
        Cell::text(detail.join(": ")),
    ]
}
