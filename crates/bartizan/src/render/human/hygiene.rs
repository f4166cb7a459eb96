//! Hygiene for people: one block a check, because one habit mends all of it.

use bartizan_model::{
    hygiene::HygieneFinding,
    severity::SeverityLevel::{self, Critical, High, Low, Medium, None as Harmless},
};

use super::{
    super::{hygiene, words},
    Page,
};
use crate::{
    report::ScanReport,
    term::{Ink, columns},
};

/// How many findings of one check are listed unless more is asked for.
const LISTED: usize = 5;
/// The columns of a severity and of what stands right of a name, as for components.
const SEVERITY: usize = 12;
const RIGHT: usize = 46;
const WIDEST_NAME: usize = 56;

/// What is worth a line by itself; with `--show hygiene` all of it.
pub(super) fn write(page: &mut Page<'_>, report: &ScanReport) {
    let is_shown = |finding: &&HygieneFinding| {
        page.view.show.hygiene || finding.severity >= Medium || report.hygiene_counts(finding)
    };
    let shown: Vec<&HygieneFinding> = report.live_hygiene().filter(is_shown).collect();
    blocks(page, &shown, report);
    if page.view.show.ignored {
        blocks(page, &report.ignored_hygiene().collect::<Vec<_>>(), report);
    }
}

fn blocks(page: &mut Page<'_>, shown: &[&HygieneFinding], report: &ScanReport) {
    for block in shown.chunk_by(|a, b| a.check == b.check && a.severity == b.severity) {
        if let Some(first) = block.first() {
            head(page, first, block.len());
            list(page, block, report);
        }
    }
}

/// `look-alike-name                medium  1 finding`.
fn head(page: &mut Page<'_>, first: &HygieneFinding, findings: usize) {
    let terminal = page.view.terminal;
    let room = terminal.width.saturating_sub(RIGHT).min(WIDEST_NAME);
    let padding = room.saturating_sub(columns(first.check));
    let name = terminal.paint(Ink::Strong, first.check);
    let severity = format!("{:>SEVERITY$}", first.severity.as_str());
    let severity = terminal.paint(ink(first.severity), &severity);
    let count = words::count(findings, "finding", "findings");
    page.line(&format!("{name}{:padding$} {severity}  {count}", ""));
}

fn list(page: &mut Page<'_>, block: &[&HygieneFinding], report: &ScanReport) {
    let terminal = page.view.terminal;
    let listed = if page.view.show.hygiene {
        block.len()
    } else {
        LISTED
    };
    for finding in block.iter().take(listed) {
        let place = match finding.evidence.as_slice() {
            [] => String::new(),
            [only] => format!(" ({only})"),
            [first, others @ ..] => format!(" ({first} and {} more)", others.len()),
        };
        let line = format!("{} {}{place}", finding.subject, finding.message);
        page.wrapped(2, &terminal.clean(&line));
        if let Some(change) = report.hygiene_change_of(finding) {
            page.wrapped(4, &terminal.clean(&change.in_words()));
        }
        if let Some(ignored) = &finding.ignored {
            page.wrapped(4, &terminal.clean(&format!("ignored: {}", ignored.reason)));
        }
    }
    if block.len() > listed {
        let more = words::amount((block.len() - listed) as u64);
        page.line(&format!("  and {more} more (--show hygiene)"));
    }
    if let Some(first) = block.first() {
        page.wrapped(2, first.remedy);
    }
}

/// What could not be told, for those who ask for it.
pub(super) fn unknown(page: &mut Page<'_>, report: &ScanReport) {
    if !page.view.show.unknown && !page.view.show.everything {
        return;
    }
    for (checks, why) in hygiene::unknown(report) {
        let line = page
            .view
            .terminal
            .clean(&format!("undecided: {checks}: {why}"));
        page.wrapped(0, &line);
    }
}

fn ink(severity: SeverityLevel) -> Ink {
    match severity {
        Critical => Ink::Critical,
        High => Ink::High,
        Medium => Ink::Medium,
        Low | Harmless => Ink::Low,
    }
}
