//! The entries of a lock file of Poetry, as far as they matter here.

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    inventory::Asked,
    marker::Marker,
};

use crate::{
    document::{Table, gather},
    target::{
        TargetError,
        lock::{Dependency, Lock, Locked, Source, range::VersionRange},
    },
};

/// A lock file while it is read.
#[derive(Debug, Default)]
pub(super) struct PoetryLockFile {
    pub(super) lock: Lock,
    /// The version of the format.
    pub(super) version: Option<String>,
}

impl PoetryLockFile {
    pub(super) fn read(path: &Path, text: &str) -> Result<Self, TargetError> {
        let mut file = gather(path, text, "[[package]]", Self::take)?;
        // Files since 2.1 name the groups of each package, and under which markers it belongs to them.
        let stated = |locked: &Locked| !locked.groups.is_empty();
        file.lock.states_belonging =
            !file.lock.packages.is_empty() && file.lock.packages.iter().all(stated);
        file.lock
            .packages
            .iter_mut()
            .for_each(|locked| locked.groups.clear());
        Ok(file)
    }

    /// Takes a part of the file.
    fn take(&mut self, root: Table<'_>) {
        if let Some(metadata) = root.table("metadata") {
            self.version = metadata.scalar("lock-version").or(self.version.take());
            let range = metadata
                .text("python-versions")
                .and_then(VersionRange::of_poetry);
            self.lock.requires_python = range.and_then(|range| range.single().cloned());
        }
        if let Some(extras) = root.table("extras") {
            self.lock.choices.extend(extras.keys().map(normalise_pypi));
        }
        for table in root.tables("package") {
            let locked = self.locked(table);
            self.lock.packages.extend(locked);
        }
    }

    fn locked(&mut self, table: Table<'_>) -> Option<Locked> {
        let line = table.line();
        let Some(name) = table.text("name") else {
            self.lock.notes.add(line, "a package without a name");
            return None;
        };
        let version = table.text("version").map(str::to_owned);
        if version.is_none() {
            self.lock
                .notes
                .add(line, format!("`{name}` has no version"));
        }
        let (mut dependencies, mut optional) = (Vec::new(), BTreeMap::new());
        if let Some(stated) = table.table("dependencies") {
            for name in stated.keys() {
                self.dependency(stated, name, (&mut dependencies, &mut optional));
            }
        }
        let groups = Lock::names(table, "groups");
        Some(Locked {
            asked: asked(table, &groups),
            source: source(table),
            markers: self.markers(table, &groups),
            dependencies,
            extras: self.extras(table, &optional),
            groups: groups.into_iter().map(|name| (name, Vec::new())).collect(),
            ..Locked::new(Package::pypi(name), version, line)
        })
    }

    /// A range, a table with one, or several tables for different environments.
    fn dependency(
        &mut self,
        stated: Table<'_>,
        name: &str,
        (dependencies, optional): (&mut Vec<Dependency>, &mut Optional),
    ) {
        let package = Package::pypi(name);
        if let Some(text) = stated.text(name) {
            if self.lock.has_room(stated.line()) {
                dependencies.push(Dependency {
                    range: VersionRange::of_poetry(text),
                    ..Dependency::on(package)
                });
            }
            return;
        }
        for entry in stated.tables(name).chain(stated.table(name)) {
            if !self.lock.has_room(entry.line()) {
                return;
            }
            let marker = entry.text("markers");
            let dependency = Dependency {
                range: entry.text("version").and_then(VersionRange::of_poetry),
                extras: Lock::names(entry, "extras"),
                marker: marker.and_then(|text| self.lock.marker(entry.line(), text)),
                ..Dependency::on(package.clone())
            };
            if entry.truth("optional") == Some(true) {
                optional
                    .entry(package.clone())
                    .or_default()
                    .push(dependency);
            } else {
                dependencies.push(dependency);
            }
        }
    }

    /// What each extra of a package needs: those of its optional dependencies that are locked.
    fn extras(&mut self, table: Table<'_>, optional: &Optional) -> Extras {
        let mut extras = BTreeMap::new();
        let Some(stated) = table.table("extras") else {
            return extras;
        };
        for extra in stated.keys() {
            let mut needed: Vec<Dependency> = Vec::new();
            for text in stated.texts(extra) {
                let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                let name = text.split(|c| !is_name(c)).next().unwrap_or_default();
                for dependency in optional.get(&Package::pypi(name)).into_iter().flatten() {
                    if !self.lock.has_room(stated.line()) {
                        return extras;
                    }
                    needed.push(dependency.clone());
                }
            }
            extras.insert(normalise_pypi(extra), needed);
        }
        extras
    }

    /// The markers of a package: one text, or one for each of its groups. A group that has none always holds.
    fn markers(&mut self, table: Table<'_>, groups: &[String]) -> Vec<Marker> {
        let line = table.line();
        if let Some(text) = table.text("markers") {
            return self.lock.marker(line, text).into_iter().collect();
        }
        let Some(by_group) = table.table("markers") else {
            return Vec::new();
        };
        let stated: BTreeMap<_, _> = by_group
            .keys()
            .map(|group| (normalise_pypi(group), by_group.text(group)))
            .collect();
        let markers: Option<Vec<_>> = groups
            .iter()
            .map(|group| {
                self.lock
                    .marker(line, stated.get(group).copied().flatten()?)
            })
            .collect();
        markers.unwrap_or_default()
    }
}

/// Why the project asks for a package: in an extra where it is optional, to develop with where no group is that of the
/// project itself.
fn asked(table: Table<'_>, groups: &[String]) -> Option<Asked> {
    let is_of_project = match groups {
        [] => table.text("category") != Some("dev"),
        groups => groups.iter().any(|group| group == "main"),
    };
    if !is_of_project {
        return Some(Asked::Development);
    }
    let is_optional = table.truth("optional") == Some(true);
    is_optional.then_some(Asked::Optional)
}

/// The optional dependencies of a package.
type Optional = BTreeMap<Package, Vec<Dependency>>;

/// What each extra needs.
type Extras = BTreeMap<String, Vec<Dependency>>;

fn source(table: Table<'_>) -> Source {
    let kind = table
        .table("source")
        .and_then(|source| source.text("type"))
        .unwrap_or_default();
    match kind {
        "git" | "hg" | "svn" | "bzr" => Source::VersionControl,
        "url" => Source::Url,
        "directory" | "file" => Source::Local,
        _ => Source::Registry,
    }
}
