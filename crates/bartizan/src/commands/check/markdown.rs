//! The report for step summaries and pull requests.

use bartizan_model::assessment::Outcome;

use super::report::{CheckReport, Told};
use crate::render::markdown::{TABLE_LIMIT, code, details, prose};

pub(super) fn text(report: &CheckReport) -> String {
    let mut text = format!("### Bartizan check\n\n{}\n\n", prose(&report.summary()));
    let live: Vec<&Told> = report.of(Outcome::Fail).filter(|it| it.is_live()).collect();
    if !live.is_empty() {
        text += "| Severity | Check | Place | What |\n|---|---|---|---|\n";
    }
    for (number, told) in live.iter().enumerate() {
        let row = row(told);
        if text.len() + row.len() > TABLE_LIMIT {
            text += &format!("\n{} more are not listed here.\n", live.len() - number);
            break;
        }
        text += &row;
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
    format!(
        "| {} | {}{specification} | {place} | {} |\n",
        told.answer.severity(),
        code(check.id),
        prose(&told.answer.statement.message)
    )
}
