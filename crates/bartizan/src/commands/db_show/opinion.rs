//! What the sources say about one vulnerability.

use std::collections::BTreeSet;

use bartizan_formats::advisory::{self, Statement};
use bartizan_model::{
    advisory::{
        Advisory, Affected, AliasGroup, Epss, Event, KnownExploited, Range, RangeKind, RecordKey,
        Standing,
    },
    severity::{Severity, SeverityVector},
};
use bartizan_sources::database::Database;
use bartizan_vulnerability::{
    disagreement::{Disagreement, disagreements},
    group::is_cve,
    severity,
};

use crate::error::{Failure, chain};

/// A group with everything that the database says about it.
pub(super) struct Opinions {
    pub(super) group: AliasGroup,
    /// The records that count, in the order of the group.
    pub(super) records: Vec<Advisory>,
    /// Records of feeds that may not speak for them. They have no effect.
    pub(super) without_effect: Vec<Advisory>,
    /// The ids upstream of the records, and those upstream of these, sorted.
    pub(super) upstream: Vec<String>,
    /// Records that the database holds but that could not be read.
    pub(super) unread: Vec<String>,
    pub(super) severity: Severity,
    pub(super) epss: Option<Epss>,
    pub(super) known_exploited: Option<KnownExploited>,
    pub(super) disagreements: Vec<Disagreement>,
}

/// The groups that an id belongs to. There may be several where different CVEs were kept apart.
pub(super) fn of(database: &Database, id: &str) -> Result<Vec<Opinions>, Failure> {
    let groups = database.groups_of(id).map_err(|error| failed(id, &error))?;
    groups
        .into_iter()
        .map(|group| opinions(database, group))
        .collect()
}

fn opinions(database: &Database, group: AliasGroup) -> Result<Opinions, Failure> {
    let (mut records, mut without_effect, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for key in &group.records {
        let stored = database
            .record(key)
            .map_err(|error| failed(&key.id, &error))?;
        let standing = stored.as_ref().map(|stored| stored.standing);
        match stored.and_then(|stored| parsed(key, &stored.raw)) {
            Some(record) if standing == Some(Standing::Opinion) => without_effect.push(record),
            Some(record) => records.push(record),
            None => unread.push(format!("{} ({})", key.id, key.source)),
        }
    }
    let cve = Some(group.shown_as.as_str()).filter(|id| is_cve(id));
    let epss = cve
        .map(|cve| database.epss(cve))
        .transpose()
        .map_err(|error| failed(&group.key, &error))?;
    let exploited = cve.map(|cve| database.known_exploited(cve)).transpose();
    let exploited = exploited.map_err(|error| failed(&group.key, &error))?;
    Ok(Opinions {
        severity: severity_of(records.iter().filter(|record| record.withdrawn.is_none())),
        epss: epss.flatten(),
        known_exploited: exploited.flatten(),
        disagreements: disagreements(&records),
        upstream: upstream(database, &records)?,
        group,
        records,
        without_effect,
        unread,
    })
}

/// The most ids upstream of a vulnerability that are followed.
const MOST_UPSTREAM: usize = 256;

/// Everything upstream of records: `upstream` is transitive, though it never makes two vulnerabilities one.
fn upstream(database: &Database, records: &[Advisory]) -> Result<Vec<String>, Failure> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = ids_upstream(records);
    while let Some(id) = open.pop() {
        if found.len() >= MOST_UPSTREAM || found.contains(&id) {
            continue;
        }
        let stored = database
            .records_of(&id)
            .map_err(|error| failed(&id, &error))?;
        let counts = stored
            .into_iter()
            .filter(|stored| stored.standing != Standing::Opinion && stored.key.id == id);
        let next: Vec<Advisory> = counts
            .filter_map(|stored| parsed(&stored.key, &stored.raw))
            .collect();
        open.extend(ids_upstream(&next));
        found.insert(id);
    }
    for record in records {
        found.remove(&record.id);
    }
    Ok(found.into_iter().collect())
}

/// A withdrawn record says nothing of what it is derived from.
fn ids_upstream(records: &[Advisory]) -> Vec<String> {
    let live = records.iter().filter(|record| record.withdrawn.is_none());
    live.flat_map(|record| record.upstream.iter().cloned())
        .collect()
}

/// What Bartizan understands of a stored record; `None` when it understands it no longer.
pub(in crate::commands) fn parsed(key: &RecordKey, raw: &str) -> Option<Advisory> {
    let reading = advisory::read(&key.id, raw.as_bytes());
    let record = reading
        .statements
        .into_iter()
        .find_map(|statement| match statement {
            Statement::Record(record) if record.advisory.id == key.id => Some(record.advisory),
            _ => None,
        })?;
    Some(Advisory {
        source: key.source.clone(),
        ..record
    })
}

fn failed(id: &str, error: &bartizan_formats::snapshot::SnapshotError) -> Failure {
    Failure::data(format!("cannot look up `{id}`: {}", chain(error))).hint(error.hint())
}

/// The worst severity that any of the records states.
pub(in crate::commands) fn severity_of<'a>(
    records: impl IntoIterator<Item = &'a Advisory>,
) -> Severity {
    let records: Vec<&Advisory> = records.into_iter().collect();
    let vectors: Vec<SeverityVector> = records
        .iter()
        .flat_map(|record| {
            record
                .severities
                .iter()
                .chain(record.affected.iter().flat_map(|part| &part.severities))
        })
        .cloned()
        .collect();
    severity::worst(
        &vectors,
        records
            .iter()
            .filter_map(|record| record.stated_level)
            .max(),
    )
}

/// The ranges of a part in words, commits shortened.
pub(super) fn ranges(part: &Affected) -> Vec<String> {
    part.ranges.iter().map(range).collect()
}

fn range(range: &Range) -> String {
    let is_git = range.kind == RangeKind::Git;
    let name = |text: &str| {
        if is_git {
            text.chars().take(12).collect()
        } else {
            text.to_owned()
        }
    };
    let event = |event: &Event| match event {
        Event::Introduced(version) if version == "0" => "from the beginning".to_owned(),
        Event::Introduced(version) => format!("from {}", name(version)),
        Event::Fixed(version) => format!("fixed in {}", name(version)),
        Event::LastAffected(version) => format!("up to {}", name(version)),
        Event::Limit(version) => format!("nothing said from {}", name(version)),
    };
    let words = range
        .events
        .iter()
        .map(event)
        .collect::<Vec<_>>()
        .join(", ");
    match (&range.repository, is_git) {
        (Some(repository), true) => format!("commits of {repository}: {words}"),
        (None, true) => format!("commits: {words}"),
        _ => words,
    }
}

/// The versions that a part names as fixed.
pub(super) fn fixed(part: &Affected) -> Vec<&str> {
    let events = part
        .ranges
        .iter()
        .filter(|range| range.kind != RangeKind::Git)
        .flat_map(|range| &range.events);
    let fixed = events.filter_map(|event| match event {
        Event::Fixed(version) => Some(version.as_str()),
        _ => None,
    });
    fixed.collect()
}
