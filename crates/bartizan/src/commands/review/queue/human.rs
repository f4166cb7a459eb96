//! The queue for people: the heaviest first, each with what to look at and why.

use bartizan_assessment::review::queue::{Looked, Told};
use bartizan_model::severity::SeverityLevel;

use super::Answer;
use crate::{
    commands::review::human::{ink, shares},
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// How many are shown, unless all are asked for.
const SHOWN: usize = 15;

/// How many entries of each are shown, and in full.
const ENTRIES: usize = 3;

pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut sheet = Sheet::new(terminal);
    let with = answer.queue.looked.iter().filter(|it| it.of_entries > 0);
    let with = with.count();
    let shown = if is_verbose { with } else { with.min(SHOWN) };
    let mut ask = answer.ask.iter().flatten();
    for (number, looked) in (1_usize..).zip(answer.queue.looked.iter().take(shown)) {
        let ask = ask.next().map(Vec::as_slice).unwrap_or_default();
        one(&mut sheet, (number, is_verbose), looked, ask);
    }
    sheet.gap();
    if with > shown {
        let more = format!(
            "{} more with entries; `--verbose` shows them.",
            with - shown
        );
        sheet.wrapped(0, &more);
    }
    let without = answer.queue.looked.len() - with;
    if without > 0 {
        sheet.wrapped(
            0,
            &format!(
                "Nothing to tell of {}.",
                words::count(without, "pull request", "pull requests")
            ),
        );
    }
    sheet.gap();
    sheet.wrapped(0, &answer.summary());
    sheet.text
}

fn one(sheet: &mut Sheet, (number, is_verbose): (usize, bool), looked: &Looked, ask: &[String]) {
    let terminal = sheet.terminal;
    let severity = looked.severity.unwrap_or(SeverityLevel::None);
    let pull = terminal.paint(Ink::Strong, &format!("#{:<6}", looked.number));
    let level = terminal.paint(ink(severity), &format!("{:<8}", severity.as_str()));
    sheet.gap();
    sheet.line(&format!(
        "{number:>3}. {pull} {} {level} {}, {} of {} to read",
        looked.weight.value,
        words::count(looked.of_entries, "entry", "entries"),
        words::amount(looked.lines_to_read as u64),
        words::count(looked.changed_lines, "line", "lines"),
    ));
    let entries = if is_verbose { usize::MAX } else { ENTRIES };
    for entry in looked.entries.iter().take(entries) {
        sheet.wrapped(5, &told(entry));
        if is_verbose {
            sheet.wrapped(7, &format!("{} ({})", entry.name, shares(&entry.score)));
        }
    }
    if !looked.capabilities.is_empty() {
        let newly: Vec<&str> = looked.capabilities.keys().map(|it| it.as_str()).collect();
        sheet.wrapped(5, &format!("may newly {}", newly.join(", ")));
    }
    sheet.wrapped(5, &format!("because of {}", shares(&looked.weight)));
    if !ask.is_empty() {
        sheet.wrapped(5, &format!("ask {}", ask.join(" or ")));
    }
    for problem in &looked.problems {
        sheet.wrapped(
            5,
            &format!("not read: {}: {}", problem.subject, problem.message),
        );
    }
}

/// `high opaque-file tests/a.bin: holds what nobody can read`.
fn told(entry: &Told) -> String {
    format!(
        "{} {} {}: {}",
        entry.severity,
        entry.name.rule,
        place(entry),
        entry.message
    )
}

pub(super) fn place(entry: &Told) -> String {
    match entry.line {
        Some(line) => format!("{}:{line}", entry.file),
        None => entry.file.clone(),
    }
}
