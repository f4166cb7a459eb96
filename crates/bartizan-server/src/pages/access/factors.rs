//! What would happen if an organisation required a second factor: who would lose access, and what would be left alone.

use std::sync::Arc;

use bartizan_access::dossier::{Dossier, RoleFactors, Simulated};

use super::{
    super::PageItem,
    known::{ROWS, evidence, of_desk},
};
use crate::{
    access::Drawer,
    context::{Asked, Context, PageError},
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(in super::super) static PAGE: PageItem = PageItem {
    path: "/access/second-factors",
    title: "Second factors",
    purpose: "Who would lose access if a second factor were required, and what would be left without two who can act",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, _asked: &Asked) -> Result<Option<Page>, PageError> {
    let makes = "bartizan access survey";
    let read = async |drawer: Arc<Drawer>| drawer.dossier().await;
    of_desk(ctx, PAGE.title, makes, read, tell).await
}

fn tell(dossier: Dossier) -> (String, Vec<Section>) {
    let mut sections: Vec<Section> = dossier.enforcement.iter().map(section).collect();
    sections.push(evidence(&dossier.snapshot, dossier.as_of));
    (headline(&dossier.enforcement), sections)
}

fn headline(all: &[Simulated]) -> String {
    let lose: u64 = all.iter().map(|it| it.would_lose.len() as u64).sum();
    let alone: u64 = all.iter().map(|it| it.left_alone.len() as u64).sum();
    let unknown: u64 = all.iter().map(|it| it.not_known).sum();
    match (lose, alone, unknown) {
        (0, _, 0) => "Nobody would lose access if second factors were required".to_owned(),
        (0, _, unknown) => format!(
            "Nobody is known to lose access if second factors were required; of {} it is not known",
            words::counted(unknown, "account", "accounts")
        ),
        (lose, 0, _) => format!(
            "{} would lose access if second factors were required, and nothing would be left alone",
            words::sentence(&words::counted(lose, "account", "accounts"))
        ),
        (lose, alone, _) => format!(
            "{} would lose access if second factors were required, and {} would be left with fewer than two",
            words::counted(lose, "account", "accounts"),
            words::counted(alone, "place", "places")
        ),
    }
}

fn section(it: &Simulated) -> Section {
    let required = match it.is_required {
        Some(true) => State::new(Sign::Good, "required already"),
        Some(false) => State::new(Sign::Watch, "not required"),
        None => State::new(Sign::Unknown, "not told"),
    };
    let name = &it.organisation;
    Section::new(format!("of-{name}"), name.as_str())
        .note("Asking people comes first; then an owner switches it on. No program can.")
        .with(Block::Facts(vec![
            ("Setting".to_owned(), Text::from(required.words)),
            (
                "Not known".to_owned(),
                Text::from(words::counted(it.not_known, "account", "accounts")),
            ),
        ]))
        .with(Block::Table(roles(it)))
        .with(Block::Table(losing(it)))
        .with(Block::Table(alone(it)))
}

fn roles(it: &Simulated) -> Table {
    let row = |(role, counts): (&String, &RoleFactors)| {
        let counts = [
            counts.secure,
            counts.enabled,
            counts.insecure,
            counts.missing,
            counts.unknown,
        ];
        let counts = counts.map(|it| Cell::count(it, None));
        std::iter::once(Cell::text(words::sentence(role)))
            .chain(counts)
            .collect()
    };
    Table {
        id: format!("roles-{}", it.organisation),
        caption: "Second factors by role".into(),
        columns: vec![
            Column::text("role", "Role"),
            Column::number("sound", "Sound"),
            Column::number("enabled", "There is one"),
            Column::number("insecure", "Can be taken over"),
            Column::number("missing", "None"),
            Column::number("unknown", "Not told"),
        ],
        rows: it.by_role.iter().map(row).collect(),
        empty: "Nobody is here.".into(),
        ..Table::default()
    }
}

fn losing(it: &Simulated) -> Table {
    let first = it.would_lose.iter().take(ROWS as usize);
    let total = it.would_lose.len() as u64;
    Table {
        id: format!("losing-{}", it.organisation),
        caption: format!(
            "Who would lose access: {}",
            words::counted(total, "account", "accounts")
        )
        .into(),
        columns: vec![Column::text("account", "Account")],
        rows: first
            .map(|it| vec![Cell::text(Text::default().code(it))])
            .collect(),
        empty: "Nobody, as far as it is known.".into(),
        ..Table::default()
    }
}

fn alone(it: &Simulated) -> Table {
    let row =
        |(place, left): &(String, u64)| vec![Cell::text(place.as_str()), Cell::count(*left, None)];
    let first = it.left_alone.iter().take(ROWS as usize);
    Table {
        id: format!("alone-{}", it.organisation),
        caption: "What would be left with fewer than two who can act".into(),
        columns: vec![
            Column::text("place", "Place"),
            Column::number("left", "Left"),
        ],
        rows: first.map(row).collect(),
        empty: "Nothing would.".into(),
        ..Table::default()
    }
}
