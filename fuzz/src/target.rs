//! Targets: files in memory are searched like a directory of the user.

use std::path::Path;

use bartizan_formats::{
    target::{PlatformChoice, TargetContext, discover},
    tree::MemoryTree,
};
use bartizan_model::environment::{Platform, System};

/// Reads files of these names and checks that the inventory refers to nothing that is not in it.
pub fn drive(files: &[(&str, &[u8])]) {
    let tree = MemoryTree::new(files.iter().map(|(name, bytes)| (*name, bytes.to_vec())));
    for platform in [PlatformChoice::Named(linux()), PlatformChoice::Any] {
        let ctx = TargetContext {
            tree: &tree,
            python: Some("3.12".to_owned()),
            platform,
            active_python: None,
        };
        let first = files.first().map_or("", |(name, _)| name);
        let start = first.split_once('/').map_or(first, |(folder, _)| folder);
        let Ok(found) = discover(&ctx, Path::new(start)) else {
            continue;
        };
        for inventory in &found.inventories {
            let count = inventory.components.len();
            assert!(inventory.roots.iter().all(|root| *root < count));
            assert!(
                inventory
                    .edges
                    .iter()
                    .all(|edge| edge.from < count && edge.to < count)
            );
            assert!(inventory.components.is_sorted());
        }
    }
}

/// Reads a file with another one beside it; the first NUL of the bytes separates the two.
pub fn drive_beside(file: &str, other: &str, bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == 0);
    let (first, second) = bytes.split_at(end.unwrap_or(bytes.len()));
    drive(&[(file, first), (other, second.get(1..).unwrap_or_default())]);
}

fn linux() -> Platform {
    Platform {
        system: System::Linux,
        machine: "x86_64".to_owned(),
    }
}
