//! Looking at what the user names: inventories, and what could not be read.

use std::path::{Path, PathBuf};

use bartizan_formats::target::{self, PlatformChoice, TargetContext};
use bartizan_model::{inventory::Inventory, problem::Problem};
use bartizan_sources::disk::{self, DiskTree};

use crate::{
    context::Context,
    error::Failure,
    report::TargetFacts,
    settings::{self, PlatformName},
};

/// What the named targets hold.
#[derive(Debug, Default)]
pub(crate) struct LookedAt {
    pub(crate) inventories: Vec<Inventory>,
    pub(crate) problems: Vec<Problem>,
    /// Named targets in which nothing could be read.
    pub(crate) empty: usize,
    /// Named targets that are wrong: no such file, or no format that is known.
    pub(crate) wrong: usize,
}

/// Which environment markers are evaluated for.
pub(crate) struct Wanted {
    pub(crate) python: Option<String>,
    pub(crate) platform: Option<String>,
}

/// Looks at each target. One that is wrong does not keep the others from being looked at, unless there
/// are no others.
pub(crate) fn look_at(
    ctx: &Context,
    targets: &[PathBuf],
    wanted: Wanted,
) -> Result<LookedAt, Failure> {
    let context = TargetContext {
        tree: &DiskTree,
        python: wanted.python,
        platform: platform(wanted.platform.as_deref()),
        active_python: ctx
            .environment
            .path("VIRTUAL_ENV")
            .and_then(|path| disk::active_python(&path)),
    };
    let mut seen = LookedAt::default();
    for path in targets {
        match target::discover(&context, path) {
            Ok(found) => {
                seen.empty += usize::from(found.inventories.is_empty());
                seen.inventories.extend(found.inventories);
                seen.problems.extend(found.problems);
            }
            Err(error) => {
                let hint = error.hint().unwrap_or_else(|| "check the path".to_owned());
                if targets.len() == 1 {
                    return Err(Failure::usage(error.describe()).hint(hint));
                }
                seen.wrong += 1;
                seen.problems
                    .push(Problem::new(shown(path), error.describe()).with_hint(hint));
            }
        }
    }
    Ok(seen)
}

fn platform(name: Option<&str>) -> PlatformChoice {
    match name.and_then(settings::platform_of_text) {
        Some(PlatformName::Any) => PlatformChoice::Any,
        Some(PlatformName::Named(platform)) => PlatformChoice::Named(platform),
        Some(PlatformName::Host) | None => PlatformChoice::Host(disk::host_platform()),
    }
}

/// What a report says about an inventory besides its components.
pub(crate) fn facts(inventory: &Inventory) -> TargetFacts {
    TargetFacts {
        path: inventory.path.clone(),
        format: inventory.format.clone(),
        label: inventory.label.clone(),
        environment: inventory.environment.clone(),
        components: inventory.components.len(),
        excluded_by_markers: inventory.excluded_by_markers,
        unpinned: inventory.unpinned.len(),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
