//! How long dependants of a package stayed exposed to an advisory after its fix was published.

use bartizan_store::Page as Rows;

use super::{PageItem, facts, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/exposure",
    title: "Exposure",
    purpose: "How many dependants were still exposed to an advisory 30 and 90 days after its fix",
    is_in_menu: true,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let page = Rows::new(asked.page(), rows::PAGE_SIZE);
    let found = ctx.store.documents(facts::EXPOSURE, page).await?;
    let mut lines = Vec::new();
    let mut told: Vec<(u64, u64)> = Vec::new();
    for row in &found.rows {
        let exposure = facts::read::<facts::Exposure>(&row.document);
        let last = exposure
            .days
            .iter()
            .filter(|after| after.needs.is_none())
            .max_by_key(|after| after.days);
        told.extend(last.map(|after| {
            (
                after.exposed.len() as u64,
                after.exposed.len() as u64 + after.safe,
            )
        }));
        lines.push(line(&row.project, &exposure));
    }
    let (open, all) = told
        .iter()
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let is_whole = found.total <= found.rows.len() as u64;
    let headline = match (all, open) {
        _ if !is_whole => format!(
            "Exposure to {} was measured",
            words::counted(found.total, "advisory", "advisories")
        ),
        (0, _) => "Exposure was not measured yet".to_owned(),
        (_, 0) => "No dependant that was looked at stayed exposed".to_owned(),
        (all, open) => format!(
            "{} of {} dependants stayed exposed after 90 days",
            words::sentence(&words::number_word(open)),
            words::count(all)
        ),
    };
    let table = Table {
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..table(lines)
    };
    Ok(Some(Page {
        title: "Exposure".to_owned(),
        headline,
        lede: Text::default()
            .plain("A dependant is exposed while its newest release of the day admits an affected version, and locked in while it admits no other. Who cannot be judged is counted as unknown. ")
            .and_link("How it is computed", Place::new(["methods"])),
        sections: vec![Section::new("list", "By advisory").with(Block::Table(table))],
        ..Page::default()
    }))
}

/// What is kept of the exposure of dependants to one advisory, as a table; none where nothing is.
pub(super) async fn of_advisory(ctx: &Context, key: &str) -> Result<Option<Table>, PageError> {
    let found = ctx
        .store
        .documents_of_key(facts::EXPOSURE, key, rows::PAGE_SIZE)
        .await?;
    let lines: Vec<_> = found
        .iter()
        .map(|row| line(&row.project, &facts::read(&row.document)))
        .collect();
    Ok((!lines.is_empty()).then(|| table(lines)))
}

fn table(rows: Vec<Vec<Cell>>) -> Table {
    Table {
        id: "exposure".to_owned(),
        columns: vec![
            Column::text("advisory", "Advisory"),
            Column::text("package", "Package"),
            Column::text("published", "Published"),
            Column::text("after_30", "After 30 days"),
            Column::text("after_90", "After 90 days"),
            Column::number("locked_in", "Locked in after 90 days"),
            Column::text("exposed", "Who"),
        ],
        rows,
        empty: "Not measured yet: it needs the releases of dependants over time, which an assessment with the package index reads.".into(),
        ..Table::default()
    }
}

fn line(project: &str, exposure: &facts::Exposure) -> Vec<Cell> {
    let published = exposure
        .published
        .as_deref()
        .and_then(|instant| instant.parse().ok());
    let after = |days: u32| exposure.days.iter().find(|after| after.days == days);
    vec![
        Cell::text(Text::link(
            &exposure.advisory,
            Place::new(["advisories", &exposure.advisory]),
        )),
        Cell::text(Text::link(
            &exposure.package,
            Place::new(["projects", project]),
        )),
        published.map_or(Cell::Empty, Cell::Time),
        after(30).map_or(Cell::Missing, counted),
        after(90).map_or(Cell::Missing, counted),
        after(90)
            .filter(|after| after.needs.is_none())
            .map_or(Cell::Empty, |after| Cell::count(after.locked_in, None)),
        after(90)
            .filter(|after| !after.exposed.is_empty())
            .map_or(Cell::Empty, |after| {
                Cell::text(words::clipped(&words::and(&after.exposed), 120))
            }),
    ]
}

/// How many of how many; or why it cannot be told.
fn counted(after: &facts::ExposedAfter) -> Cell {
    if let Some(needs) = &after.needs {
        return Cell::State(State::new(
            Sign::Unknown,
            format!("needs {}", needs.replace('-', " ")),
        ));
    }
    let unknown = match after.unknown.len() {
        0 => String::new(),
        many => format!(", {many} unknown"),
    };
    let all = after.exposed.len() as u64 + after.safe;
    let share = after
        .share
        .map(|share| format!(" ({:.0} %)", share * 100.0))
        .unwrap_or_default();
    // Nobody exposed is good news only where everybody could be judged.
    let sign = match (after.exposed.is_empty(), after.unknown.is_empty()) {
        (true, true) => Sign::Good,
        (true, false) => Sign::Unknown,
        (false, _) => Sign::Watch,
    };
    Cell::State(State::new(
        sign,
        format!("{} of {all} exposed{share}{unknown}", after.exposed.len()),
    ))
}
