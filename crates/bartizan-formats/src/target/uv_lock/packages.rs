//! The entries of a lock file of uv, as far as they matter here.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    marker::Marker,
};

use crate::{
    document::{Table, gather},
    target::{
        TargetError,
        lock::{Dependency, Lock, Locked, Source},
    },
};

/// A lock file while it is read.
#[derive(Debug, Default)]
pub(super) struct UvLockFile {
    pub(super) lock: Lock,
    /// The version of the format.
    pub(super) version: Option<String>,
    /// The names of the project's members.
    members: BTreeSet<String>,
}

impl UvLockFile {
    pub(super) fn read(path: &Path, text: &str) -> Result<Self, TargetError> {
        let mut file = gather(path, text, "[[package]]", Self::take)?;
        for locked in &mut file.lock.packages {
            let is_at_root = locked.source == Source::Local && locked.source_text == ".";
            locked.is_own = is_at_root || file.members.contains(locked.package.name());
            if is_at_root {
                file.lock.label = Some(locked.package.name().to_owned());
            }
        }
        Ok(file)
    }

    /// Takes a part of the file.
    fn take(&mut self, root: Table<'_>) {
        if let Some(version) = root.scalar("version") {
            self.version.get_or_insert(version);
        }
        if let Some(requires) = root.text("requires-python") {
            self.lock.requires_python = requires.parse().ok();
        }
        self.lock.choices.extend(conflicts(root));
        if let Some(manifest) = root.table("manifest") {
            self.members
                .extend(manifest.texts("members").map(normalise_pypi));
            let requirements = self.dependencies(manifest, "requirements");
            let groups = self.dependencies_by_name(manifest, "dependency-groups");
            self.lock.requirements.extend(
                requirements
                    .into_iter()
                    .chain(groups.into_values().flatten()),
            );
        }
        for table in root.tables("package") {
            let locked = self.locked(table);
            self.lock.packages.extend(locked);
        }
    }
    fn locked(&mut self, table: Table<'_>) -> Option<Locked> {
        let Some(name) = table.text("name") else {
            self.lock
                .notes
                .add(table.line(), "a package without a name");
            return None;
        };
        let (source, source_text) = match table.table("source") {
            Some(source) => read_source(source),
            None => (Source::Registry, String::new()),
        };
        let version = table.text("version").map(str::to_owned);
        if version.is_none() && source == Source::Registry {
            self.lock
                .notes
                .add(table.line(), format!("`{name}` has no version"));
        }
        Some(Locked {
            source,
            source_text,
            markers: table
                .texts("resolution-markers")
                .filter_map(|text| text.parse().ok())
                .collect(),
            dependencies: self.dependencies(table, "dependencies"),
            extras: self.dependencies_by_name(table, "optional-dependencies"),
            groups: self.dependencies_by_name(table, "dev-dependencies"),
            ..Locked::new(Package::pypi(name), version, table.line())
        })
    }

    fn dependencies_by_name(
        &mut self,
        table: Table<'_>,
        key: &str,
    ) -> BTreeMap<String, Vec<Dependency>> {
        let Some(table) = table.table(key) else {
            return BTreeMap::new();
        };
        table
            .keys()
            .map(|name| (normalise_pypi(name), self.dependencies(table, name)))
            .collect()
    }

    fn dependencies(&mut self, table: Table<'_>, key: &str) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        for dependency in table.tables(key) {
            let Some(name) = dependency.text("name") else {
                self.lock
                    .notes
                    .add(dependency.line(), "a dependency without a name");
                continue;
            };
            if !self.lock.has_room(dependency.line()) {
                break;
            }
            // Requirements of a manifest write `extras` where locked dependencies write `extra`.
            let extras = dependency.texts("extra").chain(dependency.texts("extras"));
            dependencies.push(Dependency {
                version: dependency.text("version").map(str::to_owned),
                source_text: dependency
                    .table("source")
                    .map(|source| read_source(source).1),
                extras: extras.map(normalise_pypi).collect(),
                marker: self.marker(dependency),
                ..Dependency::on(Package::pypi(name))
            });
        }
        dependencies
    }

    fn marker(&mut self, dependency: Table<'_>) -> Option<Marker> {
        self.lock
            .marker(dependency.line(), dependency.text("marker")?)
    }
}

/// Extras and groups in the spelling of the markers that uv makes for conflicts.
fn conflicts(root: Table<'_>) -> BTreeSet<String> {
    let spelling = |item: Table<'_>| {
        let package = item.text("package")?;
        let length = package.len();
        match (item.text("extra"), item.text("group")) {
            (Some(extra), _) => Some(format!("extra-{length}-{package}-{extra}")),
            (_, Some(group)) => Some(format!("group-{length}-{package}-{group}")),
            _ => Some(format!("project-{length}-{package}")),
        }
    };
    root.nested_tables("conflicts")
        .filter_map(spelling)
        .collect()
}

fn read_source(source: Table<'_>) -> (Source, String) {
    let kinds = [
        ("registry", Source::Registry),
        ("git", Source::VersionControl),
        ("url", Source::Url),
        ("path", Source::Local),
        ("directory", Source::Local),
        ("editable", Source::Local),
        ("virtual", Source::Local),
    ];
    let known = kinds
        .into_iter()
        .find_map(|(key, kind)| Some((kind, source.text(key)?.to_owned())));
    known.unwrap_or((Source::Registry, String::new()))
}
