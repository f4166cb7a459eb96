//! The evidence ledger: each right with the last act that needed it, and what an audit found.

use std::sync::Arc;

use bartizan_access::{
    checks,
    dossier::{Dossier, RightLine},
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
    path: "/access/ledger",
    title: "What is used",
    purpose: "Each right with the last act that needed it, what was not read, and what an audit found",
    is_in_menu: false,
    asks: &["verdict", "text", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

const VERDICTS: [(&str, &str); 4] = [
    ("inactive", "not used"),
    ("unknown", "not known"),
    ("active", "used"),
    ("exempt", "not judged"),
];

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let makes = "bartizan access survey";
    let read = async |drawer: Arc<Drawer>| drawer.dossier().await;
    of_desk(ctx, PAGE.title, makes, read, |it| tell(asked, &it)).await
}

fn tell(asked: &Asked, dossier: &Dossier) -> (String, Vec<Section>) {
    let verdict = asked.text("verdict").unwrap_or_default();
    let text = asked.text("text").unwrap_or_default().to_lowercase();
    let wanted = dossier.ledger.iter().filter(|it| {
        let is_meant = verdict.is_empty() || it.verdict == verdict;
        is_meant && (it.right.to_lowercase().contains(&text) || it.account.contains(&text))
    });
    let wanted: Vec<&RightLine> = wanted.collect();
    let here = shown(&wanted, asked.page(), ROWS);
    let table = Table {
        id: "ledger".to_owned(),
        columns: vec![
            Column::text("account", "Account"),
            Column::text("right", "Right"),
            Column::text("level", "Level"),
            Column::text("verdict", "Use"),
            Column::text("evidence", "What that rests on"),
        ],
        rows: here.iter().map(|it| line(it)).collect(),
        empty: "No right is here.".into(),
        pager: rows::pager(asked, wanted.len() as u64, ROWS),
        ..Table::default()
    };
    let sections = vec![
        Section::new("ledger-of", "Rights")
            .note("A right counts as not used only where everything was read that could have shown its use.")
            .with(Block::Filter(filter(asked, &verdict, &text)))
            .with(Block::Table(table)),
        found(dossier),
        unjudged(dossier),
        evidence(&dossier.snapshot, dossier.as_of),
    ];
    (headline(dossier), sections)
}

fn headline(dossier: &Dossier) -> String {
    let of = |verdict: &str| {
        let lines = dossier.ledger.iter();
        lines.filter(|it| it.verdict == verdict).count() as u64
    };
    format!(
        "{} of {} were not used, and of {} it is not known",
        words::count(of("inactive")),
        words::counted(dossier.ledger.len() as u64, "right", "rights"),
        words::count(of("unknown"))
    )
}

fn filter(asked: &Asked, verdict: &str, text: &str) -> Filter {
    let all = [("", "all")].into_iter().chain(VERDICTS);
    Filter {
        place: asked.bare(),
        fields: vec![
            Field {
                key: "verdict".to_owned(),
                label: "Use".to_owned(),
                choices: all.map(|(id, it)| (id.to_owned(), it.to_owned())).collect(),
                value: verdict.to_owned(),
            },
            Field {
                key: "text".to_owned(),
                label: "Account or right".to_owned(),
                value: text.to_owned(),
                ..Field::default()
            },
        ],
    }
}

fn line(it: &RightLine) -> Vec<Cell> {
    let known = VERDICTS.iter().find(|(id, _)| *id == it.verdict);
    let words_of = known.map_or("not known", |(_, words)| words);
    let sign = match it.verdict.as_str() {
        "active" => Sign::Good,
        "inactive" => Sign::Watch,
        "exempt" => Sign::Neutral,
        _ => Sign::Unknown,
    };
    let rests = [it.evidence.join("; "), it.why.clone()];
    let rests: Vec<String> = rests.into_iter().filter(|it| !it.is_empty()).collect();
    vec![
        Cell::text(Text::default().code(&it.account)),
        Cell::text(it.right.as_str()),
        Cell::text(it.level.as_str()),
        Cell::State(State::new(sign, words_of)),
        Cell::text(rests.join("; ")),
    ]
}

fn found(dossier: &Dossier) -> Section {
    let row = |it: &bartizan_access::dossier::FoundLine| {
        let known = checks::ALL.iter().find(|check| check.id == it.check);
        let title = known.map_or(it.check.as_str(), |check| check.title);
        vec![
            Cell::text(words::sentence(title)),
            Cell::text(it.place.as_str()),
            it.about
                .as_ref()
                .map_or(Cell::Empty, |it| Cell::text(Text::default().code(it))),
            Cell::text(it.detail.as_str()),
        ]
    };
    // What is said of each right stands in the table above.
    let of_rights = [checks::STALE_RIGHT.id, checks::WIDE_ROLE.id];
    let findings = dossier.findings.iter();
    let findings = findings.filter(|it| !of_rights.contains(&it.check.as_str()));
    let first = findings.take(ROWS as usize);
    Section::new("found-of", "What else was found")
        .note(format!(
            "At most {ROWS}; bartizan access audit --private tells all."
        ))
        .with(Block::Table(Table {
            id: "found".to_owned(),
            columns: vec![
                Column::text("check", "What"),
                Column::text("place", "Where"),
                Column::text("about", "About"),
                Column::text("detail", "Seen"),
            ],
            rows: first.map(row).collect(),
            empty: "Nothing else was found.".into(),
            ..Table::default()
        }))
}

fn unjudged(dossier: &Dossier) -> Section {
    let row = |it: &bartizan_access::dossier::UnjudgedLine| {
        vec![
            Cell::text(Text::default().code(&it.check)),
            Cell::text(it.place.as_str()),
            Cell::text(it.why.as_str()),
        ]
    };
    let first = dossier.unjudged.iter().take(ROWS as usize);
    Section::new("unjudged-of", "Not judged").with(Block::Table(Table {
        id: "unjudged".to_owned(),
        columns: vec![
            Column::text("check", "Check"),
            Column::text("of", "Of"),
            Column::text("why", "Why"),
        ],
        rows: first.map(row).collect(),
        empty: "Everything that is asked was read.".into(),
        ..Table::default()
    }))
}
