//! The distributions that are installed in one directory.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Unpinned},
    problem::Problem,
    requirement::Requirement,
};

use crate::{
    archive::{self, ArchiveError, Limits},
    core_metadata::{CoreMetadata, LARGEST_METADATA, requires_txt},
    file_name,
    links::Linked,
    target::entry_name,
    tree::{Entry, EntryKind, Tree, TreeError},
};

/// The largest `direct_url.json`.
const LARGEST_DIRECT_URL: u64 = 64 << 10;

/// A distribution that is installed.
#[derive(Debug)]
pub(crate) struct Distribution {
    pub(crate) package: Package,
    pub(crate) version: String,
    pub(crate) locator: String,
    /// Whether the user asked for it, as far as the installer recorded that.
    pub(crate) is_requested: bool,
    pub(crate) requirements: Vec<Requirement>,
}

impl Distribution {
    pub(crate) fn component(&self) -> Component {
        Component::new(
            self.package.clone(),
            self.version.clone(),
            self.locator.clone(),
        )
    }

    pub(crate) fn linked(&self) -> Linked<'_> {
        Linked {
            package: &self.package,
            requirements: &self.requirements,
        }
    }
}

/// What a directory holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) distributions: Vec<Distribution>,
    pub(crate) unpinned: Vec<Unpinned>,
    pub(crate) problems: Vec<Problem>,
}

/// Finds what is installed in a directory.
pub(crate) fn find(tree: &dyn Tree, site: &Path) -> Found {
    let mut found = Found::default();
    match tree.list(site) {
        Ok(entries) => entries.iter().for_each(|entry| found.entry(tree, entry)),
        Err(error) => found.problem(site, format!("cannot be listed: {error}")),
    }
    found
}

/// How installers name what they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// `NAME-VERSION.dist-info/METADATA`
    DistInfo,
    /// `NAME-VERSION.egg-info/PKG-INFO`
    EggInfo,
    /// `NAME-VERSION.egg-info`, a file
    EggInfoFile,
    /// `NAME-VERSION-py3.12.egg/EGG-INFO/PKG-INFO`
    Egg,
    /// The same in a zip archive.
    EggFile,
    /// `NAME.egg-link`, a file with a path
    EggLink,
}

impl Record {
    fn of(entry: &Entry) -> Option<(Self, &str)> {
        let name = entry_name(entry);
        let kinds = [
            (".dist-info", EntryKind::Directory, Self::DistInfo),
            (".egg-info", EntryKind::Directory, Self::EggInfo),
            (".egg-info", EntryKind::File, Self::EggInfoFile),
            (".egg", EntryKind::Directory, Self::Egg),
            (".egg", EntryKind::File, Self::EggFile),
            (".egg-link", EntryKind::File, Self::EggLink),
        ];
        let matching = |(ending, kind, record)| {
            (entry.kind == kind).then_some((record, name.strip_suffix(ending)?))
        };
        kinds.into_iter().find_map(matching)
    }
}

impl Found {
    fn problem(&mut self, path: &Path, message: impl Into<String>) {
        self.problems
            .push(Problem::new(path.display().to_string(), message));
    }

    fn entry(&mut self, tree: &dyn Tree, entry: &Entry) {
        let Some((record, stem)) = Record::of(entry) else {
            return;
        };
        if stem.starts_with(['~', '-']) {
            let message = "left over from an installation that was interrupted; not read";
            self.problem(&entry.path, message);
            return;
        }
        let file = |name: &str| entry.path.join(name);
        match record {
            Record::DistInfo => {
                let is_requested =
                    exists(tree, &file("REQUESTED")) || is_editable(tree, &file("direct_url.json"));
                self.metadata(tree, &file("METADATA"), (stem, is_requested), None);
            }
            Record::EggInfo => {
                self.metadata(
                    tree,
                    &file("PKG-INFO"),
                    (stem, false),
                    Some(file("requires.txt")),
                );
            }
            Record::Egg => {
                let requires = file("EGG-INFO/requires.txt");
                self.metadata(
                    tree,
                    &file("EGG-INFO/PKG-INFO"),
                    (stem, false),
                    Some(requires),
                );
            }
            Record::EggInfoFile => self.metadata(tree, &entry.path, (stem, false), None),
            Record::EggFile => self.egg_file(tree, &entry.path, stem),
            Record::EggLink => {
                let locator = entry.path.display().to_string();
                let reason = "an editable path".to_owned();
                self.unpinned.push(Unpinned {
                    package: Package::pypi(stem),
                    locator,
                    reason,
                });
            }
        }
    }

    /// Takes a distribution by its metadata file.
    fn metadata(
        &mut self,
        tree: &dyn Tree,
        path: &Path,
        (stem, is_requested): (&str, bool),
        requires: Option<PathBuf>,
    ) {
        let bytes = match tree.read(path, LARGEST_METADATA) {
            Ok(bytes) => bytes,
            Err(TreeError::NotFound) => {
                self.problem(path, "missing; nothing says what is installed here");
                return;
            }
            Err(error) => {
                self.problem(path, format!("cannot be read: {error}"));
                self.add(path, (stem, is_requested), CoreMetadata::default());
                return;
            }
        };
        let mut metadata = CoreMetadata::parse(&bytes);
        if let Some(requires) = requires.filter(|_| !metadata.states_requirements)
            && let Ok(bytes) = tree.read(&requires, LARGEST_METADATA)
        {
            metadata.add_requirements(&requires_txt(&bytes));
        }
        self.state_problems(path, &metadata);
        self.add(path, (stem, is_requested), metadata);
    }

    fn state_problems(&mut self, path: &Path, metadata: &CoreMetadata) {
        let mut faults = metadata.problems.clone();
        match (&metadata.package, &metadata.version) {
            (None, None) => faults.push("neither name nor version".to_owned()),
            (None, Some(_)) => faults.push("no usable name".to_owned()),
            (Some(_), None) => faults.push("no version".to_owned()),
            (Some(_), Some(_)) => {}
        }
        if !faults.is_empty() {
            self.problem(path, faults.join(", "));
        }
    }

    /// Adds a distribution; what the metadata lacks is taken from the name of its record.
    fn add(&mut self, path: &Path, (stem, is_requested): (&str, bool), metadata: CoreMetadata) {
        let (named, named_version) = file_name::metadata_directory(stem).unzip();
        let Some(package) = metadata.package.or(named) else {
            return;
        };
        let locator = path.display().to_string();
        let Some(version) = metadata.version.or(named_version) else {
            let reason = "no version".to_owned();
            self.unpinned.push(Unpinned {
                package,
                locator,
                reason,
            });
            return;
        };
        let requirements = metadata.requirements;
        self.distributions.push(Distribution {
            package,
            version,
            locator,
            is_requested,
            requirements,
        });
    }

    fn egg_file(&mut self, tree: &dyn Tree, path: &Path, stem: &str) {
        let (mut information, mut requires) = (None, None);
        let outcome = tree
            .open(path)
            .map_err(|error| error.to_string())
            .and_then(|file| {
                let outcome = archive::zip::visit(file, &Limits::ARTIFACT, &mut |member| {
                    match member.name() {
                        "EGG-INFO/PKG-INFO" => information = Some(member.read()?),
                        "EGG-INFO/requires.txt" => requires = Some(member.read()?),
                        _ => {}
                    }
                    Ok::<_, ArchiveError>(ControlFlow::Continue(()))
                });
                outcome.map_err(|error| error.to_string())
            });
        if let Err(error) = outcome {
            self.problem(path, format!("cannot be read: {error}"));
            self.add(path, (stem, false), CoreMetadata::default());
            return;
        }
        let mut metadata = CoreMetadata::parse(&information.unwrap_or_default());
        if let Some(requires) = requires.filter(|_| !metadata.states_requirements) {
            metadata.add_requirements(&requires_txt(&requires));
        }
        self.state_problems(path, &metadata);
        self.add(path, (stem, false), metadata);
    }
}

fn exists(tree: &dyn Tree, path: &Path) -> bool {
    tree.entry(path)
        .is_ok_and(|entry| entry.kind == EntryKind::File)
}

/// Whether a distribution is a link to somebody's working copy, which nobody gets without asking for it.
fn is_editable(tree: &dyn Tree, path: &Path) -> bool {
    let bytes = tree.read(path, LARGEST_DIRECT_URL).unwrap_or_default();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    value
        .pointer("/dir_info/editable")
        .and_then(serde_json::Value::as_bool)
        .unwrap_or_default()
}
