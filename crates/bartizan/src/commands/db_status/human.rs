//! The status for people: a sentence, a table of sources, what does not fit together.

use super::Status;
use crate::{
    render::words,
    report::SourceFacts,
    term::{Ink, Terminal, columns, wrap},
};

const HEADS: [&str; 6] = [
    "source",
    "records",
    "withdrawn",
    "imported",
    "newest record",
    "licence",
];
/// The columns of numbers, which are set to the right.
const NUMBERS: [bool; 6] = [false, true, true, false, false, false];
/// The widest cell.
const CELL: usize = 30;

/// The text of the answer.
pub(super) fn text(terminal: Terminal, status: &Status<'_>) -> String {
    let counts = &status.manifest.counts;
    let content = format!(
        "They concern {}, in {}.",
        words::count_u64(counts.packages, "package", "packages"),
        words::count_u64(counts.groups, "group of aliases", "groups of aliases"),
    );
    let above = paragraphs(terminal, &[words::database(status.facts), content]);
    let below = paragraphs(terminal, &remarks(status));
    format!("{above}\n{}\n{below}", table(terminal, status))
}

fn paragraphs(terminal: Terminal, texts: &[String]) -> String {
    let lines = texts
        .iter()
        .flat_map(|text| wrap(&terminal.clean(text), terminal.width));
    lines.map(|line| line + "\n").collect()
}

/// What does not fit together, what could not be read, what was checked.
fn remarks(status: &Status<'_>) -> Vec<String> {
    let counts = &status.manifest.counts;
    let mut remarks = Vec::new();
    let differ = words::count(status.disagreements, "group", "groups");
    remarks.push(match status.disagreements {
        0 => "Nowhere do records disagree on ranges, fixed versions or severity.".to_owned(),
        _ => format!("In {differ} records disagree on ranges, fixed versions or severity (bartizan db show ID)."),
    });
    if counts.conflicts > 0 {
        let conflicts = words::count_u64(counts.conflicts, "group", "groups");
        remarks.push(format!(
            "Aliases would join different CVEs in {conflicts}; they are kept apart."
        ));
    }
    for source in status
        .facts
        .sources
        .iter()
        .filter(|source| source.opinions > 0)
    {
        let opinions = words::count_u64(source.opinions, "record", "records");
        remarks.push(format!(
            "`{}` states {opinions} that it may not speak for; they have no effect (bartizan db show ID).",
            source.id
        ));
    }
    for origin in status
        .manifest
        .origins
        .iter()
        .filter(|origin| origin.unread > 0)
    {
        let unread = words::count_u64(origin.unread, "entry", "entries");
        remarks.push(format!("{unread} of {} could not be read.", origin.address));
    }
    if let Some(verified) = &status.verified {
        let blocks = words::count_u64(verified.blocks, "block", "blocks");
        remarks.push(format!(
            "Verified: {blocks} of {} bytes are as they were written.",
            words::amount(verified.bytes)
        ));
    }
    remarks
}

fn table(terminal: Terminal, status: &Status<'_>) -> String {
    let now = status.facts.as_of;
    let row = |source: &SourceFacts| {
        [
            source.id.clone(),
            words::amount(source.records),
            words::amount(source.withdrawn),
            format!("{} ago", words::ago(source.imported, now)),
            source
                .newest
                .map_or_else(|| "unknown".to_owned(), words::day),
            source.licence.clone(),
        ]
        .map(|cell| terminal.cut(&terminal.clean(&cell), CELL))
    };
    let rows: Vec<[String; 6]> = status.facts.sources.iter().map(row).collect();
    let mut widths = HEADS.map(columns);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(columns(cell));
        }
    }
    let mut text = terminal.paint(Ink::Faint, &line(&HEADS.map(str::to_owned), &widths)) + "\n";
    for row in &rows {
        text += &line(row, &widths);
        text.push('\n');
    }
    text
}

fn line(cells: &[String; 6], widths: &[usize; 6]) -> String {
    let mut text = String::new();
    for ((cell, width), is_number) in cells.iter().zip(widths).zip(NUMBERS) {
        let padding = " ".repeat(width.saturating_sub(columns(cell)));
        let (before, after) = if is_number {
            (padding.as_str(), "")
        } else {
            ("", padding.as_str())
        };
        text += &format!("{before}{cell}{after}  ");
    }
    text.trim_end().to_owned()
}
