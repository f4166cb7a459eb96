//! What the lock files of Python's tools have in common.
//!
//! They list packages with what each requires, for every environment that a project supports. A format reads
//! its own spelling of that into a [`Lock`]; which packages belong to one environment, and how they came in,
//! is found out here once for all of them.

pub(super) mod project;
pub(super) mod range;
mod walk;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    inventory::{Asked, Component, ComponentIndex, Fetching, Inventory, StatedIndex, Unpinned},
    marker::Marker,
    problem::{Problem, chain},
    requirement::{Requirement, RequirementSource, SpecifierSet},
};

use self::{project::Project, range::VersionRange, walk::Walk};
use super::{TargetContext, public_address};
use crate::{document::Table, graph::Graph, notes::Notes, tree::Tree};

/// How many dependencies are followed. A lock file of 2,000 packages states about 10,000.
const MOST_DEPENDENCIES: usize = 500_000;

/// How many registries are kept; honest locks name one or two.
const MOST_INDEXES: usize = 100;

/// A lock file.
#[derive(Debug, Default)]
pub(super) struct Lock {
    pub(super) packages: Vec<Locked>,
    /// What the project asks for itself, where it is not among the packages.
    pub(super) requirements: Vec<Dependency>,
    /// Extras and groups that markers ask about, each tried alone, all together and not at all.
    pub(super) choices: BTreeSet<String>,
    /// Whether each package says by its own markers if it belongs to an environment. Otherwise those belong
    /// that the project leads to.
    pub(super) states_belonging: bool,
    pub(super) requires_python: Option<SpecifierSet>,
    /// The name of the project at the root.
    pub(super) label: Option<String>,
    /// What could not be read.
    pub(super) notes: Notes,
    dependency_count: usize,
}

/// A locked package.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) package: Package,
    pub(super) version: Option<String>,
    pub(super) source: Source,
    /// The source as it is written, to tell two packages of one name and version apart.
    pub(super) source_text: String,
    /// Whether it is a member of the project itself.
    pub(super) is_own: bool,
    pub(super) line: usize,
    /// Under which markers it belongs to an environment; none where it always does.
    pub(super) markers: Vec<Marker>,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) extras: BTreeMap<String, Vec<Dependency>>,
    pub(super) groups: BTreeMap<String, Vec<Dependency>>,
    /// Why the project asks for it, where the file itself says so.
    pub(super) asked: Option<Asked>,
}

impl Locked {
    /// A package of an index without dependencies.
    pub(super) fn new(package: Package, version: Option<String>, line: usize) -> Self {
        Self {
            package,
            version,
            source: Source::Registry,
            source_text: String::new(),
            is_own: false,
            line,
            markers: Vec::new(),
            dependencies: Vec::new(),
            extras: BTreeMap::new(),
            groups: BTreeMap::new(),
            asked: None,
        }
    }
}

/// A dependency on a locked package.
#[derive(Debug, Clone)]
pub(super) struct Dependency {
    pub(super) package: Package,
    /// The version, where it names one of those that are locked.
    pub(super) version: Option<String>,
    /// The versions that it allows, which tell those that are locked apart as well.
    pub(super) range: Option<VersionRange>,
    pub(super) source_text: Option<String>,
    pub(super) extras: Vec<String>,
    pub(super) marker: Option<Marker>,
}

impl Dependency {
    /// A dependency on whatever is locked of a package.
    pub(super) fn on(package: Package) -> Self {
        Self {
            package,
            version: None,
            range: None,
            source_text: None,
            extras: Vec::new(),
            marker: None,
        }
    }

    pub(super) fn of_requirement(requirement: Requirement) -> Self {
        Self {
            range: match requirement.source {
                RequirementSource::Specifiers(specifiers) if !specifiers.is_empty() => {
                    Some(VersionRange::of(specifiers))
                }
                _ => None,
            },
            extras: requirement.extras,
            marker: requirement.marker,
            ..Self::on(requirement.package)
        }
    }
}

/// Where a package is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Registry,
    VersionControl,
    Url,
    Local,
}

impl Source {
    /// Why there is no version to look up.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Registry => "no version",
            Self::VersionControl => "a version control reference",
            Self::Url => "a URL",
            Self::Local => "a path",
        }
    }
}

impl Lock {
    /// Takes the project beside the lock for what asks for the packages. A project that asks for nothing is
    /// not the one that the packages were locked for.
    pub(super) fn ask_project(&mut self, tree: &dyn Tree, path: &Path) -> Option<Problem> {
        match Project::beside(tree, path)? {
            Ok(project) => {
                self.requirements = project.dependencies();
                self.label = project.name;
                self.requires_python = self.requires_python.take().or(project.requires_python);
                None
            }
            Err(error) => {
                let problem = Problem::new(error.path().display().to_string(), error.describe());
                Some(problem.with_hint("without it, paths begin at what nothing else requires"))
            }
        }
    }

    /// The names in an array, normalised.
    pub(super) fn names(table: Table<'_>, key: &str) -> Vec<String> {
        table.texts(key).map(normalise_pypi).collect()
    }

    /// Whether there is room for one more dependency; said once a place where there is not.
    pub(super) fn has_room(&mut self, line: usize) -> bool {
        self.dependency_count += 1;
        let has_room = self.dependency_count <= MOST_DEPENDENCIES;
        if !has_room {
            self.notes.add(line, "too many dependencies; not followed");
        }
        has_room
    }

    /// Reads a marker. One that cannot be read hides nothing: what it stands at counts as if it had none.
    pub(super) fn marker(&mut self, line: usize, text: &str) -> Option<Marker> {
        let marker = text.parse::<Marker>();
        if let Err(error) = &marker {
            self.notes.add(line, error.to_string());
        }
        marker.ok()
    }

    /// Reads the requirements in an array of texts.
    pub(super) fn requirement_texts(&mut self, table: Table<'_>, key: &str) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        for text in table.texts(key) {
            if !self.has_room(table.line()) {
                break;
            }
            match text.parse() {
                Ok(requirement) => dependencies.push(Dependency::of_requirement(requirement)),
                Err(error) => self.notes.add(table.line(), chain(&error)),
            }
        }
        dependencies
    }

    /// The registries that packages are from, each where it is named first. All but the first are extra.
    fn indexes(&self, path: &Path) -> Vec<StatedIndex> {
        let mut indexes: Vec<StatedIndex> = Vec::new();
        for locked in &self.packages {
            let is_named = locked.source == Source::Registry && !locked.source_text.is_empty();
            let address = public_address(&locked.source_text);
            let is_known = indexes.iter().any(|index| index.address == address);
            if is_named && !is_known && indexes.len() < MOST_INDEXES {
                indexes.push(StatedIndex {
                    address,
                    is_extra: !indexes.is_empty(),
                    locator: format!("{}:{}", path.display(), locked.line),
                });
            }
        }
        indexes
    }

    /// What belongs to the environment that is asked about.
    pub(super) fn inventory(
        &self,
        ctx: &TargetContext<'_>,
        path: &Path,
        format: &str,
    ) -> Inventory {
        let environment = ctx.environment(self.requires_python.as_ref());
        let own = || path.display().to_string();
        let mut inventory = Inventory {
            label: self.label.clone().unwrap_or_else(own),
            format: format.to_owned(),
            path: own(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            problems: self.notes.problems(path),
            fetching: Fetching {
                indexes: self.indexes(path),
                ..Fetching::default()
            },
            ..Inventory::default()
        };
        let walk = Walk::of(self, &environment);
        let missing = walk.missing.iter().map(|package| {
            let message = format!("`{package}` is required and not locked");
            Problem::new(own(), message)
        });
        inventory.problems.extend(missing);
        if walk.is_given_up {
            let message = "the dependencies are too many to follow; every package counts, and some paths are missing";
            inventory.problems.push(Problem::new(own(), message));
        }
        let mut graph = Graph::default();
        let places = self.add_reached(&walk, &mut graph, &mut inventory);
        let place = |index: usize| places.get(index).copied().flatten();
        let asked = self.asked();
        for (index, locked) in self.packages.iter().enumerate() {
            if let (Some(place), Some(why)) = (place(index), locked.asked) {
                graph.because(place, why);
            }
        }
        for &root in &walk.roots {
            let locked = self.packages.get(root);
            let why = locked.and_then(|locked| {
                let by_project = asked.get(&locked.package).copied();
                locked.asked.or(by_project)
            });
            if let Some(root) = place(root) {
                graph.root_because(root, why.unwrap_or_default());
            }
        }
        for &(from, to) in &walk.edges {
            if let (Some(from), Some(to)) = (place(from), place(to)) {
                graph.require(from, to);
            }
        }
        inventory.unpinned.sort();
        graph.finish(inventory)
    }

    /// Why the members of the project ask for packages, by the strongest reason of all. An extra of a member that another
    /// member asks for is no choice any more.
    fn asked(&self) -> BTreeMap<&Package, Asked> {
        let members = || self.packages.iter().filter(|locked| locked.is_own);
        let names: BTreeSet<&Package> = members().map(|locked| &locked.package).collect();
        let all = members().flat_map(|locked| &locked.dependencies);
        let wanted: BTreeSet<&Package> = all
            .map(|dependency| &dependency.package)
            .filter(|package| names.contains(package))
            .collect();
        let asks = members().flat_map(|locked| {
            let is_wanted = wanted.contains(&locked.package);
            let extra = if is_wanted {
                Asked::Direct
            } else {
                Asked::Optional
            };
            let direct = locked.dependencies.iter().map(|it| (it, Asked::Direct));
            let extras = locked.extras.values().flatten();
            let groups = locked.groups.values().flatten();
            direct
                .chain(extras.map(move |it| (it, extra)))
                .chain(groups.map(|it| (it, Asked::Development)))
        });
        let own = self.requirements.iter().map(|it| (it, Asked::Direct));
        let mut asked: BTreeMap<&Package, Asked> = BTreeMap::new();
        for (dependency, why) in own.chain(asks) {
            let known = asked.entry(&dependency.package).or_insert(why);
            *known = why.max(*known);
        }
        asked
    }

    /// Adds what the walk reached, and gives each package's place in the graph.
    fn add_reached(
        &self,
        walk: &Walk<'_>,
        graph: &mut Graph,
        inventory: &mut Inventory,
    ) -> Vec<Option<ComponentIndex>> {
        let mut places = vec![None; self.packages.len()];
        let packages = self.packages.iter().zip(&walk.reached).zip(&mut places);
        for ((locked, is_reached), place) in packages.filter(|((locked, _), _)| !locked.is_own) {
            if !is_reached {
                inventory.excluded_by_markers += 1;
                continue;
            }
            let package = locked.package.clone();
            let locator = format!("{}:{}", inventory.path, locked.line);
            if let Some(version) = locked.version.clone() {
                *place = Some(graph.add(Component::new(package, version, locator)));
            } else {
                inventory.unpinned.push(Unpinned {
                    package,
                    locator,
                    reason: locked.source.reason().to_owned(),
                });
            }
        }
        places
    }
}
