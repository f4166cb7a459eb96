//! How long the vulnerabilities of a project have been public.

use std::collections::BTreeMap;

use bartizan_model::{
    Timestamp, advisory::RecordKey, assessment::ProjectAssessment, finding::VulnerabilityFinding,
    problem::Problem, severity::SeverityLevel,
};
use bartizan_vulnerability::measures::OLD_AFTER_DAYS;

use crate::project::Inputs;

/// The classes of ages, by the most days of each.
const CLASSES: [(i64, &str); 4] = [
    (30, "up to 30 days"),
    (OLD_AFTER_DAYS, "31 to 90 days"),
    (365, "91 to 365 days"),
    (i64::MAX, "more than a year"),
];

/// Where no record states the day.
const UNDATED: &str = "day not stated";

/// When each vulnerability was published, by what it is shown under.
pub(super) struct Ages {
    published: BTreeMap<String, Option<Timestamp>>,
    as_of: Timestamp,
}

impl Ages {
    pub(super) fn of(
        inputs: &Inputs<'_>,
        findings: &[VulnerabilityFinding],
        said: &mut ProjectAssessment,
    ) -> Self {
        let mut published: BTreeMap<String, Option<Timestamp>> = BTreeMap::new();
        for finding in findings {
            let records = finding.matched.iter().map(|matched| RecordKey {
                id: matched.record.clone(),
                source: matched.source.clone(),
            });
            let records: Vec<RecordKey> = records.collect();
            let first = match inputs.database.published(&records) {
                Ok(first) => first,
                Err(error) => {
                    let problem = Problem::new(&finding.group, error.to_string());
                    said.problems.push(problem);
                    None
                }
            };
            let known = published.entry(finding.group.clone()).or_default();
            *known = [*known, first].into_iter().flatten().min();
        }
        Self {
            published,
            as_of: inputs.as_of,
        }
    }

    /// How many vulnerabilities there are.
    pub(super) fn groups(&self) -> usize {
        self.published.len()
    }

    /// When one was published.
    pub(super) fn published(&self, group: &str) -> Option<Timestamp> {
        self.published.get(group).copied().flatten()
    }

    /// How many are old, out of those whose day is known.
    pub(super) fn old(&self) -> (usize, usize) {
        let days: Vec<i64> = self.days().flatten().collect();
        let old = days.iter().filter(|days| **days > OLD_AFTER_DAYS).count();
        (old, days.len())
    }

    /// How many are of each class, those that occur.
    pub(super) fn classes(&self) -> Vec<(String, f64)> {
        let class = |days: Option<i64>| {
            let days = days.and_then(|days| CLASSES.iter().find(|(most, _)| days <= *most));
            days.map_or(UNDATED, |(_, name)| *name)
        };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for days in self.days() {
            *counts.entry(class(days)).or_default() += 1;
        }
        let names = CLASSES.iter().map(|(_, name)| *name).chain([UNDATED]);
        let shares = names.filter_map(|name| Some((name.to_owned(), *counts.get(name)? as f64)));
        shares.collect()
    }

    fn days(&self) -> impl Iterator<Item = Option<i64>> {
        self.published.values().map(|published| {
            let published = (*published)?;
            Some((self.as_of.as_second() - published.as_second()).div_euclid(86_400))
        })
    }
}

/// How many vulnerabilities there are of each severity, the worst first.
pub(super) fn by_severity(findings: &[VulnerabilityFinding]) -> Vec<(String, f64)> {
    let mut worst: BTreeMap<&str, Option<SeverityLevel>> = BTreeMap::new();
    for finding in findings {
        let level = worst.entry(super::key(finding)).or_default();
        *level = (*level).max(finding.severity.level);
    }
    let mut shares = Vec::new();
    for level in SeverityLevel::ALL.into_iter().rev().map(Some).chain([None]) {
        let count = worst.values().filter(|it| **it == level).count();
        if count > 0 {
            let name = level.map_or("not stated", SeverityLevel::as_str);
            shares.push((name.to_owned(), count as f64));
        }
    }
    shares
}

/// How often each word occurs, by word.
pub(super) fn counted<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(String, f64)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let counts = counts.into_iter();
    counts
        .map(|(word, count)| (word.to_owned(), count as f64))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_vulnerability_is_of_one_class() {
        let day = |text: &str| format!("{text}T12:00:00Z").parse::<Timestamp>().ok();
        let ages = Ages {
            published: [
                ("a", day("2026-11-01")),
                ("b", day("2026-08-27")),
                ("c", day("2026-08-26")),
                ("d", day("2020-01-01")),
                ("e", None),
                // A clock that is wrong makes nothing old.
                ("f", day("2027-01-01")),
            ]
            .map(|(name, published)| (name.to_owned(), published))
            .into(),
            as_of: day("2026-11-25").unwrap(),
        };
        insta::assert_snapshot!(format!("{:?} old {:?}", ages.classes(), ages.old()), @r#"[("up to 30 days", 2.0), ("31 to 90 days", 1.0), ("91 to 365 days", 1.0), ("more than a year", 1.0), ("day not stated", 1.0)] old (2, 5)"#);
    }
}
