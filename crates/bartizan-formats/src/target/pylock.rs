//! Lock files by [PEP 751](https://peps.python.org/pep-0751/): `pylock.toml`, `pylock.NAME.toml`.
//!
//! Each package states by a marker whether it belongs to an environment. Extras and dependency groups that
//! the file offers are all counted: somebody may install them.

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    inventory::{Component, ComponentIndex, Inventory, Unpinned},
    marker::{Marker, MarkerContext},
    problem::Problem,
};

use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{
    document::{Document, Table, read_text},
    file_name,
    graph::Graph,
    python::Environment,
};

/// The format.
pub(super) static FORMAT: Pylock = Pylock;

/// See the module.
pub(super) struct Pylock;

/// The versions of the format that are understood: those of major version 1.
const KNOWN_VERSION: &str = "1.0";

/// With more extras and groups than this, choosing one of them alone is not tried.
const MOST_CHOICES: usize = 64;

impl TargetFormat for Pylock {
    fn id(&self) -> &'static str {
        "pylock"
    }

    fn title(&self) -> &'static str {
        "pylock.toml"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        let rest = candidate.name().strip_prefix("pylock.");
        rest.is_some_and(|rest| rest == "toml" || rest.strip_suffix(".toml").is_some())
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        // Other lock files have a `lock-version` too, but in a table of their own.
        let has_version = |text: &str| {
            let mut lines = text
                .lines()
                .take_while(|line| !line.trim_start().starts_with('['));
            lines.any(|line| line.trim_start().starts_with("lock-version"))
        };
        let is_lock =
            || self.is_usual_name(candidate) || candidate.head_text().is_some_and(has_version);
        candidate.is_file() && is_lock()
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = read_text(ctx.tree, path)?;
        let document = Document::of_file(path, &text)?;
        let root = document.root();
        match root.text("lock-version") {
            Some(version) if version == "1" || version.starts_with("1.") => {}
            found => {
                let found = found.map_or("no number".to_owned(), |found| format!("`{found}`"));
                return Err(TargetError::UnknownVersion {
                    path: path.to_owned(),
                    found,
                    known: KNOWN_VERSION,
                });
            }
        }
        let requires = root
            .text("requires-python")
            .and_then(|text| text.parse().ok());
        let environment = ctx.environment(requires.as_ref());
        let inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            ..Inventory::default()
        };
        let mut reader = Reader {
            path,
            environment,
            choices: choices(root),
            inventory,
            graph: Graph::default(),
        };
        reader.read(root);
        reader.inventory.unpinned.sort();
        reader.inventory.problems.sort();
        Ok(reader.graph.finish(reader.inventory))
    }
}

/// A way to install the file: with some extras and groups.
#[derive(Debug, Default)]
struct Choice {
    extras: Vec<String>,
    groups: Vec<String>,
}

/// The ways that are tried: all extras and groups, the default, and each one alone.
fn choices(root: Table<'_>) -> Vec<Choice> {
    let names = |key: &str| root.texts(key).map(normalise_pypi).collect::<Vec<_>>();
    let (extras, default) = (names("extras"), names("default-groups"));
    let mut groups = names("dependency-groups");
    groups.extend(default.iter().cloned());
    let default = Choice {
        groups: default,
        ..Choice::default()
    };
    let mut choices = vec![];
    if extras.len() + groups.len() <= MOST_CHOICES {
        choices.extend(extras.iter().map(|extra| Choice {
            extras: vec![extra.clone()],
            ..Choice::default()
        }));
        choices.extend(groups.iter().map(|group| Choice {
            groups: vec![group.clone()],
            ..Choice::default()
        }));
    }
    choices.extend([default, Choice { extras, groups }]);
    choices
}

struct Reader<'a> {
    path: &'a Path,
    environment: Environment,
    choices: Vec<Choice>,
    inventory: Inventory,
    graph: Graph,
}

impl<'a> Reader<'a> {
    fn read(&mut self, root: Table<'a>) {
        self.check_environments(root);
        let mut kept = Vec::new();
        for table in root.tables("packages") {
            let Some(name) = table.text("name") else {
                self.problem(table.line(), "a package without a name".to_owned());
                continue;
            };
            if !self.belongs(table) {
                self.inventory.excluded_by_markers += 1;
                continue;
            }
            let package = Package::pypi(name);
            // The project itself may be listed as what is to be installed; an index does not have it.
            let is_own = table
                .table("directory")
                .and_then(|it| it.text("path"))
                .is_some_and(|path| path == ".");
            let index = if is_own {
                None
            } else {
                self.add(&package, table)
            };
            kept.push((package, index, is_own, table));
        }
        self.connect(&kept);
    }

    fn problem(&mut self, line: usize, message: String) {
        self.inventory
            .problems
            .push(Problem::new(self.locator(line), message));
    }

    fn locator(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    /// A lock file may be made for some environments only.
    fn check_environments(&mut self, root: Table<'_>) {
        let markers: Vec<Marker> = root
            .texts("environments")
            .filter_map(|text| text.parse().ok())
            .collect();
        let is_meant = |marker| {
            self.environment
                .holds(Some(marker), MarkerContext::default())
        };
        if !self.environment.is_any() && !markers.is_empty() && !markers.iter().any(is_meant) {
            let problem = Problem::new(
                self.path.display().to_string(),
                "the lock file is not made for this environment; entries of others may be missing",
            );
            self.inventory
                .problems
                .push(problem.with_hint("name one by `--python` and `--platform`"));
        }
    }

    /// Whether a package belongs to the environment. What cannot be evaluated does not hide it.
    fn belongs(&mut self, table: Table<'_>) -> bool {
        if self.environment.is_any() {
            return true;
        }
        let requires = table
            .text("requires-python")
            .and_then(|text| text.parse().ok());
        if requires.is_some_and(|requires| !self.environment.is_allowed_by(&requires)) {
            return false;
        }
        let Some(text) = table.text("marker") else {
            return true;
        };
        match text.parse::<Marker>() {
            Ok(marker) => self.choices.iter().any(|choice| {
                let context = MarkerContext {
                    extras: &choice.extras,
                    groups: &choice.groups,
                };
                self.environment.holds(Some(&marker), context)
            }),
            Err(error) => {
                self.problem(table.line(), error.to_string());
                true
            }
        }
    }

    fn add(&mut self, package: &Package, table: Table<'_>) -> Option<ComponentIndex> {
        let locator = self.locator(table.line());
        let package = package.clone();
        let version = table
            .text("version")
            .map(str::to_owned)
            .or_else(|| version_in_file_names(&package, table));
        if let Some(version) = version {
            return Some(self.graph.add(Component {
                package,
                version,
                locator,
            }));
        }
        let reason = reason(table).to_owned();
        self.inventory.unpinned.push(Unpinned {
            package,
            locator,
            reason,
        });
        None
    }

    fn connect(&mut self, kept: &[(Package, Option<ComponentIndex>, bool, Table<'a>)]) {
        let mut by_name: BTreeMap<&Package, Vec<_>> = BTreeMap::new();
        for (package, index, _, table) in kept {
            by_name
                .entry(package)
                .or_default()
                .push((*index, table.text("version")));
        }
        for (_, from, is_own, table) in kept {
            for dependency in table.tables("dependencies") {
                let package = dependency.text("name").map(Package::pypi);
                let named = package.as_ref().and_then(|package| by_name.get(package));
                let version = dependency.text("version");
                let meant = named
                    .into_iter()
                    .flatten()
                    .filter(|(_, own)| version.is_none() || version == *own);
                for to in meant.filter_map(|(index, _)| *index) {
                    match from {
                        Some(from) => self.graph.require(*from, to),
                        None if *is_own => self.graph.root(to),
                        None => {}
                    }
                }
            }
        }
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
    } else if table.has("archive") {
        "a URL"
    } else {
        "no version"
    }
}
