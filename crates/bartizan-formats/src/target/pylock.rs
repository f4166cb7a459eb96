//! Lock files by [PEP 751](https://peps.python.org/pep-0751/): `pylock.toml`, `pylock.NAME.toml`.
//!
//! Each package states by a marker whether it belongs to an environment. Extras and dependency groups that
//! the file offers are all counted: somebody may install them.

mod packages;

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Asked, Component, ComponentIndex, Inventory, Unpinned},
    marker::MarkerContext,
    problem::Problem,
};

use self::packages::{Lock, Locked};
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{document::read_text, graph::Graph, python::Environment};

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
        let lock = Lock::read(path, &read_text(ctx.tree, path)?)?;
        match lock.version.as_deref() {
            Some(version) if version == "1" || version.starts_with("1.") => {
                Ok(self.inventory(ctx, path, &lock))
            }
            found => Err(TargetError::unknown_version(path, found, KNOWN_VERSION)),
        }
    }
}

impl Pylock {
    fn inventory(&self, ctx: &TargetContext<'_>, path: &Path, lock: &Lock) -> Inventory {
        let environment = ctx.environment(lock.requires_python.as_ref());
        let mut inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            ..Inventory::default()
        };
        let locator = |line: usize| format!("{}:{line}", path.display());
        inventory.problems = lock.notes.problems(path);
        inventory
            .problems
            .extend(foreign_environment(lock, &environment, path));
        let choices = choices(lock);
        let mut graph = Graph::default();
        let mut kept = Vec::new();
        for locked in &lock.packages {
            if !belongs(locked, &environment, &choices) {
                inventory.excluded_by_markers += 1;
                continue;
            }
            let (package, locator) = (locked.package.clone(), locator(locked.line));
            let index = match &locked.version {
                // An index does not have the project itself.
                _ if locked.is_own => None,
                Some(version) => Some(graph.add(Component::new(package, version.clone(), locator))),
                None => {
                    let reason = locked.reason.to_owned();
                    inventory.unpinned.push(Unpinned {
                        package,
                        locator,
                        reason,
                    });
                    None
                }
            };
            if let Some(index) = index {
                graph.because(index, asked(locked, &environment, lock));
            }
            kept.push((locked, index));
        }
        connect(&kept, &mut graph);
        inventory.unpinned.sort();
        inventory.problems.sort();
        graph.finish(inventory)
    }
}

/// A way to install the file: with some extras and groups.
#[derive(Debug, Default)]
struct Choice {
    extras: Vec<String>,
    groups: Vec<String>,
}

/// The ways that are tried: all extras and groups, the default, and each one alone.
fn choices(lock: &Lock) -> Vec<Choice> {
    let extras = lock.extras.clone();
    let groups: Vec<_> = lock
        .groups
        .iter()
        .chain(&lock.default_groups)
        .cloned()
        .collect();
    let mut choices = vec![];
    if extras.len() + groups.len() <= MOST_CHOICES {
        let one = |name: &String| vec![name.clone()];
        choices.extend(extras.iter().map(|extra| Choice {
            extras: one(extra),
            groups: Vec::new(),
        }));
        choices.extend(groups.iter().map(|group| Choice {
            extras: Vec::new(),
            groups: one(group),
        }));
    }
    choices.push(Choice {
        extras: Vec::new(),
        groups: lock.default_groups.clone(),
    });
    choices.push(Choice { extras, groups });
    choices
}

/// A lock file may be made for some environments only.
fn foreign_environment(lock: &Lock, environment: &Environment, path: &Path) -> Option<Problem> {
    let is_meant = |marker| environment.holds(Some(marker), MarkerContext::default());
    if environment.is_any()
        || lock.environments.is_empty()
        || lock.environments.iter().any(is_meant)
    {
        return None;
    }
    let message =
        "the lock file is not made for this environment; entries of others may be missing";
    let problem = Problem::new(path.display().to_string(), message);
    Some(problem.with_hint("name one that it is made for by `--python` and `--platform`"))
}

/// Whether a package belongs to the environment.
fn belongs(locked: &Locked, environment: &Environment, choices: &[Choice]) -> bool {
    if environment.is_any() {
        return true;
    }
    let requires = locked.requires_python.as_ref();
    let is_allowed = requires.is_none_or(|requires| environment.is_allowed_by(requires));
    let holds = |choice: &Choice| {
        let context = MarkerContext {
            extras: &choice.extras,
            groups: &choice.groups,
        };
        environment.holds(locked.marker.as_ref(), context)
    };
    is_allowed && choices.iter().any(holds)
}

/// Why a package is there: with the default groups alone, with an extra, or with a group only.
fn asked(locked: &Locked, environment: &Environment, lock: &Lock) -> Asked {
    let holds = |extras: &[String], groups: &[String]| {
        environment.holds(locked.marker.as_ref(), MarkerContext { extras, groups })
    };
    let one = std::slice::from_ref;
    if environment.is_any() || holds(&[], &lock.default_groups) {
        Asked::Direct
    } else if lock.groups.iter().any(|group| holds(&[], one(group)))
        && !lock.extras.iter().any(|extra| holds(one(extra), &[]))
    {
        Asked::Development
    } else {
        Asked::Optional
    }
}

fn connect(kept: &[(&Locked, Option<ComponentIndex>)], graph: &mut Graph) {
    let mut by_name: BTreeMap<&Package, Vec<_>> = BTreeMap::new();
    for (locked, index) in kept {
        by_name
            .entry(&locked.package)
            .or_default()
            .push((*index, &locked.version));
    }
    for (locked, from) in kept {
        for (package, version) in &locked.dependencies {
            let named = by_name.get(package).into_iter().flatten();
            let meant = named.filter(|(_, locked)| version.is_none() || version == *locked);
            for to in meant.filter_map(|(index, _)| *index) {
                match from {
                    Some(from) => graph.require(*from, to),
                    None if locked.is_own => graph.root(to),
                    None => {}
                }
            }
        }
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

    fn check(text: &str) -> String {
        found(&[("pylock.toml", text.as_bytes())], "pylock.toml")
    }

    #[test]
    fn what_is_there_by_an_extra_or_a_group_says_so() {
        let tree = MemoryTree::new([("pylock.toml", LOCK)]);
        let found = discover(&context(&tree), Path::new("pylock.toml")).unwrap();
        let inventory = &found.inventories[0];
        let names = inventory.asked.iter();
        let names = names.map(|(at, why)| format!("{} {why:?}", inventory.components[*at].package));
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["plotter Optional", "tester Development"]
        );
    }

    const LOCK: &str = r#"
lock-version = "1.0"
requires-python = ">=3.10"
environments = ["sys_platform == 'linux'"]
extras = ["plot", "old"]
dependency-groups = ["dev"]
default-groups = ["base"]
created-by = "hand"

[[packages]]
name = "lab"
directory = { path = ".", editable = true }
dependencies = [{ name = "numpy", version = "2.0" }]

[[packages]]
name = "numpy"
version = "1.26"
marker = "python_full_version < '3.12'"

[[packages]]
name = "numpy"
version = "2.0"
marker = "python_full_version >= '3.12'"
dependencies = [{ name = "leaf" }]

[[packages]]
name = "Leaf"
wheels = [{ name = "leaf-4.0-py3-none-any.whl", url = "https://host/leaf-4.0-py3-none-any.whl", hashes = {} }]

[[packages]]
name = "plotter"
version = "3"
marker = "'plot' in extras and 'old' not in extras"

[[packages]]
name = "tester"
version = "8"
marker = "'dev' in dependency_groups"

[[packages]]
name = "future"
version = "9"
requires-python = ">=3.13"

[[packages]]
name = "fork"
vcs = { type = "git", url = "https://host/fork", commit-id = "00" }

[[packages]]
name = "vendored"
directory = { path = "vendor/x" }

[[packages]]
name = "single"
archive = { url = "https://host/single-1.5.tar.gz?x=1#y" }

[[packages]]
name = "opaque"
archive = { path = "opaque.zip" }

[[packages]]
version = "1"

[[packages]]
name = "odd"
version = "1"
marker = "nonsense"
"#;

    #[test]
    fn markers_extras_and_groups_decide() {
        insta::assert_snapshot!(check(LOCK), @r"
        pylock.toml [pylock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
          leaf 4.0 (pylock.toml:26)
        * numpy 2.0 (pylock.toml:20) -> leaf
        * odd 1 (pylock.toml:64)
        * plotter 3 (pylock.toml:30)
        * single 1.5 (pylock.toml:53)
        * tester 8 (pylock.toml:35)
        ? fork: a version control reference (pylock.toml:45)
        ? opaque: a path (pylock.toml:57)
        ? vendored: a path (pylock.toml:49)
        ! pylock.toml:61: a package without a name
        ! pylock.toml:64: marker `nonsense`: expected a variable of the environment or a quoted text after 0 bytes
        ");
    }

    #[test]
    fn unknown_versions_and_other_environments_are_told() {
        insta::assert_snapshot!(check("lock-version = \"2.0\"\n"), @r"!! pylock.toml: `pylock.toml` states version `2.0` of its format; only 1.0 is known");
        insta::assert_snapshot!(check("packages = []\n"), @r"!! pylock.toml: `pylock.toml` states no version of its format; only 1.0 is known");
        insta::assert_snapshot!(check("lock-version = \"1.1\"\nenvironments = [\"sys_platform == 'win32'\"]\n"), @r"
        pylock.toml [pylock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        ! pylock.toml: the lock file is not made for this environment; entries of others may be missing
        ");
        insta::assert_snapshot!(found(&[("x/pylock.dev.toml", b"lock-version = 1"), ("x/pylock.txt", b"")], "x"), @r"!! x/pylock.dev.toml: `x/pylock.dev.toml` states no version of its format; only 1.0 is known");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("pylock.toml", &bytes)], "pylock.toml");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..1500, length in 0_usize..60, text in "[\\[\\]{}=\"'a-z ,\n]{0,6}") {
            let end = (from + length).min(LOCK.len());
            let (head, tail) = (LOCK.get(..from.min(end)).unwrap_or_default(), LOCK.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"));
        }
    }
}
