//! Environments and other directories: files are found by walking, and given to the package whose installer
//! recorded them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bartizan_formats::{
    archive::Limits,
    installed::{Owner, Owners, Place as Installation},
    tree::{self, EntryKind},
};
use bartizan_model::native::Contents;

use super::{
    InspectError, Place,
    collection::{Collection, MOST_FILES, look},
    part::Part,
    workers::{self, Load},
};
use crate::source;

/// How deep directories are followed into each other.
const DEEPEST: usize = 64;

/// The most entries that are looked at.
const MOST_ENTRIES: usize = 3_000_000;

/// Folders of an environment beside its packages in which installers put programs.
const PROGRAMS: [&str; 2] = ["bin", "Scripts"];

/// A file that is worth opening.
struct Found {
    path: PathBuf,
    size: u64,
    part: Part,
}

/// The files below some directories, and what could not be listed.
#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    problems: Vec<(String, String)>,
    entries: usize,
}

impl Walk {
    fn add(&mut self, place: &Place<'_>, directory: &Path, is_deep: bool) {
        let mut pending = vec![(directory.to_owned(), 0)];
        while let Some((directory, depth)) = pending.pop() {
            let entries = match place.tree.list(&directory) {
                Ok(entries) => entries,
                Err(error) => {
                    self.problem(&directory, format!("cannot be listed: {error}"));
                    continue;
                }
            };
            self.entries += entries.len();
            if self.entries > MOST_ENTRIES || self.found.len() > MOST_FILES {
                self.problem(&directory, "not looked at: too many files".to_owned());
                return;
            }
            for entry in entries {
                match entry.kind {
                    EntryKind::Directory if is_deep && depth >= DEEPEST => {
                        self.problem(&entry.path, format!("deeper than {DEEPEST} folders"));
                    }
                    EntryKind::Directory if is_deep => pending.push((entry.path, depth + 1)),
                    EntryKind::File => {
                        let part = Part::of(&relative(place, &entry.path));
                        if matches!(part, Part::Any | Part::Sbom | Part::Python) {
                            let (path, size) = (entry.path, entry.size);
                            self.found.push(Found { path, size, part });
                        }
                    }
                    EntryKind::Directory | EntryKind::Other => {}
                }
            }
        }
    }

    fn problem(&mut self, path: &Path, message: String) {
        self.problems.push((path.display().to_string(), message));
    }

    fn paths(&self) -> BTreeSet<PathBuf> {
        self.found.iter().map(|it| tree::plain(&it.path)).collect()
    }
}

/// An environment: an entry for each package with machine code, and one for what nobody owns.
pub(super) fn installation(
    place: Place<'_>,
    installation: &Installation,
) -> Result<Vec<Contents>, InspectError> {
    place
        .tree
        .list(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let mut walk = Walk::default();
    let owners = match installation {
        Installation::CondaPrefix => {
            walk.add(&place, place.path, true);
            Owners::in_conda_prefix(place.tree, place.path, &walk.paths())
        }
        Installation::Sites(sites) => {
            for site in sites {
                walk.add(&place, site, true);
            }
            let own = walk.found.len();
            for folder in PROGRAMS {
                let folder = place.path.join(folder);
                if place
                    .tree
                    .entry(&folder)
                    .is_ok_and(|entry| entry.kind == EntryKind::Directory)
                {
                    walk.add(&place, &folder, false);
                }
            }
            let owners = Owners::in_sites(place.tree, sites, &walk.paths());
            // What lies among the programs without an owner belongs to the interpreter.
            let mut number = 0..;
            walk.found.retain(|it| {
                let is_site = number.next().is_some_and(|number| number < own);
                is_site || owners.of_file.contains_key(&tree::plain(&it.path))
            });
            owners
        }
    };
    let mut found = contents(&place, &walk, &owners);
    if found.is_empty() {
        // An environment without machine code was looked into all the same.
        found.push(Contents {
            file: place.shown(),
            ..Contents::default()
        });
    }
    Ok(found)
}

/// A directory that is no environment: source code, and what was built in it.
pub(super) fn plain(place: Place<'_>) -> Result<Vec<Contents>, InspectError> {
    place
        .tree
        .list(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let mut source = source::describe(place.tree, place.path, place.knowledge);
    let mut walk = Walk::default();
    walk.add(&place, place.path, true);
    // The Python packages that are copied in belong to the source code.
    walk.found.retain(|it| it.part != Part::Python);
    for contents in contents(&place, &walk, &Owners::default()) {
        source.natives.extend(contents.natives);
        source.components.extend(contents.components);
        source.problems.extend(contents.problems);
    }
    source.components.sort();
    source.problems.sort();
    source.problems.dedup();
    Ok(Some(source).filter(has_any).into_iter().collect())
}

fn contents(place: &Place<'_>, walk: &Walk, owners: &Owners) -> Vec<Contents> {
    let seen = workers::work(
        &walk.found,
        |it| Load {
            group: 0,
            size: it.size,
        },
        || (),
        |(), buffer, it| {
            let path = relative(place, &it.path);
            let of = (path.as_str(), it.part, it.size);
            look(place.knowledge, of, buffer, |buffer, is_wanted| {
                tree::read_if(
                    place.tree,
                    &it.path,
                    Limits::NATIVE.member_bytes,
                    buffer,
                    is_wanted,
                )
            })
        },
    );
    let mut collections: BTreeMap<Option<Owner>, Collection> = BTreeMap::new();
    for (it, seen) in walk.found.iter().zip(seen) {
        let owner = owners.of_file.get(&tree::plain(&it.path)).cloned();
        let collection = collections.entry(owner.clone()).or_insert_with(|| {
            let carrier = owner.map(|owner| (owner.package, owner.version));
            Collection::new(place, carrier)
        });
        collection.add(&relative(place, &it.path), it.part, seen);
    }
    let nobodys = collections
        .entry(None)
        .or_insert_with(|| Collection::new(place, None));
    for (path, message) in &walk.problems {
        nobodys.problem(path, message);
    }
    for problem in &owners.problems {
        nobodys.problem(&problem.subject, &problem.message);
    }
    let finished = collections
        .into_values()
        .map(|it| it.finish(place.knowledge));
    finished.filter(has_any).collect()
}

fn has_any(contents: &Contents) -> bool {
    !(contents.natives.is_empty() && contents.components.is_empty() && contents.problems.is_empty())
}

/// The path within the place, with `/` between folders.
fn relative(place: &Place<'_>, path: &Path) -> String {
    slashed(path.strip_prefix(place.path).unwrap_or(path))
}

fn slashed(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
