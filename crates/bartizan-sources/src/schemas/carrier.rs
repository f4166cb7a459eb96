//! A package that may carry schemas: a wheel, an archive of the registries of npm and Rust, a folder, or a single file.

use std::{
    io::{Cursor, Read, Seek},
    ops::ControlFlow,
    path::Path,
};

use bartizan_formats::{
    archive::{ArchiveError, Limits, Member, tar, zip},
    tree::{EntryKind, Tree, TreeError},
};
use bartizan_sbom::schema::LARGEST;
use thiserror::Error;

use crate::disk::DiskTree;

/// The most files of JSON of one carrier that are looked at.
pub const MOST_FILES: usize = 2_000;

/// How deep folders are followed into each other.
const DEEPEST: usize = 12;

/// The files of JSON in a package, and what it says of itself.
#[derive(Debug, Default)]
pub struct Carrier {
    /// What it is called, with its version where it states one.
    pub name: String,
    /// The licence that it states.
    pub licence: Option<String>,
    /// The files that may be schemas.
    pub files: Vec<Vec<u8>>,
}

/// Why a package cannot be looked into.
#[derive(Debug, Error)]
pub enum CarrierError {
    /// The file cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// It is no archive that can be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Looks into a file or folder.
pub fn open(path: &Path) -> Result<Carrier, CarrierError> {
    let mut carrier = Carrier {
        name: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        ..Carrier::default()
    };
    if DiskTree.entry(path)?.kind == EntryKind::Directory {
        carrier.folder(path)?;
        return Ok(carrier);
    }
    let mut file = DiskTree.open(path)?;
    let mut head = [0; 2];
    let count = file.read(&mut head).map_err(TreeError::from)?;
    file.rewind().map_err(TreeError::from)?;
    match head.get(..count) {
        Some(b"PK") => carrier.zip(file)?,
        Some([0x1f, 0x8b]) => {
            tar::visit_gzip(file, &Limits::ARTIFACT, &mut |member| {
                carrier.member(member)
            })?;
        }
        _ => {
            drop(file);
            carrier.files.push(DiskTree.read(path, LARGEST as u64)?);
        }
    }
    Ok(carrier)
}

impl Carrier {
    /// Out of the bytes of a wheel.
    pub(super) fn of_wheel(name: &str, bytes: &[u8]) -> Result<Self, ArchiveError> {
        let mut carrier = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        carrier.zip(Cursor::new(bytes))?;
        Ok(carrier)
    }

    fn zip(&mut self, file: impl Read + Seek) -> Result<(), ArchiveError> {
        zip::visit(file, &Limits::ARTIFACT, &mut |member| self.member(member))
    }

    fn folder(&mut self, folder: &Path) -> Result<(), TreeError> {
        let mut pending = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = pending.pop() {
            for entry in DiskTree.list(&folder)? {
                let is_json = entry.path.extension().is_some_and(|it| it == "json");
                match entry.kind {
                    EntryKind::Directory if depth < DEEPEST => {
                        pending.push((entry.path, depth + 1));
                    }
                    EntryKind::File
                        if is_json
                            && entry.size <= LARGEST as u64
                            && self.files.len() < MOST_FILES =>
                    {
                        self.files.push(DiskTree.read(&entry.path, LARGEST as u64)?);
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn member(&mut self, member: &mut Member<'_>) -> Result<ControlFlow<()>, ArchiveError> {
        if member.size() > LARGEST as u64 || self.files.len() >= MOST_FILES {
            return Ok(ControlFlow::Continue(()));
        }
        let name = member.name().to_owned();
        let file = name.rsplit('/').next().unwrap_or(&name);
        match file {
            "METADATA" | "package.json" | "Cargo.toml" => {
                let text = String::from_utf8_lossy(&member.read()?).into_owned();
                self.describe(file, &text);
            }
            _ if file.strip_suffix(".json").is_some() => self.files.push(member.read()?),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    /// What a package says of itself, from the file in which its registry wants it. The outermost speaks.
    fn describe(&mut self, file: &str, text: &str) {
        if self.licence.is_some() {
            return;
        }
        let line = |keys: &[&str]| {
            keys.iter().find_map(|key| {
                let line = text
                    .lines()
                    .find_map(|line| line.trim_start().strip_prefix(key))?;
                let value = line.trim().trim_matches(['"', ',', ' ']);
                (!value.is_empty()).then(|| value.chars().take(200).collect::<String>())
            })
        };
        let (names, versions, licences): (&[&str], &[&str], &[&str]) = match file {
            "METADATA" => (
                &["Name:"],
                &["Version:"],
                &["License-Expression:", "License:"],
            ),
            "package.json" => (&["\"name\":"], &["\"version\":"], &["\"license\":"]),
            _ => (&["name ="], &["version ="], &["license ="]),
        };
        if let (Some(name), Some(version)) = (line(names), line(versions)) {
            self.name = format!("{name} {version}");
        }
        self.licence = line(licences);
    }
}
