//! What the tests of all formats share: a print of advisories (one line a field, nothing that is empty)
//! and values of JSON that resemble records.

use std::fmt::Write;

use bartizan_model::advisory::{Advisory, Affected};
use proptest::prelude::*;
use serde_json::Value;

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
                    "exploited {} {:?}{ransomware}",
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

/// Values made of the keys and words that records are made of, in all the wrong places.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let words = "id|package|name|ecosystem|purl|PyPI|pkg:pypi/x|versions|ranges|type|GIT|events|introduced|0|1[.]0|\
        fixed|severity|score|database_specific|cna|adp|containers|affected|version|lessThan|status|changes|at|metrics";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        words.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(words, inner, 0..6)
                .prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}
