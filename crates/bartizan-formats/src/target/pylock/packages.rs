//! The entries of a lock file by PEP 751, as far as they matter here.

use std::path::Path;

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    marker::Marker,
    requirement::SpecifierSet,
};

use crate::{
    document::{Table, gather},
    file_name,
    notes::Notes,
    target::TargetError,
};

/// How many dependencies are followed. A lock file of 2,000 packages states about 10,000.
const MOST_DEPENDENCIES: usize = 500_000;

/// A lock file.
#[derive(Debug, Default)]
pub(super) struct Lock {
    /// The version of the format.
    pub(super) version: Option<String>,
    pub(super) requires_python: Option<SpecifierSet>,
    /// The environments that it is made for.
    pub(super) environments: Vec<Marker>,
    pub(super) extras: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) default_groups: Vec<String>,
    pub(super) packages: Vec<Locked>,
    /// What could not be read.
    pub(super) notes: Notes,
    dependency_count: usize,
}

/// A locked package.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) package: Package,
    pub(super) version: Option<String>,
    /// Why there is no version.
    pub(super) reason: &'static str,
    /// Whether it is the project itself, listed as something to install.
    pub(super) is_own: bool,
    pub(super) line: usize,
    pub(super) requires_python: Option<SpecifierSet>,
    pub(super) marker: Option<Marker>,
    /// What it requires, with the version where several are locked.
    pub(super) dependencies: Vec<(Package, Option<String>)>,
}

impl Lock {
    pub(super) fn read(path: &Path, text: &str) -> Result<Self, TargetError> {
        gather(path, text, "[[packages]]", Self::take)
    }

    /// Takes a part of the file.
    fn take(&mut self, root: Table<'_>) {
        let names = |key| root.texts(key).map(normalise_pypi);
        self.extras.extend(names("extras"));
        self.groups.extend(names("dependency-groups"));
        self.default_groups.extend(names("default-groups"));
        if let Some(version) = root.text("lock-version") {
            self.version = Some(version.to_owned());
        }
        if let Some(requires) = root.text("requires-python") {
            self.requires_python = requires.parse().ok();
        }
        self.environments.extend(
            root.texts("environments")
                .filter_map(|text| text.parse().ok()),
        );
        for table in root.tables("packages") {
            let locked = self.locked(table);
            self.packages.extend(locked);
        }
    }

    fn locked(&mut self, table: Table<'_>) -> Option<Locked> {
        let line = table.line();
        let Some(name) = table.text("name") else {
            self.notes.add(line, "a package without a name");
            return None;
        };
        let package = Package::pypi(name);
        let version = table.text("version").map(str::to_owned);
        let folder = table
            .table("directory")
            .and_then(|folder| folder.text("path"));
        let room = MOST_DEPENDENCIES.saturating_sub(self.dependency_count);
        let dependency = |table: Table<'_>| {
            let version = table.text("version").map(str::to_owned);
            Some((Package::pypi(table.text("name")?), version))
        };
        let dependencies: Vec<_> = table
            .tables("dependencies")
            .filter_map(dependency)
            .take(room)
            .collect();
        self.dependency_count += dependencies.len();
        if room > 0 && dependencies.len() == room {
            self.notes.add(line, "too many dependencies; not followed");
        }
        Some(Locked {
            version: version.or_else(|| version_in_file_names(&package, table)),
            package,
            reason: reason(table),
            is_own: folder == Some("."),
            line,
            requires_python: table
                .text("requires-python")
                .and_then(|text| text.parse().ok()),
            marker: self.marker(table),
            dependencies,
        })
    }

    /// A marker that cannot be read hides nothing: the package counts as if it had none.
    fn marker(&mut self, table: Table<'_>) -> Option<Marker> {
        let marker = table.text("marker")?.parse::<Marker>();
        if let Err(error) = &marker {
            self.notes.add(table.line(), error.to_string());
        }
        marker.ok()
    }
}

/// A version that only the names of the files tell.
fn version_in_file_names(package: &Package, table: Table<'_>) -> Option<String> {
    let archive = table.table("archive").into_iter();
    let files = table
        .tables("wheels")
        .chain(table.table("sdist"))
        .chain(archive);
    let texts = files.flat_map(|file| {
        ["name", "url", "path"]
            .into_iter()
            .filter_map(move |key| file.text(key))
    });
    let mut found = texts.filter_map(|text| {
        let text = text.split(['?', '#']).next().unwrap_or(text);
        let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
        let (named, version) = file_name::wheel(name).or_else(|| file_name::source(name))?;
        (named == *package).then_some(version)
    });
    found.next()
}

fn reason(table: Table<'_>) -> &'static str {
    if table.has("vcs") {
        "a version control reference"
    } else if table.has("directory") {
        "a path"
    } else if table
        .table("archive")
        .is_some_and(|archive| archive.has("url"))
    {
        "a URL"
    } else if table.has("archive") {
        "a path"
    } else {
        "no version"
    }
}
