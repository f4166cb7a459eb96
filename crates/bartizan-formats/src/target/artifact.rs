//! Wheels and source distributions, alone or as the content of a directory.
//!
//! Only their own metadata is read. What an artifact requires is an edge where that is at hand too; what it
//! would pull in is not known before somebody resolves it.

mod package;

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Inventory},
    problem::Problem,
    requirement::Requirement,
};

use self::package::{Artifact, Kind};
use super::{Candidate, TargetContext, TargetError, TargetFormat, entry_name};
use crate::{
    file_name,
    graph::Graph,
    links::{self, Linked},
    tree::{Entry, EntryKind},
};

/// The format.
pub(super) static FORMAT: Artifacts = Artifacts;

/// See the module.
pub(super) struct Artifacts;

/// A larger archive in a directory is not opened only because its name looks like a source distribution's.
const LARGEST_GUESS: u64 = 512 << 20;

impl TargetFormat for Artifacts {
    fn id(&self) -> &'static str {
        "artifact"
    }

    fn title(&self) -> &'static str {
        "a wheel or source distribution, or a directory of them"
    }

    fn is_usual_name(&self, _candidate: &Candidate<'_>) -> bool {
        // A search reads all those of a directory at once.
        false
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        if candidate.is_file() {
            let name = candidate.name();
            let is_named = file_name::is_wheel(name);
            return is_named
                || match Kind::of_content(candidate.head()) {
                    Some(Kind::Zip) => package::is_artifact(candidate.tree(), candidate.path()),
                    Some(Kind::TarGzip) => [".tar.gz", ".tgz"]
                        .iter()
                        .any(|ending| name.ends_with(ending)),
                    None => false,
                };
        }
        let children = candidate.children().unwrap_or_default();
        children.iter().any(is_wheel)
            || children
                .iter()
                .any(|entry| is_guess(entry) && package::is_artifact(candidate.tree(), &entry.path))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let tree_error = |cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        };
        let entry = ctx.tree.entry(path).map_err(tree_error)?;
        let mut collection = Collection::default();
        if entry.kind == EntryKind::Directory {
            for entry in ctx.tree.list(path).map_err(tree_error)? {
                if is_wheel(&entry) || is_guess(&entry) {
                    collection.take(package::read(ctx.tree, &entry.path), is_wheel(&entry));
                }
            }
        } else {
            collection.take(Ok(package::read(ctx.tree, path)?), true);
        }
        let requires = match collection.artifacts.values().collect::<Vec<_>>().as_slice() {
            [one] => one
                .requires_python
                .as_ref()
                .and_then(|text| text.parse().ok()),
            _ => None,
        };
        let environment = ctx.environment(requires.as_ref());
        let mut inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            problems: collection.problems,
            ..Inventory::default()
        };
        let mut graph = Graph::default();
        for ((package, version), artifact) in &collection.artifacts {
            let locator = artifact.locator.clone();
            graph.add(Component {
                package: package.clone(),
                version: version.clone(),
                locator,
            });
        }
        let linked = collection
            .artifacts
            .iter()
            .map(|((package, _), artifact)| Linked {
                package,
                requirements: &artifact.requirements,
            });
        let (edges, stopped) = links::connect(&linked.collect::<Vec<_>>(), &environment);
        for (from, to) in edges {
            graph.require(from, to);
        }
        inventory
            .problems
            .extend(stopped.map(|message| Problem::new(path.display().to_string(), message)));
        inventory.problems.sort();
        Ok(graph.finish(inventory))
    }
}

fn is_wheel(entry: &Entry) -> bool {
    entry.kind == EntryKind::File && file_name::is_wheel(entry_name(entry))
}

/// Whether a file is named as a source distribution is.
fn is_guess(entry: &Entry) -> bool {
    let is_small = entry.kind == EntryKind::File && entry.size <= LARGEST_GUESS;
    is_small && file_name::source(entry_name(entry)).is_some()
}

/// What one release needs, from the first of its artifacts.
#[derive(Debug)]
struct Release {
    locator: String,
    requires_python: Option<String>,
    requirements: Vec<Requirement>,
}

#[derive(Debug, Default)]
struct Collection {
    artifacts: BTreeMap<(Package, String), Release>,
    problems: Vec<Problem>,
}

impl Collection {
    /// Takes an artifact. One that only looked like it is passed over where nobody named it.
    fn take(&mut self, artifact: Result<Artifact, TargetError>, is_certain: bool) {
        match artifact {
            Ok(Artifact {
                package,
                version,
                locator,
                metadata,
                problems,
            }) => {
                let release = Release {
                    locator,
                    requires_python: metadata.requires_python,
                    requirements: metadata.requirements,
                };
                self.artifacts.entry((package, version)).or_insert(release);
                self.problems.extend(problems);
            }
            Err(TargetError::Metadata { .. }) if !is_certain => {}
            Err(error) => {
                let path = error.path().display().to_string();
                self.problems.push(Problem::new(path, error.describe()));
            }
        }
    }
}
