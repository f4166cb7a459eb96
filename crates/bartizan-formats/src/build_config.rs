//! What a project says about its build that matters for what comes out of it: which backend builds it, in which folders
//! its packages lie, and which files the build writes by itself.
//!
//! `pyproject.toml` and `setup.cfg` are read, nothing is run. A `setup.py` is looked at for the names of tools alone.

mod written;

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::entry_points::{self, EntryPoint};

/// The largest file of configuration.
const LARGEST: usize = 4 << 20;

/// The most folders or files of one kind.
const MOST: usize = 1_000;

/// What builds a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    /// Also where nothing is stated.
    Setuptools,
    /// See <https://hatch.pypa.io>.
    Hatchling,
    /// See <https://flit.pypa.io>.
    Flit,
    /// See <https://github.com/python-poetry/poetry-core>.
    Poetry,
    /// See <https://backend.pdm-project.org>.
    Pdm,
    /// See <https://mesonbuild.com/meson-python>.
    Meson,
    /// See <https://scikit-build-core.readthedocs.io>.
    ScikitBuild,
    /// See <https://www.maturin.rs>.
    Maturin,
    /// One that is not known here, often the project's own around another.
    Other,
}

/// What the build of a project looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildConfig {
    /// What builds it.
    pub backend: Backend,
    /// Folders in which packages lie; the top (empty) among them.
    pub roots: BTreeSet<String>,
    /// Files that the build writes.
    pub written: BTreeSet<String>,
    /// The entry points that are stated.
    pub entry_points: Vec<EntryPoint>,
    /// What `[project]` states for good, by the names of fields of metadata.
    pub stated: BTreeMap<&'static str, BTreeSet<String>>,
    /// Whether something makes machine code of its sources, as far as configuration tells it.
    pub is_native: bool,
}

impl BuildConfig {
    /// Reads the files at the top of a project, by their names.
    pub fn read(texts: &BTreeMap<&str, &[u8]>) -> Self {
        let text = |name: &str| {
            let bytes = texts.get(name).filter(|it| it.len() <= LARGEST)?;
            std::str::from_utf8(bytes).ok()
        };
        let document: Table = text("pyproject.toml")
            .and_then(|it| it.parse().ok())
            .unwrap_or_default();
        let setup = sections(text("setup.cfg").unwrap_or_default());
        let script = text("setup.py").unwrap_or_default();
        let backend = backend(&document);
        let mut roots: BTreeSet<String> = ["", "src", "lib", "python"].map(str::to_owned).into();
        roots.extend(stated_roots(&document, &setup));
        let mut entry_points = entry_points::of_project(&document);
        if let Some(points) = setup.get("options.entry_points") {
            for (group, lines) in points {
                let text = format!("[{group}]\n{lines}\n");
                entry_points.extend(entry_points::read(&text));
            }
        }
        entry_points.sort();
        Self {
            backend,
            roots,
            written: written::files(&document, &setup, script),
            entry_points,
            stated: stated(&document),
            is_native: matches!(
                backend,
                Backend::Meson | Backend::ScikitBuild | Backend::Maturin
            ) || ["ext_modules", "cffi_modules", "Extension("]
                .iter()
                .any(|it| script.contains(it)),
        }
    }
}

fn backend(document: &Table) -> Backend {
    let system = table(document, &["build-system"]);
    let stated = system.and_then(|it| it.get("build-backend")?.as_str());
    // A backend of the project's own mostly stands around the first that it asks for.
    let is_own = system.is_some_and(|it| it.contains_key("backend-path"));
    let asked = system.and_then(|it| it.get("requires")?.as_array());
    let first = asked.and_then(|it| it.first()?.as_str());
    let name = match (stated, is_own) {
        (None, _) => return Backend::Setuptools,
        (Some(_), true) if first.is_some() => first.unwrap_or_default(),
        (Some(stated), _) => stated,
    };
    let known = [
        ("setuptools", Backend::Setuptools),
        ("hatchling", Backend::Hatchling),
        ("flit", Backend::Flit),
        ("poetry", Backend::Poetry),
        ("pdm", Backend::Pdm),
        ("mesonpy", Backend::Meson),
        ("meson-python", Backend::Meson),
        ("scikit_build_core", Backend::ScikitBuild),
        ("scikit-build-core", Backend::ScikitBuild),
        ("maturin", Backend::Maturin),
    ];
    let found = known.iter().find(|(begin, _)| name.starts_with(begin));
    found.map_or(Backend::Other, |(_, backend)| *backend)
}

/// What `[project]` states of a field of metadata and does not leave to the build.
fn stated(document: &Table) -> BTreeMap<&'static str, BTreeSet<String>> {
    let fields = [
        ("name", "name"),
        ("version", "version"),
        ("requires-python", "requires-python"),
        ("dependencies", "requires-dist"),
    ];
    let project = table(document, &["project"]);
    let dynamic = texts(project.and_then(|it| it.get("dynamic")));
    let own = |key: &str| {
        let values = texts(project?.get(key));
        let is_fixed = !dynamic.iter().any(|it| it == key) && !values.is_empty();
        is_fixed.then(|| values.into_iter().collect())
    };
    let fields = fields.iter();
    fields
        .filter_map(|(key, field)| Some((*field, own(key)?)))
        .collect()
}

/// Whether two texts are TOML and say the same.
pub fn is_same_toml(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<Table>().ok().filter(|_| text.len() <= LARGEST);
    read(one).is_some_and(|one| read(other) == Some(one))
}

/// The table at a path.
fn table<'t>(document: &'t Table, path: &[&str]) -> Option<&'t Table> {
    let mut table = document;
    for part in path {
        table = table.get(*part)?.as_table()?;
    }
    Some(table)
}

/// The texts of a value: of itself, or of its list.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => {
            let texts = values
                .iter()
                .filter_map(|it| it.as_str().map(str::to_owned));
            texts.take(MOST).collect()
        }
        _ => Vec::new(),
    }
}

/// Folders that are stated to hold packages, in the words of every backend.
fn stated_roots(document: &Table, setup: &Sections) -> BTreeSet<String> {
    let mut roots = Vec::new();
    let mut add = |path: &[&str], key: &str| {
        let found = table(document, path);
        roots.extend(texts(found.and_then(|table| table.get(key))));
    };
    add(&["tool", "setuptools", "packages", "find"], "where");
    add(&["tool", "pdm", "build"], "package-dir");
    add(&["tool", "maturin"], "python-source");
    add(&["tool", "hatch", "build", "targets", "wheel"], "sources");
    add(&["tool", "hatch", "build"], "sources");
    let folders = table(document, &["tool", "setuptools", "package-dir"]);
    for folder in folders.into_iter().flat_map(|it| it.values()).take(MOST) {
        roots.extend(texts(Some(folder)));
    }
    // Where a package itself is named, its parent is what is meant.
    let packages = [
        (
            &["tool", "hatch", "build", "targets", "wheel"][..],
            "packages",
        ),
        (&["tool", "scikit-build", "wheel"], "packages"),
    ];
    for (path, key) in packages {
        let named = texts(table(document, path).and_then(|it| it.get(key)));
        roots.extend(named.iter().map(|it| parent(it)));
    }
    let poetry = table(document, &["tool", "poetry"]).and_then(|it| it.get("packages")?.as_array());
    for package in poetry.into_iter().flatten().take(MOST) {
        roots.extend(texts(package.get("from")));
    }
    let options = setup.get("options").and_then(|it| it.get("package_dir"));
    for line in options.map_or("", String::as_str).lines().take(MOST) {
        roots.extend(
            line.split_once('=')
                .map(|(_, folder)| folder.trim().to_owned()),
        );
    }
    let plain = |it: &String| it.trim_start_matches("./").trim_matches('/').to_owned();
    let roots: BTreeSet<String> = roots.iter().map(plain).collect();
    roots
        .into_iter()
        .map(|it| if it == "." { String::new() } else { it })
        .collect()
}

fn parent(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned()
}

/// Sections, keys and values of a file of Python's `configparser`; further lines of a value are joined by line ends.
pub type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// Reads a file of `configparser`. What is none of its lines is passed over.
pub fn sections(text: &str) -> Sections {
    let mut sections = Sections::new();
    let (mut section, mut key) = (String::new(), String::new());
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && !key.is_empty() {
            let value = sections.entry(section.clone()).or_default();
            let value = value.entry(key.clone()).or_default();
            value.push('\n');
            value.push_str(trimmed);
        } else if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|it| it.strip_suffix(']'))
        {
            name.trim().clone_into(&mut section);
            key.clear();
            sections.entry(section.clone()).or_default();
        } else if let Some((name, value)) = trimmed.split_once(['=', ':']) {
            key = name.trim().to_ascii_lowercase();
            let own = sections.entry(section.clone()).or_default();
            own.insert(key.clone(), value.trim().to_owned());
        }
    }
    sections
}

#[cfg(test)]
mod tests;
