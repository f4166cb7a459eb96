//! Which requirements of frameworks the checks support, and how those checks went.

use std::collections::BTreeMap;

use bartizan_model::assessment::Outcome;
use bartizan_posture::{adoption::worse, check::Framework, frameworks, report::Answer};
use bartizan_server::{
    page::{Cell, Column, Sign, State, Table, Text},
    words,
};

/// Each requirement of a framework that checks support, with the worst of their outcomes.
pub(in crate::commands::check) fn outcomes(
    answers: &[Answer],
) -> BTreeMap<(Framework, &'static str), (Outcome, Vec<&'static str>)> {
    let mut found: BTreeMap<(Framework, &'static str), (Outcome, Vec<&'static str>)> =
        BTreeMap::new();
    for answer in answers {
        for it in answer.check.supports {
            let entry = found
                .entry((it.framework, it.requirement))
                .or_insert((Outcome::NotApplicable, Vec::new()));
            entry.0 = worse(entry.0, answer.statement.outcome);
            if !entry.1.contains(&answer.check.id) {
                entry.1.push(answer.check.id);
            }
        }
    }
    found
}

pub(super) fn supported(answers: &[Answer]) -> Table {
    let row =
        |((framework, id), (outcome, checks)): (&(Framework, &str), &(Outcome, Vec<&str>))| {
            let meaning = frameworks::find(*framework, id).map_or("", |it| it.meaning);
            let state = match outcome {
                Outcome::Pass => State::new(Sign::Good, "supported"),
                Outcome::Fail => State::new(Sign::Watch, "to mend"),
                Outcome::Unknown => State::new(Sign::Unknown, "unknown"),
                Outcome::NotApplicable => State::new(Sign::Neutral, "does not apply"),
            };
            vec![
                Cell::text(format!("{} {id}", framework.title())),
                Cell::text(words::sentence(meaning)),
                Cell::State(state),
                Cell::text(Text::default().code(checks.join(", "))),
                Cell::text(framework.version()),
            ]
        };
    Table {
        id: "frameworks-table".to_owned(),
        columns: vec![
            Column::text("requirement", "Requirement"),
            Column::text("meaning", "What it asks for"),
            Column::text("state", "State"),
            Column::text("checks", "Checks"),
            Column::text("version", "Version"),
        ],
        rows: outcomes(answers).iter().map(row).collect(),
        empty: "No check that was asked supports a framework.".into(),
        ..Table::default()
    }
}
