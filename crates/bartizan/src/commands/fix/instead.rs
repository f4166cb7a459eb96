//! What to do about a library of which no release of its carrier is mended: build against a distribution's, or take
//! upstream's commits. What the records of the database say, and what the user's own directories say about it.

use std::path::PathBuf;

use bartizan_formats::{advisory::fixed_spans, snapshot::StoredRecord};
use bartizan_model::advisory::{Advisory, Standing};
use bartizan_native::knowledge::{Knowledge, Library};
use bartizan_sources::{
    database::Database,
    upstream::{LookedFor, SourceFolders},
};
use bartizan_vulnerability::backport::{FixCommit, MendedPackage, fix_commits, mended_packages};

use super::{super::db_show::opinion::parsed, libraries::Unmended};
use crate::error::{Failure, chain};

/// How many vulnerabilities it is looked for.
const MOST: usize = 64;

/// The keys of distributions in the table of libraries.
const DISTRIBUTIONS: [&str; 3] = ["almalinux", "alpine", "debian"];

/// What to do about one vulnerability.
pub(super) struct Instead {
    pub(super) about: Unmended,
    /// The distributions whose package of the library is mended.
    pub(super) system: Vec<MendedPackage>,
    /// The commits that may be backported.
    pub(super) commits: Vec<Candidate>,
    /// What would have to be known to say more.
    pub(super) needed: Vec<String>,
}

/// A commit with what the user's directories say of it.
pub(super) struct Candidate {
    pub(super) fix: FixCommit,
    pub(super) looked: LookedFor,
}

/// Opens the directories that the user names.
pub(super) fn sources(paths: &[PathBuf]) -> Result<SourceFolders, Failure> {
    SourceFolders::open(paths).map_err(|error| {
        Failure::usage(chain(&error))
            .hint("`--source` takes a clone of a project, bare or checked out, or a directory of source code")
    })
}

/// What to do about each of these.
pub(super) fn of(
    database: &Database,
    unmended: Vec<Unmended>,
    sources: &SourceFolders,
) -> Result<Vec<Instead>, Failure> {
    let unmended = unmended.into_iter().take(MOST);
    unmended
        .map(|about| one(database, about, sources))
        .collect()
}

fn one(database: &Database, about: Unmended, sources: &SourceFolders) -> Result<Instead, Failure> {
    let stored = records(database, &about.group)?;
    let read = stored.iter().filter_map(|stored| {
        let record = parsed(&stored.key, &stored.raw)?;
        Some((record, fixed_spans(&stored.raw)))
    });
    let records: Vec<(Advisory, Vec<(String, String)>)> = read.collect();
    let knowledge = Knowledge::embedded();
    let known = knowledge.by_stated_name(&about.library.to_lowercase());
    let known = known.and_then(|place| knowledge.libraries().get(place));
    let is_library =
        |name: &str| name == about.library || known.is_some_and(|it| is_called(it, name));
    let stated: Vec<_> = records
        .iter()
        .map(|(record, spans)| (record, spans.clone()))
        .collect();
    let mut commits = Vec::new();
    for fix in fix_commits(&stated) {
        let looked = sources.look(&fix, &about.library, &about.version);
        let looked = looked.map_err(|error| Failure::usage(chain(&error)))?;
        commits.push(Candidate { fix, looked });
    }
    Ok(Instead {
        system: mended_packages(records.iter().map(|(record, _)| record), &is_library),
        needed: needed(&commits),
        commits,
        about,
    })
}

/// The records that count of a vulnerability.
fn records(database: &Database, group: &str) -> Result<Vec<StoredRecord>, Failure> {
    let failed = |error| Failure::data(format!("cannot look up `{group}`: {}", chain(&error)));
    let mut records = Vec::new();
    for found in database.groups_of(group).map_err(failed)? {
        for key in &found.records {
            records.extend(database.record(key).map_err(failed)?);
        }
    }
    records.retain(|stored| stored.standing != Standing::Opinion);
    records.sort_by(|a, b| a.key.cmp(&b.key));
    records.dedup_by(|b, a| a.key == b.key);
    Ok(records)
}

/// Whether a distribution calls a library so.
fn is_called(library: &Library, name: &str) -> bool {
    let names = DISTRIBUTIONS
        .iter()
        .filter_map(|key| library.advisories.get(*key));
    names.flatten().any(|own| own == name)
}

/// What the user would have to give so that more is known.
fn needed(commits: &[Candidate]) -> Vec<String> {
    if commits.is_empty() {
        return vec!["no record of the database names a commit".to_owned()];
    }
    let is_missing = |candidate: &&Candidate| {
        candidate.looked.commits.is_empty() && candidate.looked.more_than.is_none()
    };
    let missing = commits.iter().filter(is_missing);
    let mut repositories: Vec<&str> = missing
        .map(|candidate| candidate.fix.repository.as_deref())
        .map(|repository| repository.map_or("the project", |it| it.trim_end_matches(".git")))
        .collect();
    repositories.sort_unstable();
    repositories.dedup();
    let clones = repositories.into_iter().map(|repository| {
        format!(
            "name a clone of {repository} by `--source` to see the files and whether it applies"
        )
    });
    clones.collect()
}
