//! The entries of a lock file of uv, as far as they matter here.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    marker::Marker,
    requirement::SpecifierSet,
};

use crate::{
    document::{Table, gather},
    notes::Notes,
    target::TargetError,
};

/// How many dependencies are followed. A lock file of 2,000 packages states about 10,000.
const MOST_DEPENDENCIES: usize = 500_000;

/// A lock file.
#[derive(Debug, Default)]
pub(super) struct Lock {
    pub(super) packages: Vec<Locked>,
    /// What a script or a workspace without a project asks for itself.
    pub(super) requirements: Vec<Dependency>,
    /// Extras and groups that exclude each other, in the spelling that markers use for them.
    pub(super) conflicts: BTreeSet<String>,
    /// The version of the format.
    pub(super) version: Option<String>,
    pub(super) requires_python: Option<SpecifierSet>,
    /// The names of the project's members.
    members: BTreeSet<String>,
    /// The name of the project at the root.
    pub(super) label: Option<String>,
    /// What could not be read.
    pub(super) notes: Notes,
    dependency_count: usize,
}

/// A locked package.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) package: Package,
    pub(super) version: Option<String>,
    pub(super) source: Source,
    /// The source as it is written, to tell two packages of one name and version apart.
    pub(super) source_text: String,
    /// Whether it is a member of the project itself.
    pub(super) is_own: bool,
    pub(super) line: usize,
    /// Under which markers this version of several was chosen.
    pub(super) markers: Vec<Marker>,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) extras: BTreeMap<String, Vec<Dependency>>,
    pub(super) groups: BTreeMap<String, Vec<Dependency>>,
}

/// A dependency on a locked package.
#[derive(Debug)]
pub(super) struct Dependency {
    pub(super) package: Package,
    pub(super) version: Option<String>,
    pub(super) source_text: Option<String>,
    pub(super) extras: Vec<String>,
    pub(super) marker: Option<Marker>,
}

/// Where a package is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Registry,
    VersionControl,
    Url,
    Local,
}

impl Lock {
    pub(super) fn read(path: &Path, text: &str) -> Result<Self, TargetError> {
        let mut lock = gather(path, text, "[[package]]", Self::take)?;
        for locked in &mut lock.packages {
            let is_at_root = locked.source == Source::Local && locked.source_text == ".";
            locked.is_own = is_at_root || lock.members.contains(locked.package.name());
            if is_at_root {
                lock.label = Some(locked.package.name().to_owned());
            }
        }
        Ok(lock)
    }

    /// Takes a part of the file.
    fn take(&mut self, root: Table<'_>) {
        if let Some(version) = root.scalar("version") {
            self.version.get_or_insert(version);
        }
        if let Some(requires) = root.text("requires-python") {
            self.requires_python = requires.parse().ok();
        }
        self.conflicts.extend(conflicts(root));
        if let Some(manifest) = root.table("manifest") {
            self.members
                .extend(manifest.texts("members").map(normalise_pypi));
            let requirements = self.dependencies(manifest, "requirements");
            let groups = self.dependencies_by_name(manifest, "dependency-groups");
            self.requirements.extend(
                requirements
                    .into_iter()
                    .chain(groups.into_values().flatten()),
            );
        }
        for table in root.tables("package") {
            let locked = self.locked(table);
            self.packages.extend(locked);
        }
    }
    fn locked(&mut self, table: Table<'_>) -> Option<Locked> {
        let Some(name) = table.text("name") else {
            self.notes.add(table.line(), "a package without a name");
            return None;
        };
        let (source, source_text) = match table.table("source") {
            Some(source) => read_source(source),
            None => (Source::Registry, String::new()),
        };
        let version = table.text("version").map(str::to_owned);
        if version.is_none() && source == Source::Registry {
            self.notes
                .add(table.line(), format!("`{name}` has no version"));
        }
        Some(Locked {
            package: Package::pypi(name),
            version,
            source,
            source_text,
            is_own: false,
            line: table.line(),
            markers: table
                .texts("resolution-markers")
                .filter_map(|text| text.parse().ok())
                .collect(),
            dependencies: self.dependencies(table, "dependencies"),
            extras: self.dependencies_by_name(table, "optional-dependencies"),
            groups: self.dependencies_by_name(table, "dev-dependencies"),
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
                self.notes
                    .add(dependency.line(), "a dependency without a name");
                continue;
            };
            self.dependency_count += 1;
            if self.dependency_count > MOST_DEPENDENCIES {
                self.notes
                    .add(dependency.line(), "too many dependencies; not followed");
                break;
            }
            // Requirements of a manifest write `extras` where locked dependencies write `extra`.
            let extras = dependency.texts("extra").chain(dependency.texts("extras"));
            dependencies.push(Dependency {
                package: Package::pypi(name),
                version: dependency.text("version").map(str::to_owned),
                source_text: dependency
                    .table("source")
                    .map(|source| read_source(source).1),
                extras: extras.map(normalise_pypi).collect(),
                marker: self.marker(dependency),
            });
        }
        dependencies
    }

    /// A marker that cannot be read hides nothing: the dependency counts as if it had none.
    fn marker(&mut self, dependency: Table<'_>) -> Option<Marker> {
        let text = dependency.text("marker")?;
        let marker = text.parse::<Marker>();
        if let Err(error) = &marker {
            self.notes.add(dependency.line(), error.to_string());
        }
        marker.ok()
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
