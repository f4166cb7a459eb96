//! Prints advisories for snapshots: one line a field, nothing that is empty.

use std::fmt::Write;

use bartizan_model::advisory::{Advisory, Affected};

use super::{Reading, Statement};

/// What a reading says, then its problems.
pub(super) fn describe(reading: &Reading) -> String {
    let mut text = String::new();
    for statement in &reading.statements {
        match statement {
            Statement::Record(record) => describe_advisory(&mut text, &record.advisory),
            Statement::Epss { cve, epss } => {
                writeln!(text, "epss {cve} {} {}", epss.probability, epss.percentile).unwrap();
            }
            Statement::KnownExploited(entry) => {
                let ransomware = if entry.is_used_by_ransomware {
                    " ransomware"
                } else {
                    ""
                };
                writeln!(
                    text,
                    "exploited {} {}{ransomware}",
                    entry.cve, entry.date_added
                )
                .unwrap();
            }
        }
    }
    for problem in &reading.problems {
        writeln!(text, "problem {}: {}", problem.subject, problem.message).unwrap();
    }
    text
}

fn describe_advisory(text: &mut String, advisory: &Advisory) {
    writeln!(text, "{} of {}", advisory.id, advisory.source).unwrap();
    let times = [
        ("modified", advisory.modified),
        ("published", advisory.published),
        ("withdrawn", advisory.withdrawn),
    ];
    for (name, time) in times {
        if let Some(time) = time {
            writeln!(text, "  {name} {time}").unwrap();
        }
    }
    for (name, ids) in [
        ("aliases", &advisory.aliases),
        ("related", &advisory.related),
        ("upstream", &advisory.upstream),
    ] {
        if !ids.is_empty() {
            writeln!(text, "  {name} {}", ids.join(" ")).unwrap();
        }
    }
    for (name, words) in [
        ("summary", &advisory.summary),
        ("details", &advisory.details),
    ] {
        if !words.is_empty() {
            writeln!(text, "  {name} {words:?}").unwrap();
        }
    }
    if let Some(level) = advisory.stated_level {
        writeln!(text, "  level {level}").unwrap();
    }
    for vector in &advisory.severities {
        writeln!(text, "  {} {}", vector.scheme, vector.vector).unwrap();
    }
    for part in &advisory.affected {
        describe_affected(text, part);
    }
    for reference in &advisory.references {
        writeln!(text, "  see {reference}").unwrap();
    }
}

fn describe_affected(text: &mut String, part: &Affected) {
    match &part.package {
        Some(package) => writeln!(text, "  affects {} {}", package.ecosystem(), package.name()),
        None => writeln!(text, "  affects no package"),
    }
    .unwrap();
    if !part.versions.is_empty() {
        writeln!(text, "    versions {:?}", part.versions).unwrap();
    }
    for range in &part.ranges {
        let repository = range.repository.as_deref().unwrap_or_default();
        writeln!(text, "    {:?} {repository} {:?}", range.kind, range.events).unwrap();
    }
    for vector in &part.severities {
        writeln!(text, "    {} {}", vector.scheme, vector.vector).unwrap();
    }
}
