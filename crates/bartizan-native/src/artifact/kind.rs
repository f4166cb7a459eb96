//! What a path leads to: by the content of a file, by what lies in a directory.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    archive::Packing,
    file_name,
    installed::{self, Place as Installation},
    tree::{Entry, EntryKind, Tree},
};

use super::{Counted, InspectError, Target, part};

/// What can be looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zip archive: a wheel, a conda package, a source distribution.
    Zip,
    /// A tar archive: a source distribution, a conda package.
    Tar(Packing),
    /// A file of machine code.
    Code,
    /// An environment.
    Installation(Installation),
    /// Any other directory.
    Directory,
}

/// How many bytes tell what a file is: a plain tar has its mark at the end of the first header.
const HEAD: u64 = 512;

/// Files that make a directory somebody's project, whatever archives lie beside them.
const PROJECT_FILES: [&str; 7] = [
    ".git",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "meson.build",
    "CMakeLists.txt",
    "PKG-INFO",
];

pub(super) fn find(tree: &dyn Tree, path: &Path) -> Result<Vec<Target>, InspectError> {
    let fault = |cause| InspectError::Tree {
        path: path.to_owned(),
        cause,
    };
    let target = |kind| Target {
        path: path.to_owned(),
        kind,
        bills: Counted::All,
    };
    let entry = tree.entry(path).map_err(fault)?;
    match entry.kind {
        EntryKind::Directory => {}
        EntryKind::File | EntryKind::Other => {
            let kind = of_file(tree, path)?;
            return Ok(vec![target(kind)]);
        }
    }
    if let Some(installation) = installed::place(tree, path) {
        return Ok(vec![target(Kind::Installation(installation))]);
    }
    let children = tree.list(path).map_err(fault)?;
    let is_project = |entry: &Entry| PROJECT_FILES.contains(&name(&entry.path));
    let artifacts = artifacts(tree, &children);
    if artifacts.is_empty() || children.iter().any(is_project) {
        return Ok(vec![target(Kind::Directory)]);
    }
    Ok(artifacts)
}

/// The artifacts among the entries of a directory, by name; their content decides how they are read.
fn artifacts(tree: &dyn Tree, children: &[Entry]) -> Vec<Target> {
    let files = children
        .iter()
        .filter(|entry| entry.kind == EntryKind::File);
    let named = files.filter(|entry| is_artifact_name(name(&entry.path)));
    let target = |path: &PathBuf| Target {
        path: path.clone(),
        // What cannot be opened now is told when it is looked into.
        kind: of_file(tree, path).unwrap_or(Kind::Zip),
        bills: Counted::All,
    };
    named.map(|entry| target(&entry.path)).collect()
}

fn is_artifact_name(name: &str) -> bool {
    let is_conda = [".conda", ".tar.bz2"].iter().any(|ending| {
        let stem = name.strip_suffix(ending);
        stem.is_some_and(|stem| stem.split('-').count() >= 3)
    });
    file_name::is_wheel(name) || file_name::source(name).is_some() || is_conda
}

fn of_file(tree: &dyn Tree, path: &Path) -> Result<Kind, InspectError> {
    let fault = |cause| InspectError::Tree {
        path: path.to_owned(),
        cause,
    };
    let mut head = Vec::new();
    let file = tree.open(path).map_err(fault)?;
    file.take(HEAD)
        .read_to_end(&mut head)
        .map_err(|error| fault(error.into()))?;
    // The name of a wheel is binding: what is wrong with it is told by the reader of archives.
    let by_name = || file_name::is_wheel(name(path)).then_some(Kind::Zip);
    let kind = of_content(&head).or_else(by_name);
    kind.ok_or_else(|| InspectError::Unknown {
        path: path.to_owned(),
    })
}

fn of_content(head: &[u8]) -> Option<Kind> {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
        _ if head.get(257..262) == Some(b"ustar") => Some(Kind::Tar(Packing::None)),
        _ if part::is_machine_code(head) => Some(Kind::Code),
        _ => match Packing::of_content(head) {
            Packing::None => None,
            packing => Some(Kind::Tar(packing)),
        },
    }
}

/// The last part of a path.
pub(super) fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}
