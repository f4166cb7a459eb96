//! A wheel held against what it says of itself: its `RECORD`, and what runs without being asked for; a package of conda against
//! its list of paths.
//!
//! The archive is read member by member and nothing is unpacked. What is found is a fact with its member; whether a file
//! that runs at every start of Python is right is for people to say.

mod commands;
mod conda;
pub mod installed;

pub use self::conda::conda_package;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Seek},
    ops::ControlFlow,
};

use crate::checks::{
    CHANGED_MEMBER, Check, DUPLICATE_MEMBER, ESCAPING_MEMBER, MISSING_MEMBER, STARTUP_CODE,
    UNLISTED_MEMBER, UNREADABLE_RECORD,
};
use bartizan_formats::{
    archive::{ArchiveError, Limits, is_plain_name, zip},
    digest::Digest,
    record::{self, Recorded},
};

/// The most findings of one check that are kept; more say nothing more.
const MOST_FINDINGS: usize = 100;

/// The largest file that is kept to be read: a `RECORD` of a hundred thousand lines has ten megabytes.
const LARGEST_KEPT: usize = 64 << 20;

/// Something about the content of a wheel or a package of conda.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentFinding {
    /// Where: a member, or a line of its `RECORD`.
    pub member: String,
    /// What, as an id of a check.
    pub check: &'static str,
    /// It in words.
    pub message: String,
}

/// What was seen of one member.
struct Seen {
    name: String,
    digest: Result<Digest, String>,
}

/// Looks at a wheel; an error where it is no archive that can be read.
pub fn wheel(file: impl Read + Seek) -> Result<Vec<ContentFinding>, ArchiveError> {
    let mut seen = Vec::new();
    let mut kept = BTreeMap::new();
    let mut buffer = Vec::new();
    zip::visit(file, &Limits::NATIVE, &mut |member| {
        let name = member.name().to_owned();
        let digest = match member.read_if(&mut buffer, &mut |_| true) {
            Ok(_) => Ok(Digest::of(&buffer)),
            Err(error) => Err(error.to_string()),
        };
        if digest.is_ok() && is_read(&name) && buffer.len() <= LARGEST_KEPT {
            kept.insert(name.clone(), buffer.clone());
        }
        seen.push(Seen { name, digest });
        Ok::<_, ArchiveError>(ControlFlow::Continue(()))
    })?;
    let mut findings = Findings::default();
    names(&seen, &mut findings);
    listed(&seen, &kept, &mut findings);
    startup(&kept, &mut findings);
    let all: Vec<&str> = seen.iter().map(|it| it.name.as_str()).collect();
    commands::shadowing(&all, &kept, &mut findings);
    Ok(findings.sorted())
}

/// Whether the text of a member is looked at.
fn is_read(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    is_record(name) || file == "entry_points.txt" || file.strip_suffix(".pth").is_some()
}

fn is_record(name: &str) -> bool {
    matches!(name.split_once('/'), Some((folder, "RECORD")) if folder.ends_with(".dist-info"))
}

/// What is found, bounded for each check.
#[derive(Default)]
struct Findings(BTreeMap<&'static str, BTreeSet<ContentFinding>>);

impl Findings {
    fn add(&mut self, check: &'static Check, member: &str, message: impl Into<String>) {
        let of_check = self.0.entry(check.id).or_default();
        if of_check.len() < MOST_FINDINGS {
            of_check.insert(ContentFinding {
                member: member.to_owned(),
                check: check.id,
                message: message.into(),
            });
        }
    }

    fn sorted(self) -> Vec<ContentFinding> {
        let mut all: Vec<ContentFinding> = self.0.into_values().flatten().collect();
        all.sort();
        all
    }
}

/// Names that climb out of their folder, and names that stand twice: unpackers differ about the latter.
fn names(seen: &[Seen], findings: &mut Findings) {
    let mut known = BTreeSet::new();
    for Seen { name, .. } in seen {
        if !is_plain_name(name) {
            findings.add(
                &ESCAPING_MEMBER,
                name,
                "leads out of the folder it is unpacked into",
            );
        }
        if !known.insert(name.as_str()) {
            findings.add(&DUPLICATE_MEMBER, name, "is in the archive twice");
        }
    }
}

/// The members against the `RECORD`.
fn listed(seen: &[Seen], kept: &BTreeMap<String, Vec<u8>>, findings: &mut Findings) {
    let mut records = kept.iter().filter(|(name, _)| is_record(name));
    let (Some((name, bytes)), None) = (records.next(), records.next()) else {
        findings.add(
            &UNREADABLE_RECORD,
            "RECORD",
            "there is not exactly one that can be read",
        );
        return;
    };
    let mut lines: BTreeMap<String, Recorded> = BTreeMap::new();
    for line in record::entries(bytes) {
        if line.is_damaged {
            findings.add(
                &UNREADABLE_RECORD,
                &line.path,
                "the line states a digest that cannot be read",
            );
        }
        if !is_plain_name(&line.path) {
            findings.add(
                &ESCAPING_MEMBER,
                &line.path,
                "a line of RECORD leads out of the folder",
            );
        }
        match lines.get(&line.path) {
            Some(known) if known.digest != line.digest => {
                findings.add(
                    &DUPLICATE_MEMBER,
                    &line.path,
                    "RECORD lists it twice, with two digests",
                );
            }
            _ => {
                lines.insert(line.path.clone(), line);
            }
        }
    }
    for member in seen {
        one(member, lines.remove(&member.name).as_ref(), name, findings);
    }
    for path in lines.keys() {
        // What stands twice in the archive was removed with the first.
        if seen.iter().all(|member| member.name != *path) {
            findings.add(
                &MISSING_MEMBER,
                path,
                "RECORD lists it, and it is not there",
            );
        }
    }
}

fn one(member: &Seen, line: Option<&Recorded>, record: &str, findings: &mut Findings) {
    let name = &member.name;
    // Signatures of the record cannot be in it, and it has no digest of itself.
    if name == record
        || [".jws", ".p7s"]
            .iter()
            .any(|it| name.strip_suffix(it) == Some(record))
    {
        return;
    }
    let actual = match &member.digest {
        Ok(digest) => digest,
        Err(why) => {
            findings.add(&CHANGED_MEMBER, name, format!("cannot be read: {why}"));
            return;
        }
    };
    let Some(line) = line else {
        findings.add(&UNLISTED_MEMBER, name, "RECORD does not list it");
        return;
    };
    match &line.digest {
        Some((algorithm, digest)) if algorithm == "sha256" => {
            if digest != &actual.0 {
                findings.add(
                    &CHANGED_MEMBER,
                    name,
                    "RECORD states the digest of other bytes",
                );
            }
        }
        Some(_) => findings.add(
            &UNREADABLE_RECORD,
            name,
            "RECORD states a digest that is not by SHA-256; it was not compared",
        ),
        None if line.is_damaged => {}
        None => findings.add(&UNLISTED_MEMBER, name, "RECORD lists it without a digest"),
    }
}

/// Files that Python reads at every start (<https://docs.python.org/3/library/site.html>).
fn startup(kept: &BTreeMap<String, Vec<u8>>, findings: &mut Findings) {
    for (name, bytes) in kept {
        if name.strip_suffix(".pth").is_none() || !is_at_top(name) {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        let code = text
            .lines()
            .find(|line| line.starts_with("import ") || line.starts_with("import\t"));
        if let Some(line) = code {
            let shown: String = line
                .chars()
                .take(120)
                .flat_map(char::escape_default)
                .collect();
            findings.add(
                &STARTUP_CODE,
                name,
                format!("runs at every start of Python: `{shown}`"),
            );
        }
    }
}

/// Whether a member lands at the top of a site directory, where `site` looks.
fn is_at_top(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        [_] => true,
        [data, "purelib" | "platlib", _] => data.strip_suffix(".data").is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
