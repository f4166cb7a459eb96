//! Below the findings: what could not be decided or read, then the summary, then what to do next.

use bartizan_model::{problem::Problem, vex::VexStatement};
use bartizan_vulnerability::ignore::Ignore;

use super::{
    super::{hygiene::gone as gone_hygiene, summary, words},
    Page, hygiene,
};
use crate::{report::ScanReport, term::Ink};

/// The formats that upgrades are planned for.
const PLANNED: [&str; 8] = [
    "environment",
    "requirements",
    "uv-lock",
    "poetry-lock",
    "pdm-lock",
    "pipfile-lock",
    "pylock",
    "pyproject",
];

/// A longer path is not repeated in a hint.
const LONGEST_PATH: usize = 32;

/// How many problems are listed unless everything is asked for.
const PROBLEMS: usize = 10;
/// How many unused statements of VEX are listed unless everything is asked for.
const STATEMENTS: usize = 3;

pub(super) fn write(page: &mut Page<'_>, report: &ScanReport) {
    unknown(page, report);
    hygiene::unknown(page, report);
    problems(page, &report.problems);
    ignores(
        page,
        "unused",
        "it matches nothing here",
        &report.ignores.unused,
    );
    ignores(
        page,
        "expired",
        "its last day has passed, the finding counts again",
        &report.ignores.expired,
    );
    statements(page, &report.vex.unused);
    gone(page, report);
    page.gap();
    for line in summary::lines(report) {
        let line = page.view.terminal.clean(&line);
        page.wrapped(0, &line);
    }
    for hint in hints(report) {
        let hint = page.view.terminal.clean(&hint);
        let line = format!("{} {hint}", page.view.terminal.paint(Ink::Hint, "hint:"));
        page.line(&line);
    }
}

fn unknown(page: &mut Page<'_>, report: &ScanReport) {
    let is_shown = page.view.show.unknown || page.view.show.everything;
    if !is_shown || report.unknown.is_empty() {
        return;
    }
    let terminal = page.view.terminal;
    for unknown in &report.unknown {
        page.wrapped(
            0,
            &terminal.clean(&format!(
                "undecided: {}: {}",
                unknown.subject, unknown.message
            )),
        );
        if !unknown.records.is_empty() {
            page.wrapped(2, &terminal.clean(&unknown.records.join(", ")));
        }
    }
}

fn problems(page: &mut Page<'_>, problems: &[Problem]) {
    let terminal = page.view.terminal;
    let listed = if page.view.show.everything || page.view.is_verbose {
        problems.len()
    } else {
        PROBLEMS
    };
    for problem in problems.iter().take(listed) {
        page.wrapped(
            0,
            &terminal.clean(&format!(
                "problem: {}: {}",
                problem.subject, problem.message
            )),
        );
        if let Some(hint) = &problem.hint {
            page.wrapped(2, &terminal.clean(&format!("hint: {hint}")));
        }
    }
    if problems.len() > listed {
        page.line(&format!(
            "and {} more problems (--show all)",
            words::amount((problems.len() - listed) as u64)
        ));
    }
}

fn ignores(page: &mut Page<'_>, what: &str, why: &str, ignores: &[Ignore]) {
    let terminal = page.view.terminal;
    for ignore in ignores {
        let package = ignore
            .package
            .as_ref()
            .map(|package| format!(" for {package}"))
            .unwrap_or_default();
        let kind = if ignore.is_risk {
            "accepted risk"
        } else {
            "ignore"
        };
        page.wrapped(
            0,
            &terminal.clean(&format!("{what} {kind}: {}{package}: {why}", ignore.id)),
        );
    }
}

/// Statements of VEX that speak of nothing here. A vendor's document speaks of much that is elsewhere.
fn statements(page: &mut Page<'_>, unused: &[VexStatement]) {
    let terminal = page.view.terminal;
    let listed = if page.view.show.everything {
        unused.len()
    } else {
        STATEMENTS
    };
    for statement in unused.iter().take(listed) {
        let id = statement.ids.first().map_or("", String::as_str);
        let path = &statement.document.path;
        let text = format!("unused statement: {id} in {path}: it matches nothing here");
        page.wrapped(0, &terminal.clean(&text));
    }
    if unused.len() > listed {
        page.line(&format!(
            "and {} more unused statements (--show all)",
            words::amount((unused.len() - listed) as u64)
        ));
    }
}

/// What an earlier report had and this one has not.
fn gone(page: &mut Page<'_>, report: &ScanReport) {
    let terminal = page.view.terminal;
    for gone in report.since.iter().flat_map(|since| &since.comparison.gone) {
        let text = format!(
            "gone: {} in {} {}: {}",
            gone.group,
            gone.name,
            gone.version,
            gone.why()
        );
        page.wrapped(0, &terminal.clean(&text));
    }
    for gone in gone_hygiene(report) {
        page.wrapped(0, &terminal.clean(&format!("gone: {gone}")));
    }
}

/// What to do next. Only commands that exist are named.
fn hints(report: &ScanReport) -> Vec<String> {
    let mut hints = Vec::new();
    if report.is_empty() {
        let hint = "name an environment, a lock file, a wheel or a directory that holds them";
        hints.push(hint.to_owned());
    }
    if report.live().next().is_some() {
        let hint = "`bartizan db show ID` shows what each source says about a vulnerability";
        hints.push(hint.to_owned());
    }
    hints.extend(upgrade(report));
    hints
}

/// How an upgrade is planned, where there is one target of a kind that `fix` plans for, and something that counts.
fn upgrade(report: &ScanReport) -> Option<String> {
    let [target] = report.targets.as_slice() else {
        return None;
    };
    let is_planned = PLANNED.contains(&target.format.as_str());
    let counts = report.findings.iter().any(|finding| report.counts(finding));
    // A path that a shell would read otherwise, or that fills the line, is the reader's to write.
    let is_plain = |path: &&str| {
        path.len() <= LONGEST_PATH
            && path
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
    };
    let path = Some(target.path.as_str()).filter(is_plain);
    (is_planned && counts).then(|| {
        let path = path.unwrap_or("TARGET");
        format!("`bartizan fix {path}` plans the smallest upgrade")
    })
}
