//! The sentences under every report for people: what was found, what was not looked at, and where the
//! advisories come from. They never say "none" when something could not be looked at.

use std::collections::BTreeSet;

use bartizan_model::finding::UnknownReason;
use bartizan_vulnerability::risk::Score;

use super::{hygiene, words};
use crate::{report::ScanReport, risk::WeighedTarget};

/// All sentences that have something to say, the summary first.
pub(super) fn lines(report: &ScanReport) -> Vec<String> {
    let lines = [
        headline(report),
        counted(report),
        natives(report),
        risk(report),
        since(report),
        hygiene::sentence(report),
        environments(report),
        words::database(&report.database),
    ];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// The sentence that one can say aloud.
pub(super) fn headline(report: &ScanReport) -> String {
    let live = report.live().count();
    let components = words::count(report.components, "component", "components");
    if report.is_empty() {
        return "Nothing to look at: no component was found.".to_owned();
    }
    if report.components == 0 && live == 0 {
        return "Nothing could be looked up: no component has a known version.".to_owned();
    }
    if live > 0 {
        let affected: BTreeSet<_> = report
            .live()
            .map(|finding| (&finding.component.package, &finding.component.version))
            .collect();
        let findings = if report.since.is_some() {
            words::count(live, "new or changed finding", "new or changed findings")
        } else {
            words::count(live, "finding", "findings")
        };
        return format!(
            "{findings} in {} of {components}.",
            words::amount(affected.len() as u64)
        );
    }
    let what = match (
        report.since.is_some(),
        report.database.freshness.is_starter(),
    ) {
        (true, _) => "new or changed vulnerability",
        (false, true) => "vulnerability of the sample",
        (false, false) => "known vulnerability",
    };
    let but = match limits(report).as_slice() {
        [] => String::new(),
        [only] => format!(", but {only}"),
        [first @ .., last] => format!(", but {} and {last}", first.join(", ")),
    };
    format!("No {what} affects the {components}{but}.")
}

/// What is not known about native libraries, and where they were not looked for.
fn natives(report: &ScanReport) -> String {
    let Some(natives) = &report.natives else {
        return String::new();
    };
    let mut parts = Vec::new();
    let unknown = report.unknown_for(UnknownReason::LibraryUnknown);
    let uncovered = report.unknown_for(UnknownReason::LibraryNotCovered);
    if natives.libraries + unknown > 0 {
        let libraries = words::count(natives.libraries, "library", "libraries");
        let limits = [
            (uncovered, "that no source covers"),
            (unknown, "of unknown version or name"),
        ];
        let limits = limits.iter().filter(|(number, _)| *number > 0);
        let limits: Vec<String> = limits
            .map(|(number, what)| format!("{} {what}", words::amount(*number as u64)))
            .collect();
        let but = match limits.as_slice() {
            [] => String::new(),
            limits => format!("; {} (--show unknown)", limits.join(", ")),
        };
        parts.push(format!("Native code: {libraries} looked up{but}."));
    }
    match natives.passed_over.as_slice() {
        [] => {}
        [only] => parts.push(format!(
            "Native libraries of {only} were not looked for: only wheels and environments on disk tell."
        )),
        several => parts.push(format!(
            "Native libraries of {} targets were not looked for: only wheels and environments on disk tell.",
            words::amount(several.len() as u64)
        )),
    }
    parts.join(" ")
}

/// How many shares the sentence about risk names.
const SHARES: usize = 3;

/// The score of the riskiest target, what it is mostly made of, and how many others have one.
fn risk(report: &ScanReport) -> String {
    let risky = report.risk.targets.iter();
    let risky = risky.filter(|target| target.risk.score > Score::default());
    let mut risky: Vec<&WeighedTarget> = risky.collect();
    risky.sort_by_key(|target| std::cmp::Reverse(target.risk.score));
    let [first, others @ ..] = risky.as_slice() else {
        return String::new();
    };
    let shares = first.risk.shares.iter().take(SHARES);
    let shares = shares.filter(|share| share.amount > Score::default());
    let shares: Vec<String> = shares
        .map(|share| {
            let part = words::percent(first.part(share));
            let component = first.label(share.component);
            format!("{part} {} in {component}", share.group)
        })
        .collect();
    let lower = match others.len() {
        0 => String::new(),
        some => format!("; {} lower", words::count(some, "target is", "targets are")),
    };
    let (score, label) = (words::risk(first.risk.score.value()), &first.risk.label);
    format!(
        "Risk of {label}: {score} of 1 ({}){lower}.",
        shares.join(", ")
    )
}

/// What an earlier report has to do with it.
fn since(report: &ScanReport) -> String {
    let Some(since) = &report.since else {
        return String::new();
    };
    let counts = |numbers: [usize; 4]| {
        let [new, changed, gone, unchanged] = numbers.map(|number| words::amount(number as u64));
        format!("{new} new, {changed} changed, {gone} gone, {unchanged} unchanged and not shown")
    };
    let of = &since.comparison;
    let findings = counts([of.new, of.changed, of.gone.len(), of.unchanged]);
    let hygiene = since.hygiene.as_ref().filter(|of| !of.is_empty());
    let hygiene = hygiene.map(|of| counts([of.new, of.changed, of.gone.len(), of.unchanged]));
    let hygiene = hygiene.map(|counts| format!(" Of hygiene: {counts}."));
    format!(
        "Since the report of {}: {findings}.{}",
        words::day(since.as_of),
        hygiene.unwrap_or_default()
    )
}

/// What keeps "nothing found" from being the whole truth.
fn limits(report: &ScanReport) -> Vec<String> {
    let mut limits = Vec::new();
    if report.ignored().next().is_some() {
        let ignored = words::count(report.ignored().count(), "finding is", "findings are");
        limits.push(format!("{ignored} ignored (--show ignored)"));
    }
    let cleared = report.cleared().count();
    if cleared > 0 {
        let cleared = words::count(cleared, "finding is", "findings are");
        limits.push(format!("{cleared} cleared by VEX (--show ignored)"));
    }
    if !report.unknown.is_empty() {
        let questions = words::count(report.unknown.len(), "question", "questions");
        limits.push(format!("{questions} could not be decided (--show unknown)"));
    }
    if !report.problems.is_empty() {
        limits.push(words::count(
            report.problems.len(),
            "problem was met",
            "problems were met",
        ));
    }
    limits
}

/// What stands beside the findings. Without any, the headline already says it.
fn counted(report: &ScanReport) -> String {
    let mut parts = Vec::new();
    let live = report.live().count();
    if live == 0 {
        return String::new();
    }
    let below = live - report.counting();
    if below > 0 {
        parts.push(format!(
            "{} below {}.",
            words::amount(below as u64),
            report.threshold
        ));
    }
    let unstated = report
        .live()
        .filter(|finding| finding.severity.level.is_none())
        .count();
    if unstated > 0 {
        let number = words::amount(unstated as u64);
        parts.push(format!(
            "{number} of unstated severity, which counts as {}.",
            report.threshold
        ));
    }
    let ignored = report.ignored().count();
    if ignored > 0 {
        parts.push(format!(
            "{} ignored (--show ignored).",
            words::amount(ignored as u64)
        ));
    }
    let cleared = report.cleared().count();
    if cleared > 0 {
        parts.push(format!(
            "{} cleared by VEX (--show ignored).",
            words::amount(cleared as u64)
        ));
    }
    if !report.unknown.is_empty() {
        let questions = words::count(report.unknown.len(), "question", "questions");
        parts.push(format!(
            "{questions} could not be decided (--show unknown)."
        ));
    }
    if !report.problems.is_empty() {
        parts.push(format!(
            "{} met.",
            words::count(report.problems.len(), "problem", "problems")
        ));
    }
    parts.join(" ")
}

/// The environments that markers were evaluated for, where any were.
fn environments(report: &ScanReport) -> String {
    let excluded: usize = report
        .targets
        .iter()
        .map(|target| target.excluded_by_markers)
        .sum();
    let environments: BTreeSet<&str> = report
        .targets
        .iter()
        .filter_map(|target| target.environment.as_deref())
        .collect();
    if environments.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = environments.into_iter().collect();
    let left_out = match excluded {
        0 => String::new(),
        some => format!(
            ", {} left out by markers",
            words::count(some, "entry", "entries")
        ),
    };
    format!("Looked at for {}{left_out}.", names.join("; "))
}
