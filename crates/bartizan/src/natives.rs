//! Native code around a scan: which targets are looked into, and what the table of libraries says of what is found.
//!
//! Only targets that hold files tell anything. Of a lock file, an SBOM or an image that native libraries were not
//! looked for is told, never left out.

use std::path::Path;

pub(crate) use bartizan_assessment::libraries::names;
use bartizan_assessment::libraries::names_of;
use bartizan_formats::{target, tree::Tree};
use bartizan_model::{ecosystem::Ecosystem, inventory::Inventory, problem::Problem};
use bartizan_native::{artifact, knowledge::Knowledge};
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::natives;

/// Looks for native libraries in the targets that hold files, and gives the labels of the targets in which there may be
/// some that were not looked at, sorted.
pub(crate) fn look_into(inventories: &mut [Inventory]) -> Vec<String> {
    let mut passed_over = Vec::new();
    for inventory in inventories {
        let path = Path::new(&inventory.path).to_owned();
        if !holds_files(inventory) || DiskTree.entry(&path).is_err() {
            if may_carry(inventory) {
                passed_over.push(inventory.label.clone());
            }
            continue;
        }
        // Reading the table takes longer than scanning a small lock file, which needs none of it.
        match artifact::inspect(&DiskTree, &path, Knowledge::embedded()) {
            Ok(contents) => natives::join(inventory, contents, &names_of),
            Err(error) => {
                let subject = inventory.path.clone();
                inventory
                    .problems
                    .push(Problem::new(subject, error.describe()));
            }
        }
    }
    passed_over.sort();
    passed_over.dedup();
    passed_over
}

/// Whether the format is one of installed files or of artifacts.
pub(crate) fn holds_files(inventory: &Inventory) -> bool {
    let mut formats = target::ALL.iter();
    formats.any(|format| format.id() == inventory.format && format.holds_files())
}

/// Whether packages are named whose artifacts may carry libraries.
fn may_carry(inventory: &Inventory) -> bool {
    let index = Ecosystem::pypi();
    let mut components = inventory.components.iter();
    components.any(|component| *component.package.ecosystem() == index)
}
