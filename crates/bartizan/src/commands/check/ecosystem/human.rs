//! The table for people at a terminal.

use bartizan_assessment::matrix::Line;

use super::{Matrix, measured, number};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// The width of the column of a SPEC.
const COLUMN: usize = 10;

/// The width of the column of names.
const NAMES: usize = 16;

pub(super) fn text(terminal: Terminal, is_verbose: bool, matrix: &Matrix<'_>) -> String {
    let mut sheet = Sheet::new(terminal);
    let accepted = matrix.accepted();
    let all: Vec<&str> = matrix.ids.iter().map(String::as_str).collect();
    let ids = if is_verbose { all } else { accepted };
    let title = &matrix.ecosystem.file.profile.title;
    sheet.heading(&terminal.clean(title));
    let heads: Vec<String> = ids
        .iter()
        .map(|id| format!("{:<COLUMN$}", number(id)))
        .collect();
    sheet.line(format!("{:<NAMES$}{}", "", heads.concat()).trim_end());
    for line in &matrix.lines {
        sheet.line(row(terminal, matrix, line, &ids).trim_end());
    }
    sheet.gap();
    sheet.wrapped(0, "E endorsed (front matter of the SPEC), D declared (badge in the README), - not stated, ? not known. Measured: met, or how many requirements hold of those that apply; with ? the rest is not known. These are three separate facts.");
    sources(&mut sheet, is_verbose, matrix);
    sheet.text
}

/// What is known of one project: two letters and a count for each SPEC.
fn row(terminal: Terminal, matrix: &Matrix<'_>, line: &Line<'_>, ids: &[&str]) -> String {
    let name = terminal.cut(&terminal.clean(&line.project.name), NAMES - 1);
    let sign = |is: Option<bool>, letter: char| match is {
        Some(true) => letter,
        Some(false) => '-',
        None => '?',
    };
    let cells = ids.iter().map(|id| {
        let facts = matrix.facts(line, id);
        let endorsed = sign(facts.is_endorsed, 'E');
        let declared = sign(facts.is_declared, 'D');
        let cell = format!("{endorsed}{declared} {}", measured(facts.measured));
        format!("{cell:<COLUMN$}")
    });
    let cells: String = cells.collect();
    let name = terminal.paint(Ink::Strong, &format!("{name:<NAMES$}"));
    format!("{name}{cells}")
}

/// What the table was made from, and what could not be looked at.
fn sources(sheet: &mut Sheet, is_verbose: bool, matrix: &Matrix<'_>) {
    let terminal = sheet.terminal;
    let seen = words::count(matrix.seen(), "project", "projects");
    let endorsements = match &matrix.standards.commit {
        Some(commit) => format!(
            "endorsements at commit {}",
            commit.get(..12).unwrap_or(commit)
        ),
        None => "no repository of the SPECs is here".to_owned(),
    };
    let day = words::day(matrix.now);
    sheet.wrapped(
        0,
        &format!(
            "{seen} of {} looked at on {day}; {endorsements}.",
            matrix.lines.len()
        ),
    );
    let unseen = matrix.unseen();
    if is_verbose {
        for (name, why) in &unseen {
            sheet.wrapped(
                0,
                &format!("not looked at: {name}: {}", terminal.clean(why)),
            );
        }
    } else if !unseen.is_empty() {
        let names: Vec<&str> = unseen.iter().map(|(name, _)| *name).collect();
        sheet.wrapped(
            0,
            &format!("Not looked at (--verbose says why): {}.", names.join(", ")),
        );
    }
}
