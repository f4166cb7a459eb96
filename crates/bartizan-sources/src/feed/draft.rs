//! Starting a record: an id that nobody has, and ranges from the commits that fixed it.
//!
//! An id is the largest number of its year plus one, over the files that are there and those that any branch of
//! the repository ever held: a number that was given out once stays with its vulnerability. Two processes at
//! once cannot take the same, because the file is made only where there is none.

mod ranges;
mod record;

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_formats::{
    advisory::osv::validate::{Complaint, Weight, is_feed_id, number_of, validate},
    feed::{FeedError, FeedManifest, MANIFEST, read_manifest},
};
use bartizan_model::{Timestamp, ecosystem::Package};
use thiserror::Error;

use self::record::Record;
use super::files;
use crate::git::program::{self as git, GitError};

/// How many processes may take a number before this one gives up.
const MOST_TRIES: u64 = 1000;

/// What is known of the new vulnerability.
#[derive(Debug, Clone)]
pub struct DraftRequest {
    /// The feed's directory.
    pub directory: PathBuf,
    /// The id, where it was given out elsewhere.
    pub id: Option<String>,
    /// The prefix of the id; the feed's first where none is named.
    pub prefix: Option<String>,
    /// The package; the feed's only one where none is named.
    pub package: Option<Package>,
    /// What it is, in one line.
    pub summary: String,
    /// The first affected version; from the beginning where none is named.
    pub introduced: Option<String>,
    /// The first version that is no longer affected.
    pub fixed: Option<String>,
    /// Ids that others gave it.
    pub aliases: Vec<String>,
    /// The commits that fixed it.
    pub commits: Option<FromCommits>,
    /// The time of the record.
    pub now: Timestamp,
}

/// Commits, each of which fixed it on the branches that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromCommits {
    /// The repository of the package.
    pub repository: PathBuf,
    /// The commits.
    pub revisions: Vec<String>,
}

/// A record that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// Its id.
    pub id: String,
    /// Its file.
    pub path: PathBuf,
    /// What the author should know of it.
    pub notes: Vec<String>,
    /// What the schema has to say.
    pub complaints: Vec<Complaint>,
}

/// Why no record was started.
#[derive(Debug, Error)]
pub enum DraftError {
    /// The feed cannot be read.
    #[error("cannot read the feed")]
    Feed(#[from] FeedError),
    /// Something is neither named nor known from the feed.
    #[error("which {what} is not known")]
    Unknown {
        /// What.
        what: &'static str,
    },
    /// The id is not one of the feed.
    #[error("`{id}` is not PREFIX-YEAR-NUMBER with a prefix of the feed")]
    Id {
        /// The id.
        id: String,
    },
    /// The id is taken.
    #[error("the id `{id}` is taken")]
    Taken {
        /// The id.
        id: String,
    },
    /// Git gave no answer.
    #[error("cannot ask git")]
    Git(#[from] GitError),
    /// The record would be wrong.
    #[error("{message}")]
    Wrong {
        /// What would be wrong.
        message: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl DraftError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Feed(error) => error.hint(),
            Self::Unknown { .. } => {
                "name it with `--prefix` and `--package`, or publish the feed with both once"
            }
            Self::Id { .. } => "leave out `--id`, and one is given out",
            Self::Taken { .. } => "leave out `--id`; a number stays with its vulnerability",
            Self::Git(_) => {
                "`--repository` takes a clone with its tags, and `--from-commit` a commit in it"
            }
            Self::Wrong { remedy, .. } => remedy,
            Self::Write { .. } => "check the permissions of the directory",
        }
    }
}

/// Writes a new record.
pub fn draft(request: &DraftRequest) -> Result<Drafted, DraftError> {
    let manifest = manifest(&request.directory)?;
    let package = package(request, manifest.as_ref())?;
    let mut notes = Vec::new();
    let mut record = Record::new(request, &package);
    match &request.commits {
        Some(commits) => ranges::from_commits(&mut record, request, commits, &mut notes)?,
        None => record.range(request.introduced.as_deref(), request.fixed.as_deref()),
    }
    let (prefix, mut number) = place(request, manifest.as_ref())?;
    for _ in 0..MOST_TRIES {
        let year = request.now.strftime("%Y");
        let id = request
            .id
            .clone()
            .unwrap_or_else(|| format!("{prefix}-{year}-{number}"));
        let text = record.text(&id);
        let complaints = validate(text.as_bytes(), request.now);
        if let Some(error) = complaints
            .iter()
            .find(|complaint| complaint.weight == Weight::Error)
        {
            return Err(DraftError::Wrong {
                message: format!(
                    "the record would be wrong at `{}`: {}",
                    error.pointer, error.message
                ),
                remedy: error.remedy,
            });
        }
        let path = request.directory.join(format!("{id}.json"));
        match write_new(&path, &text) {
            Ok(()) => {
                return Ok(Drafted {
                    id,
                    path,
                    notes,
                    complaints,
                });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && request.id.is_none() => {
                number += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(DraftError::Taken { id });
            }
            Err(source) => return Err(DraftError::Write { path, source }),
        }
    }
    let id = format!("{prefix}-{number}");
    Err(DraftError::Taken { id })
}

fn manifest(directory: &Path) -> Result<Option<FeedManifest>, DraftError> {
    match std::fs::read(directory.join(MANIFEST)) {
        Ok(bytes) => Ok(Some(read_manifest(&bytes)?)),
        Err(_none) => Ok(None),
    }
}

fn package(request: &DraftRequest, manifest: Option<&FeedManifest>) -> Result<Package, DraftError> {
    let only = || match manifest?.packages.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    let unknown = DraftError::Unknown { what: "package" };
    request.package.clone().or_else(only).ok_or(unknown)
}

/// The prefix of the id, and the first number that nobody has.
fn place(
    request: &DraftRequest,
    manifest: Option<&FeedManifest>,
) -> Result<(String, u64), DraftError> {
    let own = manifest.map_or(&[][..], |manifest| &manifest.prefixes);
    let id = request.id.as_deref();
    let known = id.and_then(|id| id.split('-').next()).map(str::to_owned);
    let first = || own.first().cloned();
    let prefix = request.prefix.clone().or(known).or_else(first);
    let prefix = prefix.ok_or(DraftError::Unknown { what: "prefix" })?;
    let is_own = own.is_empty() || own.contains(&prefix);
    if let Some(id) = id.filter(|id| !is_own || !is_feed_id(id, &prefix)) {
        return Err(DraftError::Id { id: id.to_owned() });
    }
    if !is_own {
        return Err(DraftError::Unknown { what: "prefix" });
    }
    let start = match id {
        Some(id) => id.to_owned(),
        None => format!("{prefix}-{}-", request.now.strftime("%Y")),
    };
    let mut names = git::names_ever(&request.directory, &start)?;
    let there = files::directory(&request.directory)?;
    names.extend(
        there
            .keys()
            .filter_map(|path| path.rsplit('/').next())
            .map(str::to_owned),
    );
    let ids = names.iter().filter_map(|name| name.strip_suffix(".json"));
    if let Some(id) = id {
        if ids.into_iter().any(|known| known.eq_ignore_ascii_case(id)) {
            return Err(DraftError::Taken { id: id.to_owned() });
        }
        return Ok((prefix, 0));
    }
    let numbers = ids
        .filter(|id| id.starts_with(&start))
        .filter_map(|id| number_of(id, &prefix));
    let largest = numbers.map(|(_, number)| number).max().unwrap_or_default();
    Ok((prefix, largest + 1))
}

/// Writes a file where there is none; one of another process is never overwritten.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
