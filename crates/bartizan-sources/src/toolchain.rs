//! The files that autoconf, automake, libtool, gettext and gnulib ship and copy into source distributions, as far as this
//! machine has them. They are read, never run.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    contents,
    tree::{EntryKind, Tree},
};

use crate::disk::DiskTree;

/// Where systems keep such files.
const PLACES: [&str; 3] = ["/usr/share", "/usr/local/share", "/opt/homebrew/share"];

/// How the folders of the tools begin there.
const TOOLS: [&str; 7] = [
    "aclocal", "automake", "autoconf", "libtool", "gettext", "gnulib", "misc",
];

/// The most entries that are looked at.
const MOST_ENTRIES: usize = 100_000;

/// How deep it is looked.
const DEEPEST: usize = 8;

/// The largest file that is read.
const LARGEST: u64 = 8 << 20;

/// The most bytes that are kept.
const MOST_BYTES: usize = 128 << 20;

/// An archive in which gettext keeps the files of its older versions.
const OLDER: &str = "archive.dir.tar.xz";

/// A file with where it is.
pub type Shipped = (String, Vec<u8>);

/// The folders of tools where systems keep them.
pub fn folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for place in PLACES {
        let Ok(entries) = DiskTree.list(Path::new(place)) else {
            continue;
        };
        let is_tool = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            TOOLS.iter().any(|tool| name.starts_with(tool))
        };
        folders.extend(
            entries
                .into_iter()
                .map(|it| it.path)
                .filter(|it| is_tool(it)),
        );
    }
    folders
}

/// The files of some names below folders, by name; `*.m4` stands for every macro.
pub fn shipped(folders: &[PathBuf], names: &BTreeSet<String>) -> BTreeMap<String, Vec<Shipped>> {
    let mut found = Found {
        names,
        files: BTreeMap::new(),
        bytes: 0,
    };
    let mut left: Vec<(PathBuf, usize)> = folders.iter().map(|it| (it.clone(), 0)).collect();
    let mut seen = 0;
    while let Some((folder, depth)) = left.pop() {
        let Ok(entries) = DiskTree.list(&folder) else {
            continue;
        };
        for entry in entries {
            seen += 1;
            if seen > MOST_ENTRIES || names.is_empty() {
                return found.files;
            }
            match entry.kind {
                EntryKind::Directory if depth < DEEPEST => left.push((entry.path, depth + 1)),
                EntryKind::File => found.look(&entry.path),
                _ => {}
            }
        }
    }
    for files in found.files.values_mut() {
        files.sort();
    }
    found.files
}

struct Found<'a> {
    names: &'a BTreeSet<String>,
    files: BTreeMap<String, Vec<Shipped>>,
    bytes: usize,
}

impl Found<'_> {
    fn look(&mut self, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !self.is_wanted(&name) && name != OLDER {
            return;
        }
        let Ok(bytes) = DiskTree.read(path, LARGEST) else {
            return;
        };
        let origin = path.display().to_string();
        if name == OLDER {
            self.look_into(&origin, bytes);
        } else {
            self.add(&name, origin, bytes);
        }
    }

    fn is_wanted(&self, name: &str) -> bool {
        let is_macro = name.strip_suffix(".m4").is_some();
        self.names.contains(name) || (is_macro && self.names.contains("*.m4"))
    }

    fn add(&mut self, name: &str, origin: String, bytes: Vec<u8>) {
        self.bytes += bytes.len();
        if self.bytes <= MOST_BYTES {
            self.files
                .entry(name.to_owned())
                .or_default()
                .push((origin, bytes));
        }
    }

    fn look_into(&mut self, origin: &str, bytes: Vec<u8>) {
        let mut archive = Cursor::new(bytes);
        let Ok(contents) = contents::of_archive(&mut archive, false, None) else {
            return;
        };
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let paths = contents.files.into_keys();
        let wanted: BTreeSet<String> = paths.filter(|path| self.is_wanted(&last(path))).collect();
        let texts = contents::texts(&mut archive, None, &wanted).unwrap_or_default();
        for (path, text) in texts {
            if let Ok(text) = text {
                self.add(&last(&path), format!("{origin}!{path}"), text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_name() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("aclocal-1.16/deep");
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["lab.m4", "other.m4", "install-sh", "else"] {
            std::fs::write(folder.join(name), name).unwrap();
        }
        let check = |names: &[&str]| {
            let names = names.iter().map(|it| (*it).to_owned()).collect();
            let found = shipped(&[place.path().to_owned()], &names);
            found.into_keys().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            check(&["lab.m4", "install-sh", "none"]),
            "install-sh lab.m4"
        );
        assert_eq!(check(&["*.m4"]), "lab.m4 other.m4");
        assert_eq!(check(&[]), "");
    }
}
