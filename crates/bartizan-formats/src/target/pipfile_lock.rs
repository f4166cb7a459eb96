//! The lock file of Pipenv, `Pipfile.lock`.
//!
//! It says what is installed, not what requires what: everything in it is a root. All categories count, the
//! default, `develop` and those that a project names itself.

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Inventory, Unpinned},
    marker::{Marker, MarkerContext},
    requirement::SpecifierSet,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Candidate, TargetContext, TargetError, TargetFormat, lock::Source};
use crate::{
    document::{DocumentError, Lines, read_text},
    graph::Graph,
    notes::Notes,
    python::Environment,
};

/// The format.
pub(super) static FORMAT: PipfileLock = PipfileLock;

/// See the module.
pub(super) struct PipfileLock;

/// The version of the format that is understood, in use since 2017.
const KNOWN_VERSION: &str = "6";

/// The key of what is no category.
const METADATA: &str = "_meta";

/// How many entries are read; a real file has some hundred.
const MOST_ENTRIES: usize = 200_000;

impl TargetFormat for PipfileLock {
    fn id(&self) -> &'static str {
        "pipfile-lock"
    }

    fn title(&self) -> &'static str {
        "Pipfile.lock"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "Pipfile.lock"
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let is_lock = |text: &str| text.starts_with('{') && text.contains("\"pipfile-spec\"");
        let is_named = || self.is_usual_name(candidate);
        candidate.is_file() && (is_named() || candidate.head_text().is_some_and(is_lock))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = read_text(ctx.tree, path)?;
        let fault = |error: serde_json::Error| TargetError::Document {
            path: path.to_owned(),
            cause: DocumentError::Json {
                message: error.to_string(),
            },
        };
        let parts: BTreeMap<String, &RawValue> = serde_json::from_str(&text).map_err(fault)?;
        let metadata = parts.get(METADATA).map_or("{}", |part| part.get());
        let metadata: Metadata = serde_json::from_str(metadata).unwrap_or_default();
        match metadata.version.map(|version| version.to_string()) {
            Some(version) if version == KNOWN_VERSION => {}
            found => {
                return Err(TargetError::unknown_version(
                    path,
                    found.as_deref(),
                    KNOWN_VERSION,
                ));
            }
        }
        let requires = metadata.requires.specifiers();
        let mut reader = Reader::new(ctx, path, &text, requires.as_ref());
        for (category, part) in parts.iter().filter(|(name, _)| *name != METADATA) {
            reader.category(category, part);
        }
        Ok(reader.finish(self.id()))
    }
}

/// What the file says about itself.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(rename = "pipfile-spec")]
    version: Option<serde_json::Value>,
    #[serde(default)]
    requires: Requires,
}

/// The Python that the project asks for.
#[derive(Debug, Default, Deserialize)]
struct Requires {
    python_version: Option<String>,
    python_full_version: Option<String>,
}

impl Requires {
    fn specifiers(&self) -> Option<SpecifierSet> {
        match (&self.python_full_version, &self.python_version) {
            (Some(version), _) => format!("=={version}").parse().ok(),
            (None, Some(series)) => format!("=={series}.*").parse().ok(),
            (None, None) => None,
        }
    }
}

/// A locked package. Hashes are not looked at.
#[derive(Debug, Deserialize)]
struct Entry {
    version: Option<String>,
    markers: Option<String>,
    git: Option<String>,
    path: Option<String>,
    file: Option<String>,
}

impl Entry {
    fn source(&self) -> Source {
        if self.git.is_some() {
            Source::VersionControl
        } else if self.path.is_some() {
            Source::Local
        } else if self.file.is_some() {
            Source::Url
        } else {
            Source::Registry
        }
    }

    /// The version of its pin. What is no single version is none.
    fn pinned(&self) -> Option<String> {
        let specifiers: SpecifierSet = self.version.as_deref()?.parse().ok()?;
        specifiers.pinned().map(str::to_owned)
    }
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    lines: Lines,
    environment: Environment,
    inventory: Inventory,
    /// Each release once, though several categories may list it.
    found: BTreeMap<(Package, String), usize>,
    notes: Notes,
    entries: usize,
}

impl<'a> Reader<'a> {
    fn new(
        ctx: &TargetContext<'_>,
        path: &'a Path,
        text: &'a str,
        requires: Option<&SpecifierSet>,
    ) -> Self {
        let environment = ctx.environment(requires);
        let own = path.display().to_string();
        Self {
            text,
            path,
            lines: Lines::of(text, 1),
            inventory: Inventory {
                label: own.clone(),
                path: own,
                environment: Some(environment.describe()),
                markers: environment.single(),
                ..Inventory::default()
            },
            environment,
            found: BTreeMap::new(),
            notes: Notes::default(),
            entries: 0,
        }
    }

    fn category(&mut self, name: &str, part: &RawValue) {
        let entries: BTreeMap<String, &RawValue> = match serde_json::from_str(part.get()) {
            Ok(entries) => entries,
            Err(_no_mapping) => {
                let line = self.line(part.get());
                self.notes.add(line, format!("`{name}` is no category"));
                return;
            }
        };
        for (name, entry) in entries {
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                let line = self.line(entry.get());
                self.notes.add(line, "too many packages; not read");
                return;
            }
            self.entry(&name, entry);
        }
    }

    fn entry(&mut self, name: &str, raw: &RawValue) {
        let line = self.line(raw.get());
        let package = Package::pypi(name);
        let locator = format!("{}:{line}", self.path.display());
        let entry: Entry = match serde_json::from_str(raw.get()) {
            Ok(entry) => entry,
            Err(_other_shape) => {
                self.notes.add(line, format!("`{name}` cannot be read"));
                self.unpinned(package, locator, Source::Registry);
                return;
            }
        };
        if !self.holds(line, entry.markers.as_deref()) {
            self.inventory.excluded_by_markers += 1;
            return;
        }
        match entry.pinned() {
            Some(version) => {
                self.found.entry((package, version)).or_insert(line);
            }
            None => self.unpinned(package, locator, entry.source()),
        }
    }

    fn unpinned(&mut self, package: Package, locator: String, source: Source) {
        self.inventory.unpinned.push(Unpinned {
            package,
            locator,
            reason: source.reason().to_owned(),
        });
    }

    /// A marker that cannot be read hides nothing.
    fn holds(&mut self, line: usize, text: Option<&str>) -> bool {
        match text.map(str::parse::<Marker>) {
            None => true,
            Some(Ok(marker)) => {
                let context = MarkerContext::default();
                self.environment.is_any() || self.environment.holds(Some(&marker), context)
            }
            Some(Err(error)) => {
                self.notes.add(line, error.to_string());
                true
            }
        }
    }

    /// The line in which a part of the text begins.
    fn line(&self, part: &str) -> usize {
        let place = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        self.lines.number(place)
    }

    fn finish(mut self, format: &str) -> Inventory {
        let mut graph = Graph::default();
        for ((package, version), line) in self.found {
            let locator = format!("{}:{line}", self.path.display());
            let index = graph.add(Component::new(package, version, locator));
            graph.root(index);
        }
        format.clone_into(&mut self.inventory.format);
        self.inventory.problems = self.notes.problems(self.path);
        self.inventory.unpinned.sort();
        graph.finish(self.inventory)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(text: &str) -> String {
        found(&[("Pipfile.lock", text.as_bytes())], "Pipfile.lock")
    }

    const LOCK: &str = r#"{
    "_meta": {
        "hash": {"sha256": "00"},
        "pipfile-spec": 6,
        "requires": {"python_version": "3.12"},
        "sources": []
    },
    "default": {
        "fork": {"git": "https://host/fork", "ref": "00"},
        "here": {"path": ".", "editable": true},
        "loop": {"hashes": ["sha256:00"], "version": "==3", "markers": "python_version >= '3.8'"},
        "there": {"file": "https://host/there-1.0.tar.gz"},
        "web": {
            "extras": ["fast"],
            "hashes": ["sha256:00"],
            "index": "private",
            "version": "==2.1"
        },
        "win": {"markers": "sys_platform == 'win32'", "version": "==4"}
    },
    "develop": {
        "loop": {"version": "==3"},
        "loose": {"version": "*"},
        "marked": {"markers": "odd", "version": "==1"},
        "strange": 7,
        "tester": {"version": "==8.1"}
    },
    "docs": {"writer": {"version": "==5"}},
    "odd": [1]
}
"#;

    #[test]
    fn every_category_counts() {
        insta::assert_snapshot!(check(LOCK), @r"
        Pipfile.lock [pipfile-lock] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * loop 3 (Pipfile.lock:11)
        * marked 1 (Pipfile.lock:24)
        * tester 8.1 (Pipfile.lock:26)
        * web 2.1 (Pipfile.lock:13)
        * writer 5 (Pipfile.lock:28)
        ? fork: a version control reference (Pipfile.lock:9)
        ? here: a path (Pipfile.lock:10)
        ? loose: no version (Pipfile.lock:23)
        ? strange: no version (Pipfile.lock:25)
        ? there: a URL (Pipfile.lock:12)
        ! Pipfile.lock:24: marker `odd`: expected a variable of the environment or a quoted text after 0 bytes
        ! Pipfile.lock:25: `strange` cannot be read
        ! Pipfile.lock:29: `odd` is no category
        ");
    }

    #[test]
    fn other_files_are_refused() {
        insta::assert_snapshot!(check("{\"_meta\": {\"pipfile-spec\": 7}}"), @r"!! Pipfile.lock: `Pipfile.lock` states version `7` of its format; only 6 is known");
        insta::assert_snapshot!(check("{}"), @r"!! Pipfile.lock: `Pipfile.lock` states no version of its format; only 6 is known");
        insta::assert_snapshot!(check("[1"), @r"!! Pipfile.lock: cannot read `Pipfile.lock`: not JSON of this format: invalid type: sequence, expected a map at line 1 column 0");
        insta::assert_snapshot!(check(&"[".repeat(100_000)), @r"!! Pipfile.lock: cannot read `Pipfile.lock`: not JSON of this format: invalid type: sequence, expected a map at line 1 column 0");
        insta::assert_snapshot!(found(&[("x", LOCK.as_bytes())], "x").lines().next().unwrap_or_default(), @r"x [pipfile-lock] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("Pipfile.lock", &bytes)], "Pipfile.lock");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..1100, length in 0_usize..60, text in "[\\[\\]{}:\"'a-z ,\n]{0,6}") {
            let end = (from + length).min(LOCK.len());
            let (head, tail) = (LOCK.get(..from.min(end)).unwrap_or_default(), LOCK.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"));
        }
    }
}
