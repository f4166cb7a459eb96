//! What a `pyproject.toml` asks for: where the paths of a lock file begin that does not list the project itself.
//!
//! Read are the tables of [PEP 621](https://peps.python.org/pep-0621/) and
//! [PEP 735](https://peps.python.org/pep-0735/), and those in which Poetry, PDM and uv kept the same before.

use std::{collections::BTreeSet, path::Path};

use bartizan_model::{
    ecosystem::Package,
    marker::Marker,
    problem::chain,
    requirement::{Requirement, RequirementSource, SpecifierSet},
};

use super::{Dependency, range::VersionRange};
use crate::{
    document::{Document, DocumentError, Table, read_text},
    notes::Notes,
    target::TargetError,
    tree::{Tree, TreeError},
};

/// How many requirements are read; the largest projects state some hundred.
const MOST_STATED: usize = 20_000;

/// A project.
#[derive(Debug, Default)]
pub(in crate::target) struct Project {
    pub(in crate::target) name: Option<String>,
    pub(in crate::target) requires_python: Option<SpecifierSet>,
    pub(in crate::target) stated: Vec<Stated>,
    /// What is needed to build it.
    pub(in crate::target) build: Vec<Stated>,
    pub(in crate::target) notes: Notes,
}

/// A requirement of the project.
#[derive(Debug)]
pub(in crate::target) struct Stated {
    pub(in crate::target) package: Package,
    pub(in crate::target) extras: Vec<String>,
    pub(in crate::target) wanted: Wanted,
    pub(in crate::target) marker: Option<Marker>,
    pub(in crate::target) line: usize,
}

/// Which versions are wanted.
#[derive(Debug)]
pub(in crate::target) enum Wanted {
    Any,
    /// A range, as it is read and as it is written.
    Range(VersionRange, String),
    /// What is at an address or a path.
    Address(String),
    /// What is elsewhere than in an index, without more to know.
    Elsewhere(&'static str),
}

/// What the project asks for whose `pyproject.toml` stands beside a file, as requirements. What it takes from elsewhere
/// than an index is left out, as is what has several alternatives.
pub fn requirements_beside(tree: &dyn Tree, file: &Path) -> Vec<Requirement> {
    let project = Project::beside(tree, file).and_then(Result::ok);
    let stated = project.into_iter().flat_map(|project| project.stated);
    stated.filter_map(Stated::requirement).collect()
}

impl Stated {
    fn requirement(self) -> Option<Requirement> {
        let specifiers = match &self.wanted {
            Wanted::Any => SpecifierSet::default(),
            Wanted::Range(range, _) => range.single()?.clone(),
            Wanted::Address(_) | Wanted::Elsewhere(_) => return None,
        };
        Some(Requirement {
            package: self.package,
            extras: self.extras,
            source: RequirementSource::Specifiers(specifiers),
            marker: self.marker,
        })
    }
}

impl Project {
    /// The project in a folder; `None` where there is none.
    pub(in crate::target) fn beside(
        tree: &dyn Tree,
        lock: &Path,
    ) -> Option<Result<Self, TargetError>> {
        let path = lock
            .parent()
            .unwrap_or(Path::new(""))
            .join("pyproject.toml");
        match Self::read(tree, &path) {
            Err(TargetError::Tree {
                cause: TreeError::NotFound,
                ..
            }) => None,
            read => Some(read),
        }
    }

    pub(in crate::target) fn read(tree: &dyn Tree, path: &Path) -> Result<Self, TargetError> {
        let text = read_text(tree, path)?;
        let fault = |cause: DocumentError| TargetError::Document {
            path: path.to_owned(),
            cause,
        };
        let document = Document::parse(&text, 1).map_err(fault)?;
        let mut project = Self::default();
        project.take(document.root());
        Ok(project)
    }

    /// What a lock of the project has to lead to.
    pub(in crate::target) fn dependencies(&self) -> Vec<Dependency> {
        self.stated.iter().map(Stated::dependency).collect()
    }

    fn take(&mut self, root: Table<'_>) {
        if let Some(table) = root.table("project") {
            self.name = table.text("name").map(str::to_owned);
            self.requires_python = table
                .text("requires-python")
                .and_then(|text| text.parse().ok());
            self.texts(table, "dependencies");
            self.texts_of_each(table.table("optional-dependencies"));
        }
        // A group that includes another one adds nothing: each is read by itself.
        self.texts_of_each(root.table("dependency-groups"));
        let tool = |name| root.table("tool").and_then(|tools| tools.table(name));
        if let Some(pdm) = tool("pdm") {
            self.texts_of_each(pdm.table("dev-dependencies"));
        }
        if let Some(uv) = tool("uv") {
            self.texts(uv, "dev-dependencies");
        }
        if let Some(poetry) = tool("poetry") {
            self.poetry(poetry);
        }
        if let Some(system) = root.table("build-system") {
            let before = self.stated.len();
            self.texts(system, "requires");
            self.build = self.stated.split_off(before);
        }
        let own = self.name.as_deref().map(Package::pypi);
        self.stated
            .retain(|stated| Some(&stated.package) != own.as_ref());
    }

    fn texts_of_each(&mut self, table: Option<Table<'_>>) {
        if let Some(table) = table {
            table.keys().for_each(|key| self.texts(table, key));
        }
    }

    fn texts(&mut self, table: Table<'_>, key: &str) {
        for (line, text) in table.texts_with_lines(key) {
            match text.parse() {
                Ok(requirement) => self.add(Stated::of(requirement, line)),
                Err(error) => self.notes.add(line, chain(&error)),
            }
        }
    }

    fn add(&mut self, stated: Stated) {
        if self.stated.len() < MOST_STATED {
            self.stated.push(stated);
        } else {
            self.notes
                .add(stated.line, "too many requirements; not read");
        }
    }

    fn poetry(&mut self, poetry: Table<'_>) {
        if self.name.is_none() {
            self.name = poetry.text("name").map(str::to_owned);
        }
        // Where the table of PEP 621 has them, this one only adds where to get them.
        let known: BTreeSet<_> = self.stated.iter().map(|it| it.package.clone()).collect();
        self.poetry_table(poetry.table("dependencies"), &known);
        self.poetry_table(poetry.table("dev-dependencies"), &BTreeSet::new());
        if let Some(group) = poetry.table("group") {
            for name in group.keys() {
                let table = group.table(name);
                let table = table.and_then(|table| table.table("dependencies"));
                self.poetry_table(table, &BTreeSet::new());
            }
        }
    }

    fn poetry_table(&mut self, table: Option<Table<'_>>, known: &BTreeSet<Package>) {
        if let Some(table) = table {
            for name in table.keys() {
                let package = Package::pypi(name);
                if name == "python" {
                    self.poetry_python(table);
                } else if !known.contains(&package) {
                    self.poetry_entry(table, name, &package);
                }
            }
        }
    }

    fn poetry_python(&mut self, table: Table<'_>) {
        let range = table.text("python").and_then(VersionRange::of_poetry);
        let specifiers = range.and_then(|range| range.single().cloned());
        self.requires_python = self.requires_python.take().or(specifiers);
    }

    /// A range, a table with one, or several tables for different environments.
    fn poetry_entry(&mut self, table: Table<'_>, name: &str, package: &Package) {
        let line = table.line_of(name);
        let stated = |wanted| Stated {
            package: package.clone(),
            extras: Vec::new(),
            wanted,
            marker: None,
            line,
        };
        let several = table.tables(name).chain(table.table(name));
        let mut entries: Vec<_> = several
            .map(|entry| Stated {
                extras: super::Lock::names(entry, "extras"),
                marker: self.poetry_marker(entry),
                ..stated(self.poetry_wanted(entry, line))
            })
            .collect();
        if let Some(text) = table.text(name) {
            entries.push(stated(self.poetry_range(text, line)));
        }
        for entry in entries {
            self.add(entry);
        }
    }

    fn poetry_wanted(&mut self, entry: Table<'_>, line: usize) -> Wanted {
        if let Some(address) = entry.text("url") {
            return Wanted::Address(address.to_owned());
        }
        match entry.text("version") {
            _ if entry.has("git") => Wanted::Elsewhere("a version control reference"),
            _ if entry.has("path") => Wanted::Elsewhere("a path"),
            Some(text) => self.poetry_range(text, line),
            None => Wanted::Any,
        }
    }

    fn poetry_range(&mut self, text: &str, line: usize) -> Wanted {
        let range = VersionRange::of_poetry(text);
        if range.is_none() {
            self.notes.add(line, "its versions cannot be read");
        }
        range.map_or(Wanted::Any, |range| Wanted::Range(range, text.to_owned()))
    }

    fn poetry_marker(&mut self, entry: Table<'_>) -> Option<Marker> {
        let python = entry.text("python").and_then(VersionRange::of_poetry);
        let python = python.as_ref().and_then(VersionRange::single);
        let python = python.into_iter().flatten().map(|specifier| {
            let version = specifier.to_string();
            let version = version.trim_start_matches(['<', '>', '=', '!', '~']);
            let operator = specifier.operator().as_str();
            format!("python_full_version {operator} '{version}'")
        });
        let stated = entry.text("markers").map(|text| format!("({text})"));
        let texts: Vec<_> = python.chain(stated).collect();
        if texts.is_empty() {
            return None;
        }
        let marker = texts.join(" and ").parse::<Marker>();
        if let Err(error) = &marker {
            self.notes.add(entry.line(), error.to_string());
        }
        marker.ok()
    }
}

impl Stated {
    fn of(requirement: Requirement, line: usize) -> Self {
        let wanted = match requirement.source {
            RequirementSource::Specifiers(specifiers) if specifiers.is_empty() => Wanted::Any,
            RequirementSource::Specifiers(specifiers) => {
                let text = specifiers.to_string();
                Wanted::Range(VersionRange::of(specifiers), text)
            }
            RequirementSource::Url(address) => Wanted::Address(address),
        };
        Self {
            package: requirement.package,
            extras: requirement.extras,
            wanted,
            marker: requirement.marker,
            line,
        }
    }

    fn dependency(&self) -> Dependency {
        let range = match &self.wanted {
            Wanted::Range(range, _) => Some(range.clone()),
            Wanted::Any | Wanted::Address(_) | Wanted::Elsewhere(_) => None,
        };
        Dependency {
            range,
            extras: self.extras.clone(),
            marker: self.marker.clone(),
            ..Dependency::on(self.package.clone())
        }
    }
}
