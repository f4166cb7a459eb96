//! An installation of Python packages: a virtual environment, or a `site-packages` directory.
//!
//! What is installed is told by the metadata that installers leave beside the packages
//! ([recording installed projects](https://packaging.python.org/en/latest/specifications/recording-installed-packages/)).
//! No interpreter is started and nothing of the installation is executed.

mod distribution;
mod layout;

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    inventory::{Component, ComponentIndex, Inventory, Unpinned},
    problem::Problem,
};

use self::{
    distribution::{Distribution, Found},
    layout::{Interpreter, Layout},
};
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{graph::Graph, links, tree::Tree};

/// The format.
pub(super) static FORMAT: InstalledEnvironment = InstalledEnvironment;

/// See the module.
pub(super) struct InstalledEnvironment;

impl TargetFormat for InstalledEnvironment {
    fn id(&self) -> &'static str {
        "environment"
    }

    fn title(&self) -> &'static str {
        "a virtual environment or site-packages directory"
    }

    fn is_usual_name(&self, _candidate: &Candidate<'_>) -> bool {
        false
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        layout::is_environment(candidate) || layout::is_site(candidate)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let layout = Layout::find(ctx.tree, path).map_err(|cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        })?;
        let environment = layout.environment(ctx);
        let mut inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            problems: layout.problems.clone(),
            ..Inventory::default()
        };
        let mut distributions = Vec::new();
        for site in &layout.sites {
            let Found {
                distributions: found,
                unpinned,
                problems,
            } = distribution::find(ctx.tree, site);
            distributions.extend(found);
            inventory.unpinned.extend(unpinned);
            inventory.problems.extend(problems);
        }
        let mut graph = Graph::default();
        for distribution in &distributions {
            graph.add(distribution.component());
        }
        let linked: Vec<_> = distributions.iter().map(Distribution::linked).collect();
        let (edges, stopped) = links::connect(&linked, &environment);
        for (from, to) in edges {
            graph.require(from, to);
        }
        for (index, _) in (0..)
            .zip(&distributions)
            .filter(|(_, distribution)| distribution.is_requested)
        {
            graph.root(index);
        }
        inventory
            .problems
            .extend(stopped.map(|message| Problem::new(path.display().to_string(), message)));
        inventory.problems.extend(duplicates(&distributions));
        add_interpreter(&layout, &mut graph, &mut inventory);
        inventory.problems.sort();
        inventory.unpinned.sort();
        Ok(graph.finish(inventory))
    }

    fn owns_what_is_below(&self) -> bool {
        true
    }
}

/// The version of Python of a virtual environment, or its series.
pub(super) fn python(tree: &dyn Tree, path: &Path) -> Option<String> {
    match Layout::find(tree, path).ok()?.interpreter {
        Interpreter::CPython { version, .. } => Some(version),
        Interpreter::Series { series, .. } => Some(series),
        Interpreter::Other | Interpreter::Unknown => None,
    }
}

/// The interpreter is a component as well: it has advisories of its own.
fn add_interpreter(layout: &Layout, graph: &mut Graph, inventory: &mut Inventory) {
    let package = Package::new(Ecosystem::new("CPython"), "cpython");
    match &layout.interpreter {
        Interpreter::CPython { version, locator } => {
            graph.add(Component {
                package,
                version: version.clone(),
                locator: locator.clone(),
            });
        }
        Interpreter::Series { series, locator } => {
            let reason = format!("only its series, {series}, is stated");
            inventory.unpinned.push(Unpinned {
                package,
                locator: locator.clone(),
                reason,
            });
        }
        Interpreter::Other | Interpreter::Unknown => {}
    }
}

/// Two installations of one package: which of them is imported cannot be told, so both count.
fn duplicates(distributions: &[Distribution]) -> Vec<Problem> {
    let mut by_package: BTreeMap<&Package, Vec<ComponentIndex>> = BTreeMap::new();
    for (index, distribution) in distributions.iter().enumerate() {
        by_package
            .entry(&distribution.package)
            .or_default()
            .push(index);
    }
    let several = by_package
        .into_iter()
        .filter(|(_, indices)| indices.len() > 1);
    let problem = |(package, indices): (&Package, Vec<ComponentIndex>)| {
        let found = indices.iter().filter_map(|&index| distributions.get(index));
        let mut places: Vec<_> = found
            .map(|found| format!("{} ({})", found.version, found.locator))
            .collect();
        places.sort();
        let subject = places.join(", ");
        let problem = Problem::new(
            subject,
            format!("`{package}` is installed more than once; each counts"),
        );
        problem.with_hint(format!(
            "remove what is left over, for example by reinstalling `{package}`"
        ))
    };
    several.map(problem).collect()
}
