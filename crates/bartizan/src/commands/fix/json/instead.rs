//! As JSON: what to do about libraries of which no release of the carrier is mended.

use std::collections::BTreeSet;

use bartizan_sources::upstream::{CopyFit, FoundCommit, TouchedFile};
use bartizan_vulnerability::backport::{Fit, MendedPackage, Reach};
use serde::Serialize;

use super::super::instead::{Candidate, Instead};

#[derive(Serialize)]
pub(super) struct InsteadJson<'a> {
    group: &'a str,
    system: Vec<SystemJson<'a>>,
    commits: Vec<CommitJson<'a>>,
    needed: &'a [String],
}

#[derive(Serialize)]
struct SystemJson<'a> {
    distribution: &'a str,
    package: &'a str,
    version: &'a str,
    record: &'a str,
}

#[derive(Serialize)]
struct CommitJson<'a> {
    commit: &'a str,
    reach: &'static str,
    since: Option<&'a str>,
    repository: Option<&'a str>,
    address: Option<&'a str>,
    records: &'a BTreeSet<String>,
    found: Vec<FoundJson<'a>>,
    more_than: Option<usize>,
}

#[derive(Serialize)]
struct FoundJson<'a> {
    commit: &'a str,
    repository: String,
    files: Vec<FileJson<'a>>,
    other_files: usize,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    copies: Vec<CopyJson<'a>>,
}

#[derive(Serialize)]
struct CopyJson<'a> {
    of: &'a str,
    file: Option<&'a str>,
    fit: &'static str,
    moved_by: Option<u32>,
    failing: Option<usize>,
    parts: Option<usize>,
}

impl<'a> InsteadJson<'a> {
    pub(super) fn of(instead: &'a Instead) -> Self {
        Self {
            group: &instead.about.group,
            system: instead.system.iter().map(SystemJson::of).collect(),
            commits: instead.commits.iter().map(CommitJson::of).collect(),
            needed: &instead.needed,
        }
    }
}

impl<'a> SystemJson<'a> {
    fn of(mended: &'a MendedPackage) -> Self {
        Self {
            distribution: &mended.distribution,
            package: &mended.package,
            version: &mended.version,
            record: &mended.record,
        }
    }
}

impl<'a> CommitJson<'a> {
    fn of(Candidate { fix, looked }: &'a Candidate) -> Self {
        let (reach, since) = match &fix.reach {
            Reach::Stated => ("stated", None),
            Reach::Referenced => ("referenced", None),
            Reach::Since(after) => ("since", Some(after.as_str())),
        };
        Self {
            commit: &fix.commit,
            reach,
            since,
            repository: fix.repository.as_deref(),
            address: fix.address.as_deref(),
            records: &fix.records,
            found: looked.commits.iter().map(FoundJson::of).collect(),
            more_than: looked.more_than,
        }
    }
}

impl<'a> FoundJson<'a> {
    fn of(found: &'a FoundCommit) -> Self {
        Self {
            commit: &found.commit,
            repository: found.repository.display().to_string(),
            files: found.files.iter().map(FileJson::of).collect(),
            other_files: found.others,
        }
    }
}

impl<'a> FileJson<'a> {
    fn of(file: &'a TouchedFile) -> Self {
        Self {
            path: &file.path,
            copies: file.copies.iter().map(CopyJson::of).collect(),
        }
    }
}

impl<'a> CopyJson<'a> {
    fn of(copy: &'a CopyFit) -> Self {
        let (fit, moved_by, conflict) = match copy.fit {
            None => ("absent", None, None),
            Some(Fit::Present) => ("present", None, None),
            Some(Fit::Clean) => ("clean", None, None),
            Some(Fit::Moved { lines }) => ("moved", Some(lines), None),
            Some(Fit::Conflicts { failing, parts }) => ("conflicts", None, Some((failing, parts))),
            Some(Fit::Unknown) => ("unknown", None, None),
        };
        Self {
            of: &copy.of,
            file: copy.file.as_deref(),
            fit,
            moved_by,
            failing: conflict.map(|(failing, _)| failing),
            parts: conflict.map(|(_, parts)| parts),
        }
    }
}
