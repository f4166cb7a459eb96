//! The report for step summaries and pull requests.

use bartizan_model::assessment::Outcome;

use super::{
    import::PeerTold,
    report::{CheckReport, Told},
};
use crate::render::markdown::{TABLE_LIMIT, code, details, prose};

pub(super) fn text(report: &CheckReport) -> String {
    let mut text = format!("### Bartizan check\n\n{}\n\n", prose(&report.summary()));
    let live: Vec<&Told> = report.of(Outcome::Fail).filter(|it| it.is_live()).collect();
    let of_peers: Vec<&PeerTold> = report.of_peers().collect();
    if !live.is_empty() || !of_peers.is_empty() {
        text += "| Severity | Check | Place | What |\n|---|---|---|---|\n";
    }
    let rows = live.iter().map(|told| row(told));
    let rows: Vec<String> = rows
        .chain(of_peers.iter().map(|told| of_peer(told)))
        .collect();
    for (number, row) in rows.iter().enumerate() {
        if text.len() + row.len() > TABLE_LIMIT {
            text += &format!("\n{} more are not listed here.\n", rows.len() - number);
            break;
        }
        text += row;
    }
    text += "\n";
    let unknown = report.of(Outcome::Unknown).map(|told| {
        let statement = &told.answer.statement;
        format!(
            "{}: {}",
            code(told.answer.check.id),
            prose(&statement.message)
        )
    });
    text += &details(
        "Cannot be told from a checkout",
        &unknown.collect::<Vec<_>>(),
    );
    for line in report.import_lines() {
        text += &format!("{}\n\n", prose(&line));
    }
    let passing = report.of(Outcome::Pass).map(|told| {
        format!(
            "{}: {}",
            code(told.answer.check.id),
            prose(&told.answer.statement.message)
        )
    });
    text += &details("Passes", &passing.collect::<Vec<_>>());
    text.trim_end().to_owned() + "\n"
}

fn of_peer(told: &PeerTold) -> String {
    let place = told
        .file_and_line()
        .map(|(file, line)| code(&format!("{file}:{line}")));
    format!(
        "| {} | {} | {} | {} |\n",
        told.level(),
        code(&told.id()),
        place.unwrap_or_else(|| "-".to_owned()),
        prose(&told.laid.result.message)
    )
}

fn row(told: &Told) -> String {
    let check = told.answer.check;
    let specification = check
        .spec
        .map(|it| format!(" SPEC {it}"))
        .unwrap_or_default();
    let place = match told.file_and_line() {
        Some((file, Some(line))) => code(&format!("{file}:{line}")),
        Some((file, None)) => code(file),
        None => "-".to_owned(),
    };
    let also = told.also.iter().map(|it| format!(", {}", code(&it.id)));
    let also = also.collect::<Vec<_>>().concat();
    format!(
        "| {} | {}{specification}{also} | {place} | {} |\n",
        told.answer.severity(),
        code(check.id),
        prose(&told.answer.statement.message)
    )
}
