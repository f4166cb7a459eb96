//! Finding vulnerabilities: one reading of all records, or of those of one package.
//!
//! A record is found where it alone fits everything that is asked; the vulnerability it speaks of is the answer. Opinions
//! without effect are not searched: `db show` lists them.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use bartizan_formats::snapshot::{SnapshotError, StoredRecord};
use bartizan_model::{
    Timestamp,
    advisory::{Advisory, AliasGroup, RecordKey, Standing},
    ecosystem::{Ecosystem, Package},
    severity::Severity,
};
use bartizan_sources::database::Database;
use bartizan_vulnerability::group::is_cve;

use super::{super::db_show::opinion, Query};

/// The most vulnerabilities that are gathered. Who finds more searches for something narrower.
const MOST_HITS: usize = 10_000;

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The newest first.
    pub(super) hits: Vec<Hit>,
    /// How many would be there too if somebody had rated them.
    pub(super) unrated: usize,
    /// Whether there may be more than were gathered.
    pub(super) is_cut: bool,
}

/// A vulnerability.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) group: AliasGroup,
    pub(super) severity: Severity,
    pub(super) is_known_exploited: bool,
    /// The packages of all its records.
    pub(super) packages: BTreeSet<Package>,
    pub(super) summary: String,
    pub(super) published: Option<Timestamp>,
    pub(super) modified: Option<Timestamp>,
    /// Whether every record was withdrawn.
    pub(super) is_withdrawn: bool,
}

/// Searches a database.
pub(super) fn find(database: &Database, query: &Query) -> Result<Found, SnapshotError> {
    let mut groups: BTreeMap<String, AliasGroup> = BTreeMap::new();
    let mut found = Found::default();
    let mut take = |stored: StoredRecord| -> Result<bool, SnapshotError> {
        if !fits(&stored, query) {
            return Ok(true);
        }
        for group in database.groups_of(&stored.key.id)? {
            if group.records.contains(&stored.key)
                && let Entry::Vacant(place) = groups.entry(group.key.clone())
            {
                place.insert(group);
            }
        }
        found.is_cut = groups.len() >= MOST_HITS;
        Ok(!found.is_cut)
    };
    if let Some(keys) = keys_of_package(database, query)? {
        for key in keys {
            let stored = database.record(&key)?;
            if let Some(stored) = stored
                && !take(stored)?
            {
                break;
            }
        }
    } else {
        for stored in database.records()? {
            if !take(stored?)? {
                break;
            }
        }
    }
    for group in groups.into_values() {
        let hit = hit(database, group)?;
        match (query.severity, hit.severity.level) {
            (Some(_), None) => found.unrated += 1,
            (Some(wanted), Some(level)) if level < wanted => {}
            _ => found.hits.push(hit),
        }
    }
    found
        .hits
        .sort_by(|a, b| (b.published, &a.group.key).cmp(&(a.published, &b.group.key)));
    Ok(found)
}

/// The records of a package, where the query names one wholly; the index answers then.
fn keys_of_package(
    database: &Database,
    query: &Query,
) -> Result<Option<BTreeSet<RecordKey>>, SnapshotError> {
    let (Some(name), Some(ecosystem)) = (&query.package, &query.ecosystem) else {
        return Ok(None);
    };
    let ecosystem = match ecosystem {
        any if any.eq_ignore_ascii_case("pypi") => Ecosystem::pypi(),
        any => Ecosystem::new(any.as_str()),
    };
    // Of `Debian` every release is meant, and whatever may be written otherwise is looked for everywhere.
    let is_whole = ecosystem == Ecosystem::pypi() || ecosystem.as_str().contains(':');
    let Some(known) = database
        .package(&Package::new(ecosystem, name))?
        .filter(|_| is_whole)
    else {
        return Ok(None);
    };
    let keys = known.entries.into_iter().map(|entry| RecordKey {
        id: entry.id,
        source: entry.source,
    });
    Ok(Some(keys.collect()))
}

fn fits(stored: &StoredRecord, query: &Query) -> bool {
    if stored.standing == Standing::Opinion {
        return false;
    }
    // To take a record apart costs much more than to see that a word is nowhere in it.
    let is_plain = |word: &&String| {
        word.bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let mut plain = query.words.iter().filter(is_plain).peekable();
    if plain.peek().is_some() {
        let raw = stored.raw.to_ascii_lowercase();
        if !plain.all(|word| raw.contains(word.as_str())) {
            return false;
        }
    }
    let Some(record) = opinion::parsed(&stored.key, &stored.raw) else {
        return false;
    };
    let is_named = query.package.is_none() && query.ecosystem.is_none()
        || packages(&record).any(|package| is_asked_for(package, query));
    is_named && query.words.iter().all(|word| holds(&record, word))
}

fn packages(record: &Advisory) -> impl Iterator<Item = &Package> {
    record
        .affected
        .iter()
        .filter_map(|part| part.package.as_ref())
}

fn is_asked_for(package: &Package, query: &Query) -> bool {
    let ecosystem = package.ecosystem();
    let is_of = |wanted: &String| {
        ecosystem.as_str().eq_ignore_ascii_case(wanted)
            || ecosystem.family().eq_ignore_ascii_case(wanted)
    };
    let is_called = |wanted: &String| {
        let wanted = Package::new(ecosystem.clone(), wanted);
        wanted.name().eq_ignore_ascii_case(package.name())
    };
    query.ecosystem.as_ref().is_none_or(is_of) && query.package.as_ref().is_none_or(is_called)
}

/// Whether a word, in lower case, is somewhere in what people read of a record.
fn holds(record: &Advisory, word: &str) -> bool {
    let texts = [&record.id, &record.summary, &record.details];
    let ids = record.aliases.iter().chain(&record.upstream);
    let names = packages(record).map(Package::name);
    let mut texts = texts
        .into_iter()
        .chain(ids)
        .map(String::as_str)
        .chain(names);
    texts.any(|text| text.to_lowercase().contains(word))
}

fn hit(database: &Database, group: AliasGroup) -> Result<Hit, SnapshotError> {
    let mut records = Vec::new();
    for key in &group.records {
        let stored = database.record(key)?;
        let stored = stored.filter(|stored| stored.standing != Standing::Opinion);
        records.extend(stored.and_then(|stored| opinion::parsed(key, &stored.raw)));
    }
    let live = || records.iter().filter(|record| record.withdrawn.is_none());
    let is_withdrawn = live().next().is_none();
    let said: Vec<&Advisory> = if is_withdrawn {
        records.iter().collect()
    } else {
        live().collect()
    };
    let cve = Some(group.shown_as.as_str()).filter(|id| is_cve(id));
    let exploited = cve.map(|cve| database.known_exploited(cve)).transpose()?;
    let summary = |record: &&&Advisory| !record.summary.is_empty();
    let first_line = |record: &Advisory| {
        let text = if record.summary.is_empty() {
            &record.details
        } else {
            &record.summary
        };
        text.lines().next().unwrap_or_default().trim().to_owned()
    };
    let told = said.iter().find(summary).or(said.first());
    Ok(Hit {
        severity: opinion::severity_of(said.iter().copied()),
        is_known_exploited: exploited.flatten().is_some(),
        packages: said
            .iter()
            .flat_map(|record| packages(record).cloned())
            .collect(),
        summary: told.map(|record| first_line(record)).unwrap_or_default(),
        published: said.iter().filter_map(|record| record.published).min(),
        modified: said.iter().filter_map(|record| record.modified).max(),
        is_withdrawn,
        group,
    })
}
