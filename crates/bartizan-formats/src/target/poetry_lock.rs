//! The lock file of Poetry, versions 1 and 2.
//!
//! Since version 2.1 each package says by groups and markers to which environments it belongs. Older files are
//! walked from what the `pyproject.toml` beside them asks for; where there is none, every package counts.

mod packages;

use std::path::Path;

use bartizan_model::inventory::Inventory;

use self::packages::PoetryLockFile;
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::document::read_text;

/// The format.
pub(super) static FORMAT: PoetryLock = PoetryLock;

/// See the module.
pub(super) struct PoetryLock;

/// The versions of the format that are understood.
const KNOWN_VERSIONS: &str = "1 or 2";

impl TargetFormat for PoetryLock {
    fn id(&self) -> &'static str {
        "poetry-lock"
    }

    fn title(&self) -> &'static str {
        "poetry.lock"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "poetry.lock"
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let has = |text: &str, start| text.lines().any(|line| line.starts_with(start));
        // Other lock files have packages too; only Poetry's say `python-versions`.
        let is_lock = |text| has(text, "[[package]]") && has(text, "python-versions = ");
        let is_named = || self.is_usual_name(candidate);
        candidate.is_file() && (is_named() || candidate.head_text().is_some_and(is_lock))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let mut file = PoetryLockFile::read(path, &read_text(ctx.tree, path)?)?;
        let version = file.version.as_deref();
        let major = version.and_then(|version| version.split('.').next());
        if !matches!(major, Some("1" | "2")) {
            return Err(TargetError::unknown_version(path, version, KNOWN_VERSIONS));
        }
        let problem = file.lock.ask_project(ctx.tree, path);
        let mut inventory = file.lock.inventory(ctx, path, self.id());
        inventory.problems.extend(problem);
        Ok(inventory)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::{
        target::{
            discover,
            tests::{context, found},
        },
        tree::MemoryTree,
    };

    fn check(lock: &str, project: &str) -> String {
        let mut files = vec![("p/poetry.lock", lock.as_bytes())];
        if !project.is_empty() {
            files.push(("p/pyproject.toml", project.as_bytes()));
        }
        found(&files, "p/poetry.lock")
    }

    #[test]
    fn what_is_there_by_an_extra_or_a_group_says_so() {
        let check = |heads: [&str; 4]| {
            let package = |(name, head): (&str, &str)| {
                format!("[[package]]\nname = '{name}'\nversion = '1'\n{head}\n")
            };
            let packages = ["direct", "fast", "tester", "both"].into_iter().zip(heads);
            let packages: String = packages.map(package).collect();
            let text = format!(
                "{packages}[extras]\nfast = ['fast']\n[metadata]\nlock-version = '2.1'\npython-versions = '*'\n"
            );
            let tree = MemoryTree::new([("poetry.lock", text)]);
            let found = discover(&context(&tree), Path::new("poetry.lock")).unwrap();
            let inventory = &found.inventories[0];
            let names = inventory.asked.iter();
            let names =
                names.map(|(at, why)| format!("{} {why:?}", inventory.components[*at].package));
            names.collect::<Vec<_>>().join(", ")
        };
        let new = [
            "optional = false\ngroups = ['main']",
            "optional = true\ngroups = ['main']\nmarkers = 'extra == \"fast\"'",
            "optional = false\ngroups = ['dev', 'docs']",
            "optional = false\ngroups = ['main', 'dev']",
        ];
        assert_eq!(check(new), "fast Optional, tester Development");
        let old = [
            "optional = false\ncategory = 'main'",
            "optional = true",
            "category = 'dev'",
            "optional = false",
        ];
        assert_eq!(check(old), "fast Optional, tester Development");
    }

    const PROJECT: &str = r#"
[tool.poetry]
name = "lab"
[tool.poetry.dependencies]
python = "^3.10"
web = { version = "^2.0", extras = ["fast"] }
numpy = [
    { version = "~1.26", python = "<3.12" },
    { version = ">=2", markers = "python_version >= '3.12'" },
]
plotter = { version = "*", optional = true }
win = { version = "*", markers = "sys_platform == 'win32'" }
[tool.poetry.group.dev.dependencies]
tester = "8.*"
[tool.poetry.dev-dependencies]
absent = "*"
"#;

    const CURRENT: &str = r#"
[[package]]
name = "Loop"
version = "3"
optional = false
python-versions = ">=3.8"
groups = ["main"]

[[package]]
name = "numpy"
version = "1.26.4"
optional = false
python-versions = ">=3.9"
groups = ["main"]
markers = "python_version < \"3.12\""

[[package]]
name = "numpy"
version = "2.0"
optional = false
python-versions = ">=3.9"
groups = ["main"]
markers = "python_version >= \"3.12\""

[[package]]
name = "plotter"
version = "3"
optional = true
python-versions = "*"
groups = ["main"]
markers = "extra == \"plot\""
[package.dependencies]
numpy = ">=1.21,<1.26 || ^2.0"

[[package]]
name = "tester"
version = "8.1"
optional = false
python-versions = "*"
groups = ["dev"]
[package.dependencies]
win = {version = "*", markers = "sys_platform == \"win32\""}

[[package]]
name = "web"
version = "2.1"
optional = false
python-versions = "*"
groups = ["main", "dev"]
markers = {main = "sys_platform == \"win32\""}
[package.dependencies]
loop = {version = ">=1", optional = true, markers = "python_version >= \"3.8\" and extra == \"fast\""}
[package.extras]
fast = ["Loop (>=1) ; python_version >= \"3.8\"", "not-locked"]

[[package]]
name = "win"
version = "4"
optional = false
python-versions = "*"
groups = ["main", "dev"]
markers = {main = "sys_platform == \"win32\"", dev = "sys_platform == \"win32\""}

[[package]]
name = "fork"
version = "0.1"
optional = false
python-versions = "*"
groups = ["main"]
[package.source]
type = "git"
url = "https://host/fork"
resolved_reference = "00"

[extras]
plot = ["plotter"]

[metadata]
lock-version = "2.1"
python-versions = "^3.10"
content-hash = "00"
"#;

    /// The same lock as older versions of Poetry wrote it: nothing says what belongs where.
    fn older() -> String {
        let stated = |line: &&str| !line.starts_with("groups") && !line.starts_with("markers");
        let lines: Vec<_> = CURRENT.lines().filter(stated).collect();
        lines.join("\n").replace("2.1\"\npython", "1.1\"\npython")
    }

    #[test]
    fn each_package_says_where_it_belongs() {
        insta::assert_snapshot!(check(CURRENT, PROJECT), @r"
        lab [poetry-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
        * fork 0.1 (p/poetry.lock:64)
          loop 3 (p/poetry.lock:2)
        * numpy 2.0 (p/poetry.lock:17)
        * plotter 3 (p/poetry.lock:25) -> numpy
        * tester 8.1 (p/poetry.lock:35)
        * web 2.1 (p/poetry.lock:44) -> loop
        ! p/poetry.lock: `absent` is required and not locked
        ");
        insta::assert_snapshot!(check(CURRENT, ""), @r"
        p/poetry.lock [poetry-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
        * fork 0.1 (p/poetry.lock:64)
        * loop 3 (p/poetry.lock:2)
          numpy 2.0 (p/poetry.lock:17)
        * plotter 3 (p/poetry.lock:25) -> numpy
        * tester 8.1 (p/poetry.lock:35)
        * web 2.1 (p/poetry.lock:44)
        ");
    }

    #[test]
    fn an_older_file_is_walked_from_its_project() {
        insta::assert_snapshot!(check(&older(), PROJECT), @r"
        lab [poetry-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
        * fork 0.1 (p/poetry.lock:52)
          loop 3 (p/poetry.lock:2)
        * numpy 2.0 (p/poetry.lock:14)
        * plotter 3 (p/poetry.lock:20) -> numpy
        * tester 8.1 (p/poetry.lock:28)
        * web 2.1 (p/poetry.lock:36) -> loop
        ! p/poetry.lock: `absent` is required and not locked
        ");
        insta::assert_snapshot!(check(&older(), ""), @r"
        p/poetry.lock [poetry-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * fork 0.1 (p/poetry.lock:52)
          loop 3 (p/poetry.lock:2)
        * numpy 1.26.4 (p/poetry.lock:8)
          numpy 2.0 (p/poetry.lock:14)
        * plotter 3 (p/poetry.lock:20) -> numpy
        * tester 8.1 (p/poetry.lock:28)
        * web 2.1 (p/poetry.lock:36) -> loop
        * win 4 (p/poetry.lock:46)
        ");
        insta::assert_snapshot!(check(&older(), "[tool"), @r"
        p/poetry.lock [poetry-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * fork 0.1 (p/poetry.lock:52)
          loop 3 (p/poetry.lock:2)
        * numpy 1.26.4 (p/poetry.lock:8)
          numpy 2.0 (p/poetry.lock:14)
        * plotter 3 (p/poetry.lock:20) -> numpy
        * tester 8.1 (p/poetry.lock:28)
        * web 2.1 (p/poetry.lock:36) -> loop
        * win 4 (p/poetry.lock:46)
        ! p/pyproject.toml: cannot read `p/pyproject.toml`: line 1 is not TOML: unclosed table, expected `]`
        ");
    }

    #[test]
    fn damaged_entries_cost_only_themselves() {
        insta::assert_snapshot!(check("[[package]]\nversion = \"1\"\n[[package]]\nname = \"a\"\n[[package]]\nname = \"b\"\nversion = \"1\"\nmarkers = \"nonsense\"\n[package.dependencies]\na = 1\nc = {version = 7, markers = \"odd\"}\n[metadata]\nlock-version = \"2.0\"\n", ""), @r"
        p/poetry.lock [poetry-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 1 (p/poetry.lock:5)
        ? a: no version (p/poetry.lock:3)
        ! p/poetry.lock:1: a package without a name
        ! p/poetry.lock:3: `a` has no version
        ! p/poetry.lock:11: marker `odd`: expected a variable of the environment or a quoted text after 0 bytes
        ! p/poetry.lock:5: marker `nonsense`: expected a variable of the environment or a quoted text after 0 bytes
        ! p/poetry.lock: `c` is required and not locked
        ");
        insta::assert_snapshot!(check("[metadata]\nlock-version = \"3.0\"\n", ""), @r"!! p/poetry.lock: `p/poetry.lock` states version `3.0` of its format; only 1 or 2 is known");
        insta::assert_snapshot!(check("", ""), @r"!! p/poetry.lock: `p/poetry.lock` states no version of its format; only 1 or 2 is known");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("poetry.lock", &bytes), ("pyproject.toml", &bytes)], "poetry.lock");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..2200, length in 0_usize..60, text in "[\\[\\]{}=\"'a-z ,\n]{0,6}") {
            for (lock, project) in [(CURRENT, false), (PROJECT, true)] {
                let end = (from + length).min(lock.len());
                let (head, tail) = (lock.get(..from.min(end)).unwrap_or_default(), lock.get(end..).unwrap_or_default());
                let damaged = format!("{head}{text}{tail}");
                if project { check(&older(), &damaged) } else { check(&damaged, PROJECT) };
            }
        }
    }
}
