//! What other tools found, under their own ids.

use bartizan_model::severity::SeverityLevel;
use bartizan_server::page::{Block, Cell, Column, Section, Sign, State, Table, Text};

use super::super::{import::PeerTold, report::CheckReport};

pub(super) fn section(report: &CheckReport) -> Section {
    let rows = report.of_peers().map(row);
    let table = Table {
        id: "peers-table".to_owned(),
        columns: vec![
            Column::text("rule", "Rule"),
            Column::text("severity", "Severity"),
            Column::text("found", "What was found"),
            Column::text("place", "Where"),
        ],
        rows: rows.collect(),
        empty: "Nothing but what was found here too.".into(),
        ..Table::default()
    };
    Section::new("peers", "What other tools found besides")
        .note(report.import_lines().join(" "))
        .with(Block::Table(table))
}

fn row(told: &PeerTold) -> Vec<Cell> {
    let sign = match told.laid.result.severity {
        Some(SeverityLevel::Critical | SeverityLevel::High) => Sign::Bad,
        None => Sign::Unknown,
        _ => Sign::Watch,
    };
    let place = told
        .file_and_line()
        .map(|(file, line)| format!("{file}:{line}"));
    vec![
        Cell::text(Text::default().code(told.id())),
        Cell::State(State::new(sign, told.level())),
        Cell::text(told.laid.result.message.clone()),
        Cell::text(place.unwrap_or_default()),
    ]
}
