//! The part of a project's page about how it stands on its people.

use super::super::{facts, finding::evidence_table, people};
use crate::{
    context::{Context, PageError},
    href::Place,
    page::{Block, Section, Table, Text},
    words,
};

/// How it stands on its people, without naming any.
pub(super) async fn section(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let document = ctx.store.document(name, facts::STRUCTURE, "").await?;
    let section = Section::new("people-of", "Structural risk");
    let Some(row) = document else {
        return Ok(
            section.note("Not measured yet: this needs a clone of the project's repository.")
        );
    };
    let structure: facts::Structure = facts::read(&row.document);
    let note = Text::default()
        .plain("How the project stands on its people. No grade of it, and nobody is named. ")
        .and_link(
            "What is measured, and what is not",
            Place::new(["people"]).at("methods-of"),
        )
        .plain(".");
    let level = people::level(&structure).words;
    let mut counts = vec![
        ("Level".to_owned(), Text::from(level)),
        (
            "Contributors".to_owned(),
            Text::from(format!(
                "{} in all; {} with {} within a year",
                words::count(structure.contributors),
                words::count(structure.recent_authors),
                words::counted(structure.recent_works, "work", "works")
            )),
        ),
    ];
    counts.extend(
        structure
            .review
            .as_ref()
            .map(|it| ("Review".to_owned(), review(it))),
    );
    Ok(section
        .note(note)
        .with(Block::Facts(counts))
        .with(Block::Table(people::signals(&structure)))
        .with(Block::Table(Table {
            caption: "How the people's numbers are known".into(),
            ..evidence_table("people-evidence", &[row.document.evidence])
        })))
}

/// How much review there is, as a call for help.
fn review(it: &facts::Review) -> Text {
    let mut parts = vec![format!(
        "{} came in within a year, {} may wait",
        words::counted(it.taken_in, "pull request", "pull requests"),
        words::count(it.unseen)
    )];
    parts.extend(
        it.of_each
            .map(|it| format!("{} for each who brings work in", words::value(it))),
    );
    let waited = it.waited_days_half.zip(it.waited_days_nine_tenths);
    parts.extend(waited.map(|(half, most)| {
        let (half, most) = (words::value(half), words::value(most));
        format!("half of what came in waited under {half} days, nine tenths under {most}")
    }));
    parts.extend(
        it.one_hand
            .map(|it| format!("{:.0} % of the work by one hand", it * 100.0)),
    );
    Text::from(parts.join("; "))
}
