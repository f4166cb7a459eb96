//! The lock file of uv, version 1.
//!
//! A lock file speaks of every environment that its project supports. It is walked from the project's own
//! members, with all their extras and dependency groups, over the dependencies whose markers hold in the
//! environment at hand. The members are where paths begin; they are not looked up as packages of an index.

mod packages;
mod walk;

use std::path::Path;

use bartizan_model::{
    inventory::{Component, Inventory, Unpinned},
    problem::Problem,
};

use self::{
    packages::{Lock, Locked, Source},
    walk::Walk,
};
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{document::read_text, graph::Graph};

/// The format.
pub(super) static FORMAT: UvLock = UvLock;

/// See the module.
pub(super) struct UvLock;

/// The version of the format that is understood; its revisions only add to it.
const KNOWN_VERSION: &str = "1";

impl TargetFormat for UvLock {
    fn id(&self) -> &'static str {
        "uv-lock"
    }

    fn title(&self) -> &'static str {
        "uv.lock"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "uv.lock" || candidate.name().ends_with(".py.lock")
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        if !candidate.is_file() {
            return false;
        }
        // Other lock files have packages too; only uv writes their source as an inline table.
        let has = |text: &str, start| text.lines().any(|line| line.starts_with(start));
        let is_lock =
            |text| has(text, "[[package]]") && has(text, "source = {") && has(text, "version = ");
        candidate.name() == "uv.lock" || candidate.head_text().is_some_and(is_lock)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let lock = Lock::read(path, &read_text(ctx.tree, path)?)?;
        match &lock.version {
            Some(version) if version == KNOWN_VERSION => Ok(self.inventory(ctx, path, &lock)),
            found => Err(TargetError::unknown_version(
                path,
                found.as_deref(),
                KNOWN_VERSION,
            )),
        }
    }
}

impl UvLock {
    fn inventory(&self, ctx: &TargetContext<'_>, path: &Path, lock: &Lock) -> Inventory {
        let environment = ctx.environment(lock.requires_python.as_ref());
        let problem = |(line, message): &(usize, String)| {
            Problem::new(format!("{}:{line}", path.display()), message)
        };
        let mut inventory = Inventory {
            label: lock
                .label
                .clone()
                .unwrap_or_else(|| path.display().to_string()),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            problems: lock.problems.iter().map(problem).collect(),
            ..Inventory::default()
        };
        let walk = Walk::of(lock, &environment);
        let mut graph = Graph::default();
        let mut places = vec![None; lock.packages.len()];
        for ((locked, place), is_reached) in
            lock.packages.iter().zip(&mut places).zip(&walk.reached)
        {
            if locked.is_own {
                continue;
            }
            if !is_reached {
                inventory.excluded_by_markers += 1;
                continue;
            }
            let package = locked.package.clone();
            let locator = format!("{}:{}", path.display(), locked.line);
            if let Some(version) = locked.version.clone() {
                *place = Some(graph.add(Component {
                    package,
                    version,
                    locator,
                }));
            } else {
                let reason = reason(locked).to_owned();
                inventory.unpinned.push(Unpinned {
                    package,
                    locator,
                    reason,
                });
            }
        }
        let place = |index: usize| places.get(index).copied().flatten();
        for root in walk.roots.iter().filter_map(|&index| place(index)) {
            graph.root(root);
        }
        for &(from, to) in &walk.edges {
            if let (Some(from), Some(to)) = (place(from), place(to)) {
                graph.require(from, to);
            }
        }
        inventory.unpinned.sort();
        graph.finish(inventory)
    }
}

fn reason(locked: &Locked) -> &'static str {
    match locked.source {
        Source::Registry => "no version",
        Source::VersionControl => "a version control reference",
        Source::Url => "a URL",
        Source::Local => "a path",
    }
}
