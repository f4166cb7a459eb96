//! Packages that a file lists, put together into what is installed together.

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, ComponentIndex, Inventory, Unpinned},
    problem::Problem,
    requirement::{Requirement, RequirementSource},
};

use super::{CondaPackage, names, version_in_address};
use crate::{
    graph::Graph,
    links::{self, Linked},
    notes::Notes,
    python::Environment,
    target::TargetContext,
};

/// How many packages a file may list; an environment of 2,000 for six platforms has 12,000.
const MOST_ITEMS: usize = 200_000;

/// How many dependencies are followed.
const MOST_DEPENDENCIES: usize = 2_000_000;

/// Something that is listed.
#[derive(Debug)]
pub(in crate::target) struct Item {
    pub(in crate::target) line: usize,
    pub(in crate::target) what: What,
}

/// What is listed.
#[derive(Debug)]
pub(in crate::target) enum What {
    Conda(CondaPackage),
    Python {
        package: Package,
        version: Option<String>,
        /// Why there is no version.
        reason: &'static str,
        requirements: Vec<Requirement>,
    },
}

impl What {
    /// What a requirement of pip names: a pinned release, or something of which the version is not known.
    pub(in crate::target) fn requirement(requirement: &Requirement) -> Self {
        let (version, reason) = match &requirement.source {
            RequirementSource::Specifiers(specifiers) => {
                (specifiers.pinned().map(str::to_owned), "no version")
            }
            RequirementSource::Url(address) => {
                (version_in_address(&requirement.package, address), "a URL")
            }
        };
        Self::Python {
            package: requirement.package.clone(),
            version,
            reason,
            requirements: Vec::new(),
        }
    }
}

/// What a file lists, and which of it makes up each environment.
#[derive(Debug, Default)]
pub(in crate::target) struct Listing {
    pub(in crate::target) items: Vec<Item>,
    /// The places in `items` of what is installed together.
    pub(in crate::target) together: Vec<Vec<usize>>,
    pub(in crate::target) notes: Notes,
}

impl Listing {
    /// Adds what is listed; `None` where there is no room.
    pub(in crate::target) fn add(&mut self, line: usize, what: What) -> Option<usize> {
        if self.items.len() >= MOST_ITEMS {
            self.notes.add(line, "too many packages; not read");
            return None;
        }
        self.items.push(Item { line, what });
        Some(self.items.len() - 1)
    }

    /// The environment of the Python that is listed, else the one that is asked for.
    fn environment(&self, ctx: &TargetContext<'_>) -> Environment {
        let listed = self.together.iter().flatten();
        let mut items = listed.filter_map(|&place| self.items.get(place));
        let python = items.find_map(|item| match &item.what {
            What::Conda(package) if package.name == "python" => Some(&package.version),
            _ => None,
        });
        match python {
            Some(version) => ctx.environment_of(version, &ctx.platform.platform()),
            None => ctx.environment(None),
        }
    }

    /// Puts together what belongs to some environment; the rest counts as excluded.
    pub(in crate::target) fn inventory(
        &self,
        ctx: &TargetContext<'_>,
        path: &Path,
        format: &str,
    ) -> Inventory {
        let environment = self.environment(ctx);
        let own = path.display().to_string();
        let mut inventory = Inventory {
            label: own.clone(),
            format: format.to_owned(),
            path: own.clone(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            ..Inventory::default()
        };
        let mut graph = Graph::default();
        let mut places: Vec<Option<ComponentIndex>> = vec![None; self.items.len()];
        let mut is_listed = vec![false; self.items.len()];
        for &place in self.together.iter().flatten() {
            if let (Some(mark @ false), Some(item)) =
                (is_listed.get_mut(place), self.items.get(place))
            {
                *mark = true;
                let locator = format!("{own}:{}", item.line);
                if let Some(known) = places.get_mut(place) {
                    *known = add_item(item, &locator, &mut graph, &mut inventory);
                }
            }
        }
        inventory.excluded_by_markers = is_listed.iter().filter(|is_listed| !**is_listed).count();
        let stopped = self.connect(&places, &environment, &mut graph);
        inventory.problems = self.notes.problems(path);
        let stopped = stopped.map(|message| Problem::new(own, message));
        inventory.problems.extend(stopped);
        inventory.unpinned.sort();
        inventory.unpinned.dedup();
        graph.finish(inventory)
    }

    /// Packages of conda name one another as conda does; those of pip name what is installed as pip does.
    fn connect(
        &self,
        places: &[Option<ComponentIndex>],
        environment: &Environment,
        graph: &mut Graph,
    ) -> Option<String> {
        let mut steps = 0;
        let mut stopped = None;
        for together in &self.together {
            let mut by_name: BTreeMap<&str, ComponentIndex> = BTreeMap::new();
            let mut linked = Vec::new();
            let mut indices = Vec::new();
            let found = together
                .iter()
                .filter_map(|&place| Some((self.items.get(place)?, places.get(place).copied()??)));
            let found: Vec<_> = found.collect();
            let identities: Vec<_> = found
                .iter()
                .map(|(item, _)| match &item.what {
                    What::Conda(package) => (names::identity(package), &[][..]),
                    What::Python {
                        package,
                        requirements,
                        ..
                    } => (package.clone(), requirements.as_slice()),
                })
                .collect();
            for ((item, index), (package, requirements)) in found.iter().zip(&identities) {
                if let What::Conda(conda) = &item.what {
                    by_name.insert(&conda.name, *index);
                }
                linked.push(Linked {
                    package,
                    requirements,
                });
                indices.push(*index);
            }
            for (item, index) in &found {
                let What::Conda(conda) = &item.what else {
                    continue;
                };
                for to in conda
                    .depends
                    .iter()
                    .filter_map(|name| by_name.get(name.as_str()))
                {
                    steps += 1;
                    graph.require(*index, *to);
                }
            }
            let (edges, message) = links::connect(&linked, environment);
            steps += edges.len();
            stopped = stopped.or(message);
            for (from, to) in edges {
                if let (Some(from), Some(to)) = (indices.get(from), indices.get(to)) {
                    graph.require(*from, *to);
                }
            }
            if steps > MOST_DEPENDENCIES {
                let message = "the dependencies are too many to follow; some paths are missing";
                return Some(message.to_owned());
            }
        }
        stopped
    }
}

fn add_item(
    item: &Item,
    locator: &str,
    graph: &mut Graph,
    inventory: &mut Inventory,
) -> Option<ComponentIndex> {
    match &item.what {
        What::Conda(package) if package.version.is_empty() => {
            inventory.unpinned.push(Unpinned {
                package: names::identity(package),
                locator: locator.to_owned(),
                reason: "no version".to_owned(),
            });
            None
        }
        What::Conda(package) => Some(graph.add(package.component(locator))),
        What::Python {
            package,
            version: Some(version),
            ..
        } => Some(graph.add(Component::new(package.clone(), version, locator))),
        What::Python {
            package, reason, ..
        } => {
            inventory.unpinned.push(Unpinned {
                package: package.clone(),
                locator: locator.to_owned(),
                reason: (*reason).to_owned(),
            });
            None
        }
    }
}
