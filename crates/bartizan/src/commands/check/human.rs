//! The report for people.

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};

use super::{
    import::PeerTold,
    online::Asked,
    report::{CheckReport, Told},
};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// How many findings of one check are listed with their places.
const LISTED: usize = 8;

pub(super) fn text(terminal: Terminal, is_verbose: bool, report: &CheckReport) -> String {
    let mut sheet = Sheet::new(terminal);
    failing(&mut sheet, is_verbose, report);
    of_peers(&mut sheet, is_verbose, report);
    unknown(&mut sheet, is_verbose, report);
    if is_verbose {
        quiet(&mut sheet, report, Outcome::Pass, "Passes");
        quiet(&mut sheet, report, Outcome::NotApplicable, "Does not apply");
    }
    sheet.gap();
    sheet.wrapped(0, &report.summary());
    for line in report.import_lines() {
        sheet.wrapped(0, &line);
    }
    let declared: Vec<String> = report.declared.iter().map(ToString::to_string).collect();
    if !declared.is_empty() {
        sheet.wrapped(
            0,
            &format!("Declared by badge: SPEC {}.", declared.join(", ")),
        );
    }
    let commit = report
        .commit
        .as_deref()
        .and_then(|it| it.get(..12))
        .map(|it| format!(" at {it}"));
    sheet.wrapped(
        0,
        &format!(
            "Looked at {}{}.",
            report.directory,
            commit.unwrap_or_default()
        ),
    );
    if let Some(asked) = &report.asked {
        online(&mut sheet, asked);
    }
    sheet.text
}

/// What code host and index were asked, and what they left open.
fn online(sheet: &mut Sheet, asked: &Asked) {
    let repository = match asked.repository.as_str() {
        "" => "no repository",
        name => name,
    };
    let unseen = asked.account.refused.len() + usize::from(asked.index.is_some());
    sheet.wrapped(
        0,
        &format!(
            "Asked {} about {repository}: {}, {} unchanged, {} without an answer.",
            asked.api,
            words::count(asked.account.requests, "request", "requests"),
            asked.account.unchanged,
            words::count(unseen, "question", "questions"),
        ),
    );
    let mut permissions: Vec<&str> = asked
        .account
        .refused
        .iter()
        .filter_map(|it| it.unseen.permission.as_deref())
        .collect();
    permissions.sort_unstable();
    permissions.dedup();
    if !permissions.is_empty() {
        let named = permissions.join(", ");
        sheet.wrapped(
            2,
            &format!("A token with these permissions would show more: {named}."),
        );
    }
}

/// Findings, those of one check together.
fn failing(sheet: &mut Sheet, is_verbose: bool, report: &CheckReport) {
    let all: Vec<&Told> = report.of(Outcome::Fail).filter(|it| it.is_live()).collect();
    for group in all.chunk_by(|a, b| {
        a.answer.check.id == b.answer.check.id && a.answer.severity() == b.answer.severity()
    }) {
        let Some(first) = group.first() else {
            continue;
        };
        let check = first.answer.check;
        let level = first.answer.severity();
        let word = sheet.terminal.paint(ink(level), level.as_str());
        let specification = check
            .spec
            .map(|it| format!(" (SPEC {it})"))
            .unwrap_or_default();
        sheet.gap();
        sheet.line(&format!(
            "{word} {}{specification}: {}",
            sheet.terminal.paint(Ink::Strong, check.id),
            check.title
        ));
        let shown = if is_verbose { group.len() } else { LISTED };
        for told in group.iter().take(shown) {
            let place = place(told).map(|it| format!("{it}: ")).unwrap_or_default();
            sheet.wrapped(
                2,
                &format!("{place}{}{}", told.answer.statement.message, also(told)),
            );
        }
        if group.len() > shown {
            sheet.line(&format!("  and {} more (--verbose)", group.len() - shown));
        }
        sheet.wrapped(2, &format!("{} {}", sheet.terminal.arrow(), check.remedy));
    }
}

/// What other tools call the same finding, in brackets.
fn also(told: &Told) -> String {
    if told.also.is_empty() {
        return String::new();
    }
    let ids: Vec<&str> = told.also.iter().map(|it| it.id.as_str()).collect();
    format!(" (also {})", ids.join(", "))
}

/// Findings of other tools that are none of ours, those of one id together.
fn of_peers(sheet: &mut Sheet, is_verbose: bool, report: &CheckReport) {
    let all: Vec<&PeerTold> = report.of_peers().collect();
    let is_same = |a: &&PeerTold, b: &&PeerTold| a.id() == b.id() && a.level() == b.level();
    for group in all.chunk_by(is_same) {
        let Some(first) = group.first() else {
            continue;
        };
        let level = first.laid.result.severity;
        let word = sheet
            .terminal
            .paint(ink(level.unwrap_or(SeverityLevel::High)), first.level());
        sheet.gap();
        sheet.line(&format!(
            "{word} {}",
            sheet.terminal.paint(Ink::Strong, &first.id())
        ));
        let shown = if is_verbose { group.len() } else { LISTED };
        for told in group.iter().take(shown) {
            let place = told
                .file_and_line()
                .map(|(file, line)| format!("{file}:{line}: "));
            let message = &told.laid.result.message;
            sheet.wrapped(2, &format!("{}{message}", place.unwrap_or_default()));
        }
        if group.len() > shown {
            sheet.line(&format!("  and {} more (--verbose)", group.len() - shown));
        }
        if let Some(url) = &first.laid.result.url {
            sheet.wrapped(2, &format!("{} {url}", sheet.terminal.arrow()));
        }
    }
}

fn unknown(sheet: &mut Sheet, is_verbose: bool, report: &CheckReport) {
    let all: Vec<&Told> = report.of(Outcome::Unknown).collect();
    if all.is_empty() {
        return;
    }
    sheet.gap();
    sheet.heading("Cannot be told");
    // What is unknown for one reason is told once.
    let mut reasons: Vec<(&str, Vec<&Told>)> = Vec::new();
    for told in all {
        let message = told.answer.statement.message.as_str();
        match reasons.iter_mut().find(|(known, _)| *known == message) {
            Some((_, group)) => group.push(told),
            None => reasons.push((message, vec![told])),
        }
    }
    for (message, group) in reasons {
        let first = group.first().and_then(|told| place(told));
        let place = first
            .filter(|_| group.len() == 1)
            .map(|it| format!(" [{it}]"));
        sheet.wrapped(2, &format!("{message}{}", place.unwrap_or_default()));
        let ids: Vec<&str> = group.iter().map(|told| told.answer.check.id).collect();
        sheet.wrapped(4, &ids.join(", "));
        let needs = group
            .first()
            .and_then(|told| told.answer.statement.needs.as_ref());
        if let (true, [_], Some(needs)) = (is_verbose, group.as_slice(), needs) {
            sheet.wrapped(4, &format!("needed: {needs}"));
        }
    }
}

fn quiet(sheet: &mut Sheet, report: &CheckReport, outcome: Outcome, heading: &str) {
    let all: Vec<&Told> = report.of(outcome).collect();
    if all.is_empty() {
        return;
    }
    sheet.gap();
    sheet.heading(heading);
    for told in all {
        let place = place(told).map(|it| format!(" [{it}]")).unwrap_or_default();
        sheet.wrapped(
            2,
            &format!(
                "{}: {}{place}",
                told.answer.check.id, told.answer.statement.message
            ),
        );
    }
}

fn place(told: &Told) -> Option<String> {
    let (file, line) = told.file_and_line()?;
    Some(match line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    })
}

fn ink(severity: SeverityLevel) -> Ink {
    match severity {
        SeverityLevel::Critical => Ink::Critical,
        SeverityLevel::High => Ink::High,
        SeverityLevel::Medium => Ink::Medium,
        SeverityLevel::Low | SeverityLevel::None => Ink::Low,
    }
}
