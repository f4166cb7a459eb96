//! The part of a project's page about access to its organisations: numbers, and nobody's name.

use bartizan_store::{FigureRow, Scope};

use super::super::{
    access::{fewer, required},
    facts,
    finding::evidence_table,
    standing::{figure, part_of_whole},
};
use crate::{
    context::{Context, PageError},
    href::Place,
    page::{Block, Section, Table, Text},
    words,
};

/// How access to its organisations stands, without naming anybody.
pub(super) async fn section(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let figures = ctx.store.figures(&Scope::Project(name.to_owned())).await?;
    let section = Section::new("access-of", "Access");
    let known = known(&figures);
    let evidence = [facts::STALE_GRANTS, facts::SECOND_FACTORS];
    let mut evidence = evidence.into_iter().filter_map(|it| figure(&figures, it));
    let Some(row) = evidence.next() else {
        return Ok(section.note("Not measured yet: this needs a survey, with a token of an owner of its organisation, or a signed summary."));
    };
    let note = Text::default()
        .plain("Of the organisations that hold its repositories, as numbers. Nobody is named. ")
        .and_link(
            "What is measured, and what is not",
            Place::new(["access"]).at("methods-of"),
        )
        .plain(".");
    Ok(section
        .note(note)
        .with(Block::Facts(known))
        .with(Block::Table(Table {
            caption: "How access is known".into(),
            ..evidence_table("access-evidence", &row.figure.evidence)
        })))
}

fn known(figures: &[FigureRow]) -> Vec<(String, Text)> {
    let stale = part_of_whole(figures, facts::STALE_GRANTS).map(|(part, whole)| {
        let fewer = fewer(figures).map(|it| format!("; {it}"));
        let unknown = part_named(figures, facts::STALE_GRANTS, "not known");
        let text = format!(
            "{part} of {whole} not used for half a year{}; of {} more it is not known",
            fewer.unwrap_or_default(),
            words::value(unknown)
        );
        ("Rights".to_owned(), Text::from(text))
    });
    let factors = part_of_whole(figures, facts::SECOND_FACTORS).map(|(part, whole)| {
        let text = format!("{part} of {whole} people with access use one");
        ("Second factors".to_owned(), Text::from(text))
    });
    let required = required(figures).map(|it| ("Requiring them".to_owned(), it.words.into()));
    [stale, factors, required].into_iter().flatten().collect()
}

fn part_named(figures: &[FigureRow], measure: &str, part: &str) -> f64 {
    let row = figure(figures, measure);
    let mut shares = row.into_iter().flat_map(|it| &it.figure.shares);
    shares.find(|(name, _)| name == part).map_or(0.0, |it| it.1)
}
