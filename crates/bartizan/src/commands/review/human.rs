//! The report for people: each entry with the lines that it is about.

use bartizan_model::severity::SeverityLevel;
use bartizan_people::review::Standing;
use bartizan_review::{Entry, score::Score};

use super::{assistant, capabilities, people::PeopleTold, report::ReviewReport};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// How many entries are shown, unless all are asked for: more is nobody's first look.
const SHOWN: usize = 20;

pub(super) fn text(terminal: Terminal, is_verbose: bool, report: &ReviewReport<'_>) -> String {
    let mut sheet = Sheet::new(terminal);
    let shown = if is_verbose { usize::MAX } else { SHOWN };
    let live: Vec<&Entry<'_>> = report.live().map(|it| &it.entry).collect();
    for (number, entry) in (1_usize..).zip(live.iter().take(shown)) {
        one(&mut sheet, number, entry, is_verbose);
        let words = report.words.as_ref();
        if let Some(words) = words.and_then(|it| it.entries.get(&number)) {
            sheet.wrapped(3, &format!("assistant (not checked): {words}"));
        }
    }
    if live.len() > shown {
        sheet.gap();
        sheet.wrapped(
            0,
            &format!("{} more; `--verbose` shows them.", live.len() - shown),
        );
    }
    capabilities::section(&mut sheet, report, is_verbose);
    if let Some(newness) = &report.newness {
        newness.section(&mut sheet, is_verbose);
    }
    if is_verbose {
        aside(&mut sheet, report);
    }
    if !report.idle.is_empty() {
        sheet.gap();
    }
    for it in report.idle.iter().take(shown) {
        let place = match it.line {
            Some(number) => format!("{}:{number}: ", it.file),
            None if it.file.is_empty() => String::new(),
            None => format!("{}: ", it.file),
        };
        sheet.wrapped(0, &format!("{place}{}", it.sentence()));
    }
    if let Some(people) = &report.people {
        people_lines(&mut sheet, people);
    }
    if let Some(summary) = report.words.as_ref().and_then(|it| it.summary.as_ref()) {
        sheet.gap();
        sheet.wrapped(0, &format!("{}: {summary}", assistant::TITLE));
    }
    sheet.gap();
    sheet.wrapped(0, &report.summary());
    sheet.text
}

/// What the history says of the people around it.
fn people_lines(sheet: &mut Sheet, people: &PeopleTold) {
    sheet.gap();
    for part in &people.parts {
        let known = match part.advice.standing {
            Standing::FirstTime => "is here for the first time".to_owned(),
            Standing::Returning(days) => format!("comes back after {days} days"),
            Standing::Regular => "contributes regularly".to_owned(),
        };
        let files = words::count(part.advice.files, "file", "files");
        sheet.wrapped(
            0,
            &format!(
                "An author {known} and changes {files}, {} of them for the first time. Advice: {}.",
                part.new_files,
                part.advice.words()
            ),
        );
        for point in &part.advice.points {
            sheet.wrapped(2, &format!("{}: {}", point.reason.as_str(), point.evidence));
        }
    }
    let who = if people.names.is_empty() {
        String::new()
    } else {
        format!(" Most of all {}.", people.names.join(", "))
    };
    let knowing = words::count(
        people.acquainted,
        "active person knows",
        "active people know",
    );
    let unknown = words::count(people.unknown_files, "file", "files");
    sheet.wrapped(
        0,
        &format!("{knowing} what it changes; {unknown} of it nobody does.{who}"),
    );
}

/// What is set aside, and why.
fn aside(sheet: &mut Sheet, report: &ReviewReport<'_>) {
    for told in &report.told {
        let Some(aside) = &told.aside else {
            continue;
        };
        let until = aside.until.map(|it| format!(", until {it}"));
        let entry = &told.entry;
        sheet.gap();
        sheet.wrapped(
            0,
            &format!(
                "set aside by {}: {} {} ({}{})",
                aside.by.as_str(),
                entry.rule.id,
                place(entry),
                aside.reason,
                until.unwrap_or_default()
            ),
        );
    }
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
