//! What is there before the upgrade: one target, its environment, and what its project asks for.

use std::{collections::BTreeSet, path::Path};

use bartizan_formats::target;
use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    environment::MarkerEnvironment,
    inventory::Inventory,
    requirement::Requirement,
};
use bartizan_sources::disk::{self, DiskTree};
use bartizan_vulnerability::upgrade::{Freedom, RootRequirement, Situation};

use super::Arguments;
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    targets::{self, Wanted},
};

/// The version of Python that is taken where nothing tells one.
const PYTHON: &str = "3.14";

/// The one inventory that the target holds.
pub(super) fn inventory(ctx: &Context, arguments: &Arguments) -> Result<Inventory, Failure> {
    let settings = &ctx.settings;
    let platform = arguments
        .platform
        .clone()
        .or_else(|| settings.platform.clone());
    if platform.as_deref() == Some("any") {
        return Err(
            Failure::usage("an upgrade is planned for one platform, not for any")
                .hint("name one: `--platform linux`"),
        );
    }
    let wanted = Wanted {
        python: arguments.python.clone().or_else(|| settings.python.clone()),
        platform,
    };
    let target = arguments.target.clone();
    let shown = target.display().to_string();
    let mut seen = targets::look_at(ctx, &[target], wanted)?;
    let is_python = |inventory: &Inventory| {
        let mut components = inventory.components.iter();
        components.any(|component| *component.package.ecosystem() == Ecosystem::pypi())
    };
    seen.inventories.retain(is_python);
    match seen.inventories.len() {
        0 => Err(Failure {
            exit: Exit::NothingToLookAt,
            ..Failure::usage(format!(
                "no installed or pinned Python package is in `{shown}`"
            ))
        }
        .hint("name an environment, a lock file or a requirements file with pins")),
        1 => seen
            .inventories
            .pop()
            .ok_or_else(|| Failure::internal("no inventory")),
        _ => {
            let paths = seen
                .inventories
                .iter()
                .map(|inventory| format!("`{}`", inventory.path));
            let paths: Vec<String> = paths.take(6).collect();
            Err(Failure::usage(format!(
                "`{shown}` holds several targets, and an upgrade is planned for one"
            ))
            .hint(format!("name one of them: {}", paths.join(", "))))
        }
    }
}

/// What is installed, and what the project asks for.
pub(super) fn situation(inventory: &Inventory, arguments: &Arguments) -> Situation {
    let environment = inventory.markers.clone().unwrap_or_else(|| {
        let python = arguments.python.as_deref().unwrap_or(PYTHON);
        MarkerEnvironment::cpython(python, &disk::host_platform())
    });
    let installed: BTreeSet<&Package> = inventory
        .components
        .iter()
        .map(|component| &component.package)
        .collect();
    let stated = if is_environment(inventory) {
        Vec::new()
    } else {
        target::requirements_beside(&DiskTree, Path::new(&inventory.path))
    };
    let stated = stated
        .into_iter()
        .filter(|requirement| installed.contains(&requirement.package));
    let roots = stated.map(root).collect();
    Situation::of_inventory(inventory, environment, roots)
}

/// Whether it is installed files and no list.
pub(super) fn is_environment(inventory: &Inventory) -> bool {
    Path::new(&inventory.path).is_dir()
}

/// A pin may be rewritten; a range is meant.
fn root(requirement: Requirement) -> RootRequirement {
    let specifiers = requirement.specifiers();
    let is_pin = specifiers.is_some_and(|specifiers| specifiers.pinned().is_some());
    let freedom = if is_pin { Freedom::Free } else { Freedom::Held };
    RootRequirement {
        requirement,
        freedom,
    }
}
