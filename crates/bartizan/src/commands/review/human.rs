//! The report for people: each entry with the lines that it is about.

use bartizan_model::severity::SeverityLevel;
use bartizan_review::{Entry, score::Score};

use super::report::ReviewReport;
use crate::term::{Ink, Sheet, Terminal};

/// How many entries are shown, unless all are asked for: more is nobody's first look.
const SHOWN: usize = 20;

pub(super) fn text(terminal: Terminal, is_verbose: bool, report: &ReviewReport<'_>) -> String {
    let mut sheet = Sheet::new(terminal);
    let shown = if is_verbose { usize::MAX } else { SHOWN };
    let live: Vec<&Entry<'_>> = report.live().map(|it| &it.entry).collect();
    for (number, entry) in (1_usize..).zip(live.iter().take(shown)) {
        one(&mut sheet, number, entry, is_verbose);
    }
    if live.len() > shown {
        sheet.gap();
        sheet.wrapped(
            0,
            &format!("{} more; `--verbose` shows them.", live.len() - shown),
        );
    }
    sheet.gap();
    sheet.wrapped(0, &report.summary());
    sheet.text
}

fn one(sheet: &mut Sheet, number: usize, entry: &Entry<'_>, is_verbose: bool) {
    let terminal = sheet.terminal;
    let level = terminal.paint(ink(entry.severity), entry.severity.as_str());
    let rule = terminal.paint(Ink::Strong, &terminal.clean(&entry.rule.id));
    sheet.gap();
    sheet.line(&format!("{number}. {level} {rule} {}", entry.score.value));
    sheet.wrapped(3, &format!("{}: {}", place(entry), entry.message));
    if let Some((first, lines)) = &entry.excerpt {
        for (number, line) in (*first..).zip(lines) {
            let mark = if Some(number) == entry.line { ">" } else { " " };
            let shown = terminal.cut(&terminal.clean(line), terminal.width.saturating_sub(14));
            sheet.line(&format!("   {mark}{number:>6} {shown}"));
        }
    }
    sheet.wrapped(3, &shares(&entry.score));
    if is_verbose {
        sheet.wrapped(3, &format!("id {}", entry.name()));
        sheet.wrapped(3, &format!("{} {}", entry.rule.why, entry.rule.remedy));
    }
}

/// `evidence 0.600, criticality -0.180, context 0.100`.
pub(super) fn shares(score: &Score) -> String {
    let told = score.shares.iter().filter(|(_, share)| share.0 != 0);
    let told: Vec<String> = told
        .map(|(name, share)| format!("{name} {share}"))
        .collect();
    told.join(", ")
}

fn place(entry: &Entry<'_>) -> String {
    match entry.line {
        Some(line) => format!("{}:{line}", entry.file),
        None => entry.file.clone(),
    }
}

pub(super) fn ink(level: SeverityLevel) -> Ink {
    match level {
        SeverityLevel::Critical => Ink::Critical,
        SeverityLevel::High => Ink::High,
        SeverityLevel::Medium => Ink::Medium,
        SeverityLevel::Low | SeverityLevel::None => Ink::Low,
    }
}
