//! A checkout on a disk, walked within bounds.

use std::{io::Read, path::Path};

use bartizan_formats::tree::{Entry, EntryKind, Tree};
use bartizan_model::problem::Problem;

use super::sighting::{HEAD, SourceSighting};

/// Folders of tools, of what a build made, and of what was installed: no part of the source.
const SKIPPED: [&str; 16] = [
    ".git",
    ".hg",
    ".svn",
    "build",
    "builddir",
    "build-install",
    "dist",
    "_skbuild",
    "node_modules",
    "__pycache__",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "site-packages",
    ".mypy_cache",
];

/// Folders deeper than this are not entered.
const DEEPEST: usize = 64;

/// The most entries of a tree.
const MOST_ENTRIES: usize = 500_000;

/// The most bytes that are read of one tree.
const MOST_BYTES: u64 = 1 << 30;

/// Shows every file of a tree to a sighting, and gives what could not be read.
pub(super) fn walk(
    tree: &dyn Tree,
    root: &Path,
    sighting: &mut SourceSighting<'_>,
) -> Vec<Problem> {
    let mut walk = Walk {
        tree,
        root,
        problems: Vec::new(),
        entries: 0,
        bytes: 0,
    };
    if let Ok(index) = tree.read(&root.join(".git/index"), super::index::LARGEST) {
        for (place, commit) in super::index::submodules(&index) {
            sighting.pinned(&place, &commit);
        }
    }
    let mut folders = vec![(root.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in walk.list(&folder) {
            match entry.kind {
                EntryKind::Directory if depth < DEEPEST && !is_skipped(&entry.path) => {
                    folders.push((entry.path, depth + 1));
                }
                EntryKind::File => walk.file(&entry, sighting),
                EntryKind::Directory | EntryKind::Other => {}
            }
        }
    }
    walk.problems
}

struct Walk<'t> {
    tree: &'t dyn Tree,
    root: &'t Path,
    problems: Vec<Problem>,
    entries: usize,
    bytes: u64,
}

impl Walk<'_> {
    fn list(&mut self, folder: &Path) -> Vec<Entry> {
        if self.entries > MOST_ENTRIES {
            return Vec::new();
        }
        match self.tree.list(folder) {
            Ok(entries) => {
                self.entries = self.entries.saturating_add(entries.len());
                if self.entries > MOST_ENTRIES {
                    self.note(
                        folder,
                        format!("more than {MOST_ENTRIES} entries; the rest was not looked at"),
                    );
                }
                entries
            }
            Err(error) => {
                self.note(folder, format!("cannot be listed: {error}"));
                Vec::new()
            }
        }
    }

    fn file(&mut self, entry: &Entry, sighting: &mut SourceSighting<'_>) {
        let Some(path) = self.inside(&entry.path) else {
            return;
        };
        if !sighting.wants(&path, entry.size) {
            return;
        }
        let left = MOST_BYTES.saturating_sub(self.bytes);
        if left == 0 {
            return;
        }
        match self.head(entry) {
            Ok(bytes) => {
                self.bytes = self.bytes.saturating_add(bytes.len() as u64);
                if self.bytes >= MOST_BYTES {
                    self.note(
                        &entry.path,
                        format!("more than {MOST_BYTES} bytes; the rest was not read"),
                    );
                }
                sighting.file(&path, &bytes);
            }
            Err(message) => self.note(&entry.path, message),
        }
    }

    /// The beginning of a file.
    fn head(&self, entry: &Entry) -> Result<Vec<u8>, String> {
        let file = self
            .tree
            .open(&entry.path)
            .map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        let mut head = file.take(super::pins::LARGEST.max(HEAD as u64));
        head.read_to_end(&mut bytes)
            .map_err(|error| format!("cannot be read: {error}"))?;
        Ok(bytes)
    }

    /// The path within the tree, with `/` between folders; of a name that is no text, nothing.
    fn inside(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.root).ok()?;
        let parts = inside.components().map(|part| part.as_os_str().to_str());
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    }

    fn note(&mut self, path: &Path, message: impl Into<String>) {
        self.problems
            .push(Problem::new(path.display().to_string(), message));
    }
}

fn is_skipped(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| SKIPPED.contains(&name))
}
