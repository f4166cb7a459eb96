//! The lock file of PDM, version 4.
//!
//! With the strategy `inherit_metadata`, the default since 4.4.1, each package says by a marker whether it belongs
//! to an environment. Other files are walked from what the `pyproject.toml` beside them asks for. A package that is
//! asked for with extras has an entry of its own for them; it is one component.

use std::path::Path;

use bartizan_model::{
    ecosystem::{Package, normalise_pypi},
    inventory::Inventory,
};

use super::{
    Candidate, TargetContext, TargetError, TargetFormat,
    lock::{Lock, Locked, Source},
};
use crate::document::{Table, gather, read_text};

/// The format.
pub(super) static FORMAT: PdmLock = PdmLock;

/// See the module.
pub(super) struct PdmLock;

/// The versions of the format that are understood.
const KNOWN_VERSION: &str = "4";

impl TargetFormat for PdmLock {
    fn id(&self) -> &'static str {
        "pdm-lock"
    }

    fn title(&self) -> &'static str {
        "pdm.lock"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "pdm.lock"
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let has = |text: &str, start| text.lines().any(|line| line.starts_with(start));
        // Its metadata come first; Poetry's, of the same name, last and with hyphens.
        let is_lock = |text| has(text, "lock_version = ") && has(text, "[metadata]");
        let is_named = || self.is_usual_name(candidate);
        candidate.is_file() && (is_named() || candidate.head_text().is_some_and(is_lock))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = read_text(ctx.tree, path)?;
        let mut file: PdmLockFile = gather(path, &text, "[[package]]", PdmLockFile::take)?;
        let version = file.version.as_deref();
        let major = version.and_then(|version| version.split('.').next());
        if major != Some(KNOWN_VERSION) {
            return Err(TargetError::unknown_version(path, version, KNOWN_VERSION));
        }
        file.join_entries();
        let problem = file.lock.ask_project(ctx.tree, path);
        let mut inventory = file.lock.inventory(ctx, path, self.id());
        inventory.problems.extend(problem);
        Ok(inventory)
    }
}

/// A lock file while it is read.
#[derive(Debug, Default)]
struct PdmLockFile {
    lock: Lock,
    /// The version of the format.
    version: Option<String>,
}

impl PdmLockFile {
    /// Takes a part of the file.
    fn take(&mut self, root: Table<'_>) {
        if let Some(metadata) = root.table("metadata") {
            self.version = metadata.scalar("lock_version").or(self.version.take());
            let mut strategies = metadata.texts("strategy");
            self.lock.states_belonging |= strategies.any(|name| name == "inherit_metadata");
            let target = metadata.tables("targets").next();
            let requires = target.and_then(|target| target.text("requires_python"));
            self.lock.requires_python = requires.and_then(|text| text.parse().ok());
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
        let (source, source_text) = source(table);
        if version.is_none() && source == Source::Registry {
            self.lock
                .notes
                .add(line, format!("`{name}` has no version"));
        }
        let marker = table.text("marker");
        let mut locked = Locked {
            source,
            source_text: source_text.to_owned(),
            markers: marker
                .and_then(|text| self.lock.marker(line, text))
                .into_iter()
                .collect(),
            ..Locked::new(Package::pypi(name), version, line)
        };
        let dependencies = self.lock.requirement_texts(table, "dependencies");
        let extras: Vec<_> = table.texts("extras").map(normalise_pypi).collect();
        if extras.is_empty() {
            locked.dependencies = dependencies;
        } else {
            // What an entry with several extras needs, any of them may need.
            let for_each = extras
                .into_iter()
                .map(|extra| (extra, dependencies.clone()));
            locked.extras = for_each.collect();
        }
        Some(locked)
    }

    /// Makes one of a package's entries with and without extras.
    fn join_entries(&mut self) {
        let key = |it: &Locked| {
            (
                it.package.clone(),
                it.version.clone(),
                it.source_text.clone(),
            )
        };
        let is_extra = |it: &Locked| !it.extras.is_empty();
        let packages = &mut self.lock.packages;
        packages.sort_by_cached_key(|it| (key(it), is_extra(it), it.line));
        packages.dedup_by(|next, kept| {
            let is_same = is_extra(next) && key(next) == key(kept);
            if is_same {
                for (extra, mut needed) in std::mem::take(&mut next.extras) {
                    kept.extras.entry(extra).or_default().append(&mut needed);
                }
                // The entry without extras belongs wherever one with extras does.
                let is_everywhere = kept.markers.is_empty() || next.markers.is_empty();
                kept.markers.append(&mut next.markers);
                if is_everywhere {
                    kept.markers.clear();
                }
            }
            is_same
        });
        packages.sort_by_key(|it| it.line);
    }
}

fn source(table: Table<'_>) -> (Source, &str) {
    let kinds = [
        ("git", Source::VersionControl),
        ("hg", Source::VersionControl),
        ("svn", Source::VersionControl),
        ("bzr", Source::VersionControl),
        ("url", Source::Url),
        ("path", Source::Local),
    ];
    let stated = kinds
        .into_iter()
        .find_map(|(key, kind)| Some((kind, table.text(key)?)));
    stated.unwrap_or((Source::Registry, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(lock: &str, project: &str) -> String {
        let mut files = vec![("p/pdm.lock", lock.as_bytes())];
        if !project.is_empty() {
            files.push(("p/pyproject.toml", project.as_bytes()));
        }
        found(&files, "p/pdm.lock")
    }

    const PROJECT: &str = r#"
[project]
name = "lab"
requires-python = ">=3.10"
dependencies = ["web[fast]>=2", "numpy", "lab[plot]"]
[project.optional-dependencies]
plot = ["plotter ; sys_platform == 'linux'"]
[dependency-groups]
dev = ["tester==8.1", { include-group = "lint" }]
lint = ["linter"]
[tool.pdm.dev-dependencies]
old = ["absent"]
"#;

    const LOCK: &str = r#"
[metadata]
groups = ["default", "dev", "lint", "plot"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:00"

[[metadata.targets]]
requires_python = ">=3.10"

[[package]]
name = "fork"
version = "0.1"
git = "https://host/fork"
revision = "00"
groups = ["dev"]

[[package]]
name = "linter"
path = "./linter"
editable = true
groups = ["lint"]

[[package]]
name = "loop"
version = "3"
groups = ["default"]
dependencies = ["win; sys_platform == \"win32\""]

[[package]]
name = "numpy"
version = "1.26.4"
groups = ["default"]
marker = "python_version < \"3.12\""

[[package]]
name = "numpy"
version = "2.0"
groups = ["default"]
marker = "python_version >= \"3.12\""

[[package]]
name = "plotter"
version = "3"
groups = ["plot"]
dependencies = ["numpy>=1"]

[[package]]
name = "tester"
version = "8.1"
groups = ["dev"]

[[package]]
name = "web"
version = "2.1"
extras = ["fast"]
groups = ["default"]
dependencies = ["loop>=1", "web==2.1"]

[[package]]
name = "web"
version = "2.1"
groups = ["default"]
marker = "sys_platform == \"win32\""

[[package]]
name = "win"
version = "4"
groups = ["default"]
marker = "sys_platform == \"win32\""
"#;

    #[test]
    fn each_package_says_where_it_belongs() {
        insta::assert_snapshot!(check(LOCK, PROJECT), @r"
        lab [pdm-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
        * fork 0.1 (p/pdm.lock:11)
          loop 3 (p/pdm.lock:24)
        * numpy 2.0 (p/pdm.lock:36)
        * plotter 3 (p/pdm.lock:42) -> numpy
        * tester 8.1 (p/pdm.lock:48)
        * web 2.1 (p/pdm.lock:60) -> loop
        ? linter: a path (p/pdm.lock:18)
        ! p/pdm.lock: `absent` is required and not locked
        ");
        insta::assert_snapshot!(check(LOCK, ""), @r"
        p/pdm.lock [pdm-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
        * fork 0.1 (p/pdm.lock:11)
        * loop 3 (p/pdm.lock:24)
          numpy 2.0 (p/pdm.lock:36)
        * plotter 3 (p/pdm.lock:42) -> numpy
        * tester 8.1 (p/pdm.lock:48)
        * web 2.1 (p/pdm.lock:60)
        ? linter: a path (p/pdm.lock:18)
        ");
    }

    #[test]
    fn without_inherited_metadata_it_is_walked_from_its_project() {
        let lock = LOCK
            .replace("\"inherit_metadata\"", "")
            .replace("marker = ", "summary = ");
        insta::assert_snapshot!(check(&lock, PROJECT), @r"
        lab [pdm-lock] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * fork 0.1 (p/pdm.lock:11)
          loop 3 (p/pdm.lock:24)
        * numpy 1.26.4 (p/pdm.lock:30)
        * numpy 2.0 (p/pdm.lock:36)
        * plotter 3 (p/pdm.lock:42) -> numpy, numpy
        * tester 8.1 (p/pdm.lock:48)
        * web 2.1 (p/pdm.lock:60) -> loop
        ? linter: a path (p/pdm.lock:18)
        ! p/pdm.lock: `absent` is required and not locked
        ");
        insta::assert_snapshot!(check(&lock, ""), @r"
        p/pdm.lock [pdm-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * fork 0.1 (p/pdm.lock:11)
          loop 3 (p/pdm.lock:24)
          numpy 1.26.4 (p/pdm.lock:30)
          numpy 2.0 (p/pdm.lock:36)
        * plotter 3 (p/pdm.lock:42) -> numpy, numpy
        * tester 8.1 (p/pdm.lock:48)
        * web 2.1 (p/pdm.lock:60) -> loop
        * win 4 (p/pdm.lock:66)
        ? linter: a path (p/pdm.lock:18)
        ");
    }

    #[test]
    fn damaged_entries_cost_only_themselves() {
        insta::assert_snapshot!(check("[metadata]\nlock_version = \"4.4\"\n[[package]]\nversion = \"1\"\n[[package]]\nname = \"a\"\ndependencies = [7, \"b >\", \"b\"]\nmarker = \"odd\"\n[[package]]\nname = \"b\"\nversion = \"1\"\n", ""), @r"
        p/pdm.lock [pdm-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 1 (p/pdm.lock:9)
        ? a: no version (p/pdm.lock:5)
        ! p/pdm.lock:3: a package without a name
        ! p/pdm.lock:5: `a` has no version
        ! p/pdm.lock:5: marker `odd`: expected a variable of the environment or a quoted text after 0 bytes
        ! p/pdm.lock:5: requirement `b >` has a bad version specifier: `>` names no valid version
        ");
        insta::assert_snapshot!(check("[metadata]\nlock_version = \"3.1\"\n", ""), @r"!! p/pdm.lock: `p/pdm.lock` states version `3.1` of its format; only 4 is known");
        insta::assert_snapshot!(found(&[("a.toml", LOCK.as_bytes())], "a.toml").lines().next().unwrap_or_default(), @r"a.toml [pdm-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded");
    }

    #[test]
    fn what_would_take_hours_is_given_up() {
        let entry = "[[package]]\nname = \"a\"\ndependencies = [\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"]\nversion = ";
        let entries: Vec<_> = (0..2_000).map(|n| format!("{entry}\"{n}\"\n")).collect();
        let entries = entries.concat();
        let text = check(
            &format!("[metadata]\nlock_version = \"4.5\"\n{entries}"),
            "",
        );
        insta::assert_snapshot!(text.lines().last().unwrap_or_default(), @r"! p/pdm.lock: the dependencies are too many to follow; every package counts, and some paths are missing");
        assert_eq!(
            text.lines().filter(|line| line.contains(" a ")).count(),
            2_000
        );
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("pdm.lock", &bytes), ("pyproject.toml", &bytes)], "pdm.lock");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..1500, length in 0_usize..60, text in "[\\[\\]{}=\"'a-z ,\n]{0,6}") {
            let end = (from + length).min(LOCK.len());
            let (head, tail) = (LOCK.get(..from.min(end)).unwrap_or_default(), LOCK.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"), PROJECT);
        }
    }
}
