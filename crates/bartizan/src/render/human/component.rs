//! One component: how bad it is, how it came, what mends it.

use bartizan_model::finding::{DependencyPath, VulnerabilityFinding};

use super::{super::words, Page};
use crate::{
    report::{ComponentFindings, ScanReport},
    term::{Ink, columns},
};

/// How many vulnerabilities and paths of one component are listed unless everything is asked for.
const LISTED: usize = 5;
const PATHS: usize = 2;
/// The columns of a severity, of all that stands right of a name, and of the widest name that moves it.
const SEVERITY: usize = 12;
const RIGHT: usize = 46;
const WIDEST_NAME: usize = 56;
/// A step of a path longer than this is cut.
const STEP: usize = 60;
/// A version longer than this is no version.
const VERSION: usize = 24;

pub(super) fn write(page: &mut Page<'_>, component: &ComponentFindings<'_>, report: &ScanReport) {
    let Some(first) = component.findings.first() else {
        return;
    };
    let remedy = report.remedy(&first.component);
    head(page, first, component.findings.len());
    if let [only] = component.findings.as_slice() {
        summary(page, 2, only);
        paths(page, &only.paths);
        evidence(page, only);
        let fixed = fixed(page, only);
        let fixed = match words::release_needed(only).filter(|_| !only.fixed.is_empty()) {
            Some(release) => format!("{fixed}; {}", page.view.terminal.clean(&release)),
            None => fixed,
        };
        let further = remedy.filter(|remedy| only.fixed.first() != Some(&remedy.version));
        let further = further.map(|remedy| version(page, &remedy.version));
        let further =
            further.map(|version| format!("; the first that no record affects is {version}"));
        page.wrapped(2, &format!("{fixed}{}", further.unwrap_or_default()));
        notes(page, 2, only, report);
        return;
    }
    paths(page, &first.paths);
    evidence(page, first);
    let all = component.findings.len();
    let listed = if page.view.show.everything {
        all
    } else {
        LISTED
    };
    for finding in component.findings.iter().take(listed) {
        one_of_several(page, finding, report);
    }
    if all > listed {
        let more = words::count(all - listed, "more vulnerability", "more vulnerabilities");
        page.line(&format!("  and {more} (--show all)"));
    }
    if let Some(release) = words::release_needed(first) {
        let release = release.replacen("it", "a fixed one", 1);
        page.wrapped(2, &page.view.terminal.clean(&release));
    }
    if let Some(remedy) = remedy.filter(|remedy| remedy.removes == all) {
        page.line(&format!(
            "  upgrade to {} mends all {all}",
            version(page, &remedy.version)
        ));
    }
}

fn version(page: &Page<'_>, text: &str) -> String {
    page.view
        .terminal
        .cut(&page.view.terminal.clean(text), VERSION)
}

/// `pillow 10.0.0      critical 9.8  CVE-2023-4863  KEV`, in two lines where one is too short.
fn head(page: &mut Page<'_>, first: &VulnerabilityFinding, findings: usize) {
    let terminal = page.view.terminal;
    let name = terminal.clean(&words::subject(first));
    let name = terminal.cut(&name, terminal.width);
    let mut ids = terminal.clean(&first.group);
    if findings > 1 {
        ids += &format!(" and {} more", findings - 1);
    }
    let flags = flags(page, first);
    let room = terminal.width.saturating_sub(RIGHT).min(WIDEST_NAME);
    let padding = room.saturating_sub(columns(&name));
    let right = SEVERITY + 2 + columns(&ids) + flags.columns;
    let name_columns = columns(&name);
    let name = terminal.paint(Ink::Strong, &name);
    let severity = severity(page, first, SEVERITY);
    let right_side = format!("{severity}  {ids}{}", flags.text);
    if let Some(free) = terminal.width.checked_sub(name_columns + 1 + right) {
        page.line(&format!("{name}{:1$} {right_side}", "", padding.min(free)));
        return;
    }
    page.line(&name);
    let room = terminal.width.saturating_sub(4 + SEVERITY + flags.columns);
    let ids = terminal.cut(&ids, room);
    let severity = self::severity(page, first, 0);
    page.line(&format!("  {severity}  {ids}{}", flags.text));
}

fn one_of_several(page: &mut Page<'_>, finding: &VulnerabilityFinding, report: &ScanReport) {
    let terminal = page.view.terminal;
    let flags = flags(page, finding);
    let fixed = fixed(page, finding);
    let taken = 6 + columns(&words::severity(&finding.severity)) + flags.columns + columns(&fixed);
    let id = terminal.cut(
        &terminal.clean(&finding.group),
        terminal.width.saturating_sub(taken).max(20),
    );
    let severity = severity(page, finding, 0);
    page.line(&format!("  {severity}  {id}{}  {fixed}", flags.text));
    summary(page, 4, finding);
    notes(page, 4, finding, report);
}

/// The severity, padded on the left and then coloured.
fn severity(page: &Page<'_>, finding: &VulnerabilityFinding, width: usize) -> String {
    use bartizan_model::severity::SeverityLevel::{Critical, High, Low, Medium, None as Harmless};
    let text = format!("{:>width$}", words::severity(&finding.severity));
    let ink = match finding.severity.level {
        Some(Critical) => Ink::Critical,
        Some(High) | None => Ink::High,
        Some(Medium) => Ink::Medium,
        Some(Low | Harmless) => Ink::Low,
    };
    page.view.terminal.paint(ink, &text)
}

/// Text that may be coloured, with the columns that it takes.
struct Flags {
    text: String,
    columns: usize,
}

/// Whether it is known to be exploited, and how likely that is.
fn flags(page: &Page<'_>, finding: &VulnerabilityFinding) -> Flags {
    let mut flags = Flags {
        text: String::new(),
        columns: 0,
    };
    let mut add = |text: &str, ink: Option<Ink>| {
        flags.columns += 2 + columns(text);
        flags.text += "  ";
        flags.text += &ink.map_or_else(
            || text.to_owned(),
            |ink| page.view.terminal.paint(ink, text),
        );
    };
    if let Some(entry) = &finding.known_exploited {
        add(
            if entry.is_used_by_ransomware {
                "KEV (ransomware)"
            } else {
                "KEV"
            },
            Some(Ink::Critical),
        );
    }
    if let Some(epss) = finding
        .epss
        .filter(|epss| epss.probability >= 0.01 || page.view.is_verbose)
    {
        add(&format!("EPSS {}", words::percent(epss.probability)), None);
    }
    flags
}

fn summary(page: &mut Page<'_>, indent: usize, finding: &VulnerabilityFinding) {
    let terminal = page.view.terminal;
    let text = terminal.clean(&finding.summary);
    if !text.is_empty() {
        let text = terminal.cut(&text, terminal.width.saturating_sub(indent));
        page.line(&format!("{:indent$}{text}", ""));
    }
}

fn fixed(page: &Page<'_>, finding: &VulnerabilityFinding) -> String {
    let terminal = page.view.terminal;
    match finding.fixed.as_slice() {
        [] => "no fixed version is known".to_owned(),
        [first, others @ ..] => {
            let mut text = "fixed in ".to_owned();
            if finding.component.native.is_some() {
                text += &format!("{} ", terminal.clean(finding.component.package.name()));
            }
            text += &version(page, first);
            if page.view.is_verbose && !others.is_empty() {
                text += &terminal.cut(
                    &terminal.clean(&format!(", {}", others.join(", "))),
                    VERSION,
                );
            }
            text
        }
    }
}

fn paths(page: &mut Page<'_>, paths: &[DependencyPath]) {
    let shown = if page.view.show.everything {
        paths.len()
    } else {
        PATHS
    };
    let terminal = page.view.terminal;
    for path in paths.iter().take(shown) {
        let step = |step: &String| terminal.cut(&terminal.clean(step), STEP);
        let steps = std::iter::once(&path.target)
            .chain(&path.components)
            .map(step);
        let steps: Vec<String> = steps.collect();
        for line in steps_in_lines(&steps, terminal.arrow(), terminal.width.saturating_sub(2)) {
            page.line(&format!("  {line}"));
        }
    }
    match paths.len().saturating_sub(shown) {
        0 => {}
        more => {
            let more = words::count(more, "more path", "more paths");
            page.line(&format!("  and {more} (--show all)"));
        }
    }
}

/// What native code is known from.
fn evidence(page: &mut Page<'_>, finding: &VulnerabilityFinding) {
    let native = finding.component.native.as_ref();
    if let Some(text) = native.and_then(|native| words::evidence(&native.component)) {
        page.wrapped(2, &page.view.terminal.clean(&text));
    }
}

/// A path that is broken before an arrow where it is too long for one line.
fn steps_in_lines(steps: &[String], arrow: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let step = if i == 0 {
            step.clone()
        } else {
            format!("{arrow}{step}")
        };
        match lines.last_mut() {
            Some(line) if columns(line) + columns(&step) <= width => line.push_str(&step),
            Some(_) => lines.push(format!("   {step}")),
            None => lines.push(step),
        }
    }
    lines
}

/// What only some want to know, and the reason of an ignore.
fn notes(page: &mut Page<'_>, indent: usize, finding: &VulnerabilityFinding, report: &ScanReport) {
    let terminal = page.view.terminal;
    let now = report.database.as_of;
    let change = report.change_of(finding);
    if let Some(ignored) = &finding.ignored {
        page.wrapped(indent, &terminal.clean(&words::ignored(ignored)));
    }
    if let Some(verdict) = &finding.vex {
        page.wrapped(indent, &terminal.clean(&words::vex(verdict, now)));
    }
    for link in &finding.see_also {
        page.wrapped(indent, &terminal.clean(&words::link(link)));
    }
    if let Some(change) = change {
        page.wrapped(indent, &terminal.clean(&change.in_words()));
    }
    if !page.view.is_verbose {
        return;
    }
    if finding.ids.len() > 1 {
        let others: Vec<&str> = finding.ids.iter().skip(1).map(String::as_str).collect();
        page.wrapped(
            indent,
            &terminal.clean(&format!("also {}", others.join(", "))),
        );
    }
    if let Some(vector) = &finding.severity.vector {
        page.wrapped(indent, &terminal.clean(&format!("vector {vector}")));
    }
    for matched in &finding.matched {
        let rule = words::rule(&matched.rule);
        let text = format!("known from {} ({}): {rule}", matched.record, matched.source);
        page.wrapped(indent, &terminal.clean(&text));
    }
    let component = &finding.component;
    let stated = match &component.stated_as {
        Some(purl) => format!("stated as {purl} in {}", component.locator),
        None => format!("stated in {}", component.locator),
    };
    page.wrapped(indent, &terminal.clean(&stated));
}
