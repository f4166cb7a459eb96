//! How figures are made: every measure with its formula, and where the checks are told.

use bartizan_model::assessment::{Direction, Measure};
use bartizan_store::Scope;

use super::{PageItem, milestones::measure_place};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/methods",
    title: "Methods",
    purpose: "Every measure with its formula, and where every check is told",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let measures = &ctx.catalogues.measures;
    let taken: Vec<String> = ctx
        .store
        .figures(&Scope::Ecosystem)
        .await?
        .into_iter()
        .map(|row| row.figure.measure)
        .collect();
    let mut sections = vec![
        Section::new("words", "Words").with(Block::Facts(words_used())),
        Section::new("measures", "Measures").with(Block::Table(measure_table(measures, &taken))),
    ];
    sections.extend(measures.iter().map(|measure| formula(measure)));
    let checks = ctx.catalogues.checks.len() as u64;
    let checks = Text::default()
        .plain("A check answers one question about a subject, with what it rests on. ")
        .and_link(
            format!(
                "All {} with what each looks for",
                words::counted(checks, "check", "checks")
            ),
            Place::new(["checks"]),
        )
        .plain(".");
    sections.push(Section::new("checks", "Checks").with(Block::Prose(checks)));
    Ok(Some(Page {
        title: "Methods".to_owned(),
        headline: format!("How the {} figures here are made", words::number_word(measures.len() as u64)),
        lede: "A source states facts, a check judges them, a score weighs findings. No figure here is set by hand, and what nobody measured is said to be not measured.".into(),
        sections,
        ..Page::default()
    }))
}

fn words_used() -> Vec<(String, Text)> {
    [
        (
            "Unknown",
            "It was looked for and could not be told. It never counts as holding.",
        ),
        (
            "Not measured yet",
            "Nothing that could tell runs yet. It is no zero.",
        ),
        ("To mend", "What is wanted does not hold today."),
        ("Does not apply", "The question does not arise."),
        (
            "Endorsed, declared, measured",
            "A project's statement, a badge, and what was looked at: three facts.",
        ),
    ]
    .map(|(word, meaning)| (word.to_owned(), Text::from(meaning)))
    .to_vec()
}

fn measure_table(measures: &[&'static Measure], taken: &[String]) -> Table {
    let row = |measure: &&'static Measure| {
        let better = match measure.direction {
            Direction::Up => "more",
            Direction::Down => "less",
            Direction::Neutral => "neither",
        };
        let list = if taken.iter().any(|id| id == measure.id) {
            Cell::text(Text::link("Its figure", measure_place(measure.id, None)))
        } else {
            Cell::Missing
        };
        vec![
            Cell::text(Text::link(
                measure.title,
                Place::new(["methods"]).at(measure.id),
            )),
            Cell::text(measure.unit),
            Cell::text(better),
            list,
        ]
    };
    Table {
        id: "measures-table".to_owned(),
        columns: vec![
            Column::text("measure", "Measure"),
            Column::text("unit", "Counts"),
            Column::text("better", "Better is"),
            Column::text("figure", "Figure"),
        ],
        rows: measures.iter().map(row).collect(),
        empty: "This program measures nothing yet.".into(),
        ..Table::default()
    }
}

fn formula(measure: &'static Measure) -> Section {
    Section::new(measure.id, measure.title).with(Block::Prose(measure.method.into()))
}
