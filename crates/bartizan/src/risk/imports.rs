//! What the user's own code imports: the Python files beside a lock file or a list of requirements, read and not run.
//!
//! Where not all of them could be read nothing is said, because a module that is missing here lowers a risk.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bartizan_formats::tree::{Entry, EntryKind, Tree};
use bartizan_model::inventory::Inventory;
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::risk::{MAX_TEXT, imports};

/// More files than this are no project that is looked at in passing.
const MAX_FILES: usize = 5000;
const MAX_DIRECTORIES: usize = 2000;
const MAX_DEPTH: usize = 12;
/// The bytes of all files together.
const MAX_BYTES: u64 = 64 << 20;

/// Directories that hold others' code, or none.
const NOT_OWN: [&str; 7] = [
    "site-packages",
    "node_modules",
    "__pycache__",
    "venv",
    "env",
    "build",
    "dist",
];

/// The modules that code imports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Imports {
    pub(super) modules: BTreeSet<String>,
    pub(super) files: usize,
    bytes: u64,
}

/// The imports of the code beside a target; `None` where there is none or not all of it could be read.
pub(super) fn beside(inventory: &Inventory) -> Option<Imports> {
    let parent = Path::new(&inventory.path).parent()?;
    let directory = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    let mut seen = Imports::default();
    let mut left: Vec<(PathBuf, usize)> = vec![(directory.to_owned(), 0)];
    let mut directories = 0;
    while let Some((directory, depth)) = left.pop() {
        directories += 1;
        if directories > MAX_DIRECTORIES || depth > MAX_DEPTH {
            return None;
        }
        let entries = DiskTree.list(&directory).ok()?;
        let is_environment = entries.iter().any(|it| it.path.ends_with("pyvenv.cfg"));
        if is_environment {
            continue;
        }
        for entry in entries {
            match entry.kind {
                EntryKind::Directory if is_own(&entry) => left.push((entry.path, depth + 1)),
                EntryKind::File if is_code(&entry.path) => look(&entry, &mut seen)?,
                // A link to a directory may lead to more code.
                EntryKind::Other if entry.path.extension().is_none() && is_own(&entry) => {
                    return None;
                }
                EntryKind::Directory | EntryKind::File | EntryKind::Other => {}
            }
        }
    }
    (seen.files > 0).then_some(seen)
}

fn look(entry: &Entry, seen: &mut Imports) -> Option<()> {
    seen.files += 1;
    seen.bytes += entry.size;
    if seen.files > MAX_FILES || seen.bytes > MAX_BYTES {
        return None;
    }
    let bytes = DiskTree.read(&entry.path, MAX_TEXT as u64).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    if entry.path.extension().is_some_and(|it| it == "ipynb") {
        imports(
            &text.replace(['"', '\''], "\n").replace("\\n", "\n"),
            &mut seen.modules,
        );
    }
    imports(&text, &mut seen.modules);
    Some(())
}

fn is_own(entry: &Entry) -> bool {
    let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !NOT_OWN.contains(&name.as_ref())
}

/// Python, also in Cython's spelling and in notebooks. The lines of a notebook are quoted in JSON.
fn is_code(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    matches!(extension, Some("py" | "pyx" | "pyi" | "ipynb"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_code_is_read_and_others_is_not() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("src/app/a.py", "import numpy");
        write("b.py", "from PIL import Image");
        write("tool/pyvenv.cfg", "");
        write("tool/lib/x.py", "import torch");
        write(".tox/y.py", "import scipy");
        write(
            "c.ipynb",
            r#"{"source": ["import pandas as pd\n", "x = 1"]}"#,
        );
        write("uv.lock", "");
        let inventory = Inventory {
            path: root.path().join("uv.lock").display().to_string(),
            ..Inventory::default()
        };
        let seen = beside(&inventory).unwrap();
        assert_eq!(seen.files, 3);
        assert_eq!(
            seen.modules,
            ["PIL", "numpy", "pandas"].map(str::to_owned).into()
        );
        let elsewhere = Inventory {
            path: root.path().join(".tox/none/uv.lock").display().to_string(),
            ..Inventory::default()
        };
        assert_eq!(beside(&elsewhere), None);
    }
}
