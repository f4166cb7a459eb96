//! Artifacts: what is told of them is sorted, and names no file that was not in them.

use std::path::Path;

use bartizan_formats::tree::MemoryTree;
use bartizan_native::{artifact::inspect, knowledge::Knowledge};

/// Looks into a file of this name.
pub fn drive(name: &str, bytes: &[u8]) {
    let tree = MemoryTree::new([(name, bytes)]);
    let Ok(found) = inspect(&tree, Path::new(name), Knowledge::embedded()) else {
        return;
    };
    for contents in &found {
        assert!(contents.file.starts_with(name));
        assert!(contents.components.is_sorted());
        assert!(contents.problems.is_sorted());
        assert!(contents.natives.is_sorted_by_key(|file| &file.path));
    }
    assert_eq!(
        inspect(&tree, Path::new(name), Knowledge::embedded()).ok(),
        Some(found)
    );
}
