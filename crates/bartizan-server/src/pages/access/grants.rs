//! Who has what, which way: the grants of a snapshot, and what was not read of it.

use std::sync::Arc;

use bartizan_access::{
    grant::{Grant, Source},
    snapshot::{Resource, SecondFactor, Snapshot},
};

use super::{
    super::{PageItem, rows},
    known::{ROWS, evidence, of_desk, shown},
};
use crate::{
    access::Drawer,
    context::{Asked, Context, PageError},
    page::{Block, Cell, Column, Field, Filter, Page, Section, Sign, State, Table, Text},
    words,
};

pub(in super::super) static PAGE: PageItem = PageItem {
    path: "/access/people",
    title: "Who has what",
    purpose: "Every grant of the newest snapshot with the way it comes, second factors, and what was not read",
    is_in_menu: false,
    asks: &["text", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let makes = "bartizan access snapshot ORGANISATION";
    let read = async |drawer: Arc<Drawer>| drawer.snapshot().await;
    of_desk(ctx, PAGE.title, makes, read, |it| tell(asked, &it)).await
}

fn tell(asked: &Asked, snapshot: &Snapshot) -> (String, Vec<Section>) {
    let text = asked.text("text").unwrap_or_default().to_lowercase();
    let grants = snapshot.grants();
    let all = grants.len() as u64;
    let wanted = grants
        .into_iter()
        .filter(|it| it.person.as_str().contains(&text) || words_of(&it.resource).contains(&text));
    let wanted: Vec<Grant> = wanted.collect();
    let filter = Filter {
        place: asked.bare(),
        fields: vec![Field {
            key: "text".to_owned(),
            label: "Account or place".to_owned(),
            value: text,
            ..Field::default()
        }],
    };
    let here = shown(&wanted, asked.page(), ROWS);
    let table = Table {
        id: "grants".to_owned(),
        columns: vec![
            Column::text("account", "Account"),
            Column::text("place", "On what"),
            Column::text("level", "Level"),
            Column::text("way", "Which way"),
            Column::text("factor", "Second factor"),
        ],
        rows: here.iter().map(|it| line(snapshot, it)).collect(),
        empty: "No grant is here.".into(),
        pager: rows::pager(asked, wanted.len() as u64, ROWS),
        ..Table::default()
    };
    let sections = vec![
        Section::new("grants-of", "Grants")
            .with(Block::Filter(filter))
            .with(Block::Table(table)),
        unread(snapshot),
        evidence(&snapshot.digest().to_string(), snapshot.taken),
    ];
    let people = words::counted(snapshot.people.len() as u64, "person", "people");
    let headline = format!("{people} have {}", words::counted(all, "grant", "grants"));
    (headline, sections)
}

fn line(snapshot: &Snapshot, grant: &Grant) -> Vec<Cell> {
    let person = snapshot.person(&grant.person);
    let way = match &grant.source {
        Source::Organisation => "the organisation".to_owned(),
        Source::Team(team) => format!("the team {}", team.as_str()),
        Source::Direct => "by name".to_owned(),
        Source::Role(role) => format!("the role {}", role.as_str()),
    };
    vec![
        Cell::text(Text::default().code(grant.person.as_str())),
        Cell::text(words_of(&grant.resource)),
        Cell::text(grant.level.word()),
        Cell::text(way),
        person.map_or(Cell::Missing, |it| factor(it.second_factor)),
    ]
}

fn factor(factor: SecondFactor) -> Cell {
    Cell::State(match factor {
        SecondFactor::Secure => State::new(Sign::Good, "sound"),
        SecondFactor::Enabled => State::new(Sign::Good, "there is one"),
        SecondFactor::Insecure => State::new(Sign::Watch, "can be taken over"),
        SecondFactor::Missing => State::new(Sign::Bad, "none"),
        SecondFactor::Unknown => State::new(Sign::Unknown, "not told"),
    })
}

fn words_of(resource: &Resource) -> String {
    match resource {
        Resource::Organisation(name) => name.to_string(),
        Resource::Team(team) => format!("the team {}", team.as_str()),
        Resource::Repository(name) => name.as_str().to_owned(),
        Resource::Entry(kind, name) => format!("{kind} {}", name.as_str()),
    }
}

/// What was not read: never taken for none.
fn unread(snapshot: &Snapshot) -> Section {
    let row = |it: &bartizan_access::snapshot::Unread| {
        let needs = it.permission.as_ref();
        vec![
            Cell::text(it.part.word()),
            Cell::text(it.of.as_str()),
            Cell::text(it.words.as_str()),
            needs.map_or(Cell::Empty, |it| {
                Cell::text(Text::default().code(it.as_str()))
            }),
        ]
    };
    let total = snapshot.unread.len() as u64;
    let first = snapshot.unread.iter().take(ROWS as usize);
    let note = if total > u64::from(ROWS) {
        format!("The first {ROWS} of {}.", words::count(total))
    } else {
        "What is not here was hidden or not asked for, and is not taken for none.".to_owned()
    };
    Section::new("unread-of", "Not read")
        .note(note)
        .with(Block::Table(Table {
            id: "unread".to_owned(),
            columns: vec![
                Column::text("part", "Part"),
                Column::text("of", "Of"),
                Column::text("why", "Why"),
                Column::text("needs", "Needs"),
            ],
            rows: first.map(row).collect(),
            empty: "All parts were read.".into(),
            ..Table::default()
        }))
}
