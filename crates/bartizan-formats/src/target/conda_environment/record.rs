//! The records that conda keeps of what it installed.

use std::{collections::BTreeSet, fmt, path::PathBuf};

use bartizan_model::problem::Problem;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};

use super::metadata_place;
use crate::{
    target::{
        conda::{CondaPackage, channel_name},
        entry_name,
    },
    tree::{Entry, EntryKind, Tree},
};

/// The largest record. Of a package with 100,000 files it has about 40 MiB.
const LARGEST_RECORD: u64 = 64 << 20;

/// How many records are read; a large environment has 1,000.
const MOST_RECORDS: usize = 20_000;

/// A package that is installed.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) package: CondaPackage,
    /// Where the record lies.
    pub(super) locator: String,
    /// Where metadata of Python distributions are among its files.
    pub(super) metadata: BTreeSet<PathBuf>,
    /// Whether its files are known.
    pub(super) lists_files: bool,
    /// Whether somebody asked for it.
    pub(super) is_requested: bool,
}

/// Reads every record of a folder. One that cannot be read is told by its name.
pub(super) fn read_all(
    tree: &dyn Tree,
    entries: &[Entry],
    problems: &mut Vec<Problem>,
) -> Vec<Record> {
    let is_record = |entry: &&Entry| {
        entry.kind == EntryKind::File && entry_name(entry).strip_suffix(".json").is_some()
    };
    let mut records = Vec::new();
    for entry in entries.iter().filter(is_record) {
        let locator = entry.path.display().to_string();
        if records.len() >= MOST_RECORDS {
            problems.push(Problem::new(locator, "too many records; not read"));
            break;
        }
        match read(tree, entry) {
            Ok(record) => records.push(record),
            Err(message) => {
                problems.push(Problem::new(&locator, message));
                records.extend(by_name(entry_name(entry), locator));
            }
        }
    }
    records
}

/// What a record says. Other keys, among them hashes of every file, are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "an object of the names that conda gives")]
struct Raw {
    name: Option<String>,
    version: Option<String>,
    #[serde(alias = "build_string")]
    build: Option<String>,
    channel: Option<String>,
    subdir: Option<String>,
    #[serde(default)]
    depends: Vec<String>,
    #[serde(default)]
    files: Files,
    requested_spec: Option<String>,
    #[serde(default)]
    requested_specs: Vec<String>,
}

fn read(tree: &dyn Tree, entry: &Entry) -> Result<Record, String> {
    let bytes = tree
        .read(&entry.path, LARGEST_RECORD)
        .map_err(|error| format!("cannot be read: {error}"))?;
    let raw: Raw = serde_json::from_slice(&bytes)
        .map_err(|error| format!("not a record of conda: {error}"))?;
    let locator = entry.path.display().to_string();
    let mut record = by_name(entry_name(entry), locator).ok_or("not named as records are")?;
    let package = &mut record.package;
    package.name = raw.name.unwrap_or_else(|| package.name.clone());
    package.version = raw.version.unwrap_or_else(|| package.version.clone());
    package.build = raw.build.or(package.build.take());
    package.subdir = raw.subdir;
    // The address of a channel may end with the platform.
    let channel = raw.channel.as_deref().map(|address| {
        let address = address.trim_end_matches('/');
        let subdir = package.subdir.as_deref().unwrap_or_default();
        address.strip_suffix(subdir).unwrap_or(address)
    });
    package.channel = channel.and_then(channel_name);
    package.depends_on(raw.depends.iter().map(String::as_str));
    record.lists_files = raw.files.are_known;
    record.metadata = raw.files.metadata;
    let is_spec = |spec: &String| !spec.is_empty() && spec != "None";
    record.is_requested = raw
        .requested_spec
        .iter()
        .chain(&raw.requested_specs)
        .any(is_spec);
    Ok(record)
}

/// What the name of a record says: `NAME-VERSION-BUILD.json`.
fn by_name(name: &str, locator: String) -> Option<Record> {
    let stem = name.strip_suffix(".json")?;
    Some(Record {
        package: CondaPackage::of_location(&format!("{stem}.conda"))?,
        locator,
        metadata: BTreeSet::new(),
        lists_files: false,
        is_requested: false,
    })
}

/// The files of a package, of which only those that tell of Python distributions are kept.
#[derive(Debug, Default)]
struct Files {
    are_known: bool,
    metadata: BTreeSet<PathBuf>,
}

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FilesVisitor)
    }
}

struct FilesVisitor;

impl<'de> Visitor<'de> for FilesVisitor {
    type Value = Files;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Files, A::Error> {
        /// How many distributions one package may hold; collections have some dozens.
        const MOST: usize = 1_000;
        let mut metadata = BTreeSet::new();
        while let Some(file) = sequence.next_element::<String>()? {
            metadata.extend(metadata_place(&file));
            if metadata.len() >= MOST {
                while sequence.next_element::<IgnoredAny>()?.is_some() {}
            }
        }
        Ok(Files {
            are_known: true,
            metadata,
        })
    }
}
