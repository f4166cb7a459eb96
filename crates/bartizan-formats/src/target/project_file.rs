//! What a project asks for: `pyproject.toml`.
//!
//! It states ranges, of which nothing can be decided without resolving them, and pins, which can be looked up.
//! Where a lock of the project is found beside it, or a workspace's lock above it, a search reads that instead.

use std::path::Path;

use bartizan_model::{
    inventory::{Component, Fetching, Inventory, Unpinned},
    marker::MarkerContext,
};

use super::{
    Candidate, TargetContext, TargetError, TargetFormat,
    conda::version_in_address,
    lock::project::{Project, Stated, Wanted},
};
use crate::{graph::Graph, python::Environment};

/// The format.
pub(super) static FORMAT: ProjectFile = ProjectFile;

/// See the module.
pub(super) struct ProjectFile;

/// Locks of one project, which lie beside it.
const LOCKS: [&str; 6] = [
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "pixi.lock",
    "Pipfile.lock",
];

/// Locks of a workspace, which lie above its projects.
const WORKSPACE_LOCKS: [&str; 2] = ["uv.lock", "pixi.lock"];

/// How far above a project the lock of its workspace is looked for.
const HIGHEST: usize = 6;

/// Why something that is needed only to build the project is listed.
const TO_BUILD: &str = ", to build it";

impl TargetFormat for ProjectFile {
    fn id(&self) -> &'static str {
        "pyproject"
    }

    fn title(&self) -> &'static str {
        "pyproject.toml"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "pyproject.toml" && !is_locked(candidate)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        // Many are but the settings of some tool.
        let is_project = |text: &str| {
            let mut lines = text.lines().map(str::trim_start);
            lines.any(|line| {
                line.starts_with("[project")
                    || line.starts_with("[dependency-groups")
                    || line.starts_with("[build-system")
                    || (line.starts_with("[tool.poetry") && text.contains("dependencies"))
            })
        };
        let is_named = || candidate.name().ends_with("pyproject.toml");
        candidate.is_file() && is_named() && candidate.head_text().is_some_and(is_project)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let project = Project::read(ctx.tree, path)?;
        let environment = ctx.environment(project.requires_python.as_ref());
        let own = path.display().to_string();
        let mut inventory = Inventory {
            label: project.name.unwrap_or_else(|| own.clone()),
            format: self.id().to_owned(),
            path: own,
            environment: Some(environment.describe()),
            markers: environment.single(),
            problems: project.notes.problems(path),
            fetching: Fetching {
                is_declaration: true,
                ..Fetching::default()
            },
            ..Inventory::default()
        };
        let mut graph = Graph::default();
        let mut seen = Vec::new();
        for stated in &project.stated {
            add(stated, "", &environment, &mut seen, &mut inventory);
        }
        for stated in &project.build {
            add(stated, TO_BUILD, &environment, &mut seen, &mut inventory);
        }
        seen.sort();
        // Several groups may pin the same release.
        seen.dedup_by(|next, kept| {
            (&next.package, &next.version) == (&kept.package, &kept.version)
        });
        for component in seen {
            let index = graph.add(component);
            graph.root(index);
        }
        inventory.unpinned.sort();
        Ok(graph.finish(inventory))
    }
}

/// Whether a lock of the project can be read instead.
fn is_locked(candidate: &Candidate<'_>) -> bool {
    let folders = candidate.path().ancestors().skip(2).take(HIGHEST);
    let mut above = folders.flat_map(|folder| WORKSPACE_LOCKS.map(|lock| folder.join(lock)));
    candidate.has_beside(&LOCKS) || above.any(|lock| candidate.tree().entry(&lock).is_ok())
}

fn add(
    stated: &Stated,
    purpose: &str,
    environment: &Environment,
    found: &mut Vec<Component>,
    inventory: &mut Inventory,
) {
    let marker = stated.marker.as_ref();
    if !environment.is_any() && !environment.holds(marker, MarkerContext::default()) {
        inventory.excluded_by_markers += 1;
        return;
    }
    let (version, reason) = match &stated.wanted {
        Wanted::Any => (None, "no version".to_owned()),
        Wanted::Range(range, text) => (
            range.pinned().map(str::to_owned),
            format!("a range ({text})"),
        ),
        Wanted::Address(address) => (
            version_in_address(&stated.package, address),
            "a URL".to_owned(),
        ),
        Wanted::Elsewhere(reason) => (None, (*reason).to_owned()),
    };
    let locator = format!("{}:{}", inventory.path, stated.line);
    match version {
        Some(version) => found.push(Component::new(stated.package.clone(), version, locator)),
        None => inventory.unpinned.push(Unpinned {
            package: stated.package.clone(),
            locator,
            reason: format!("{reason}{purpose}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(text: &str) -> String {
        found(&[("pyproject.toml", text.as_bytes())], "pyproject.toml")
    }

    const FILE: &str = r#"
[build-system]
requires = ["setuptools>=61", "wheel==0.42.0"]

[project]
name = "lab"
requires-python = ">=3.10"
dependencies = [
    "numpy>=1.26,<3",
    "web==2.1",
    "win==4 ; sys_platform == 'win32'",
    "loop @ https://host/loop-3.0-py3-none-any.whl",
    "odd >",
]

[project.optional-dependencies]
plot = ["plotter", "lab[all]"]
all = ["lab[plot]"]

[dependency-groups]
dev = ["tester==8.1", { include-group = "lint" }]
lint = ["linter ~= 1.4", "tester==8.1"]
"#;

    const POETRY: &str = r#"
[tool.poetry]
name = "lab"
[tool.poetry.dependencies]
python = "^3.10"
caret = "^1.2"
exact = "1.2.3"
fork = { git = "https://host/fork" }
here = { path = "./here" }
several = [{ version = "1.0", python = "<3.12" }, { version = "2.0", python = ">=3.12" }]
strange = "latest!"
[tool.poetry.group.dev.dependencies]
tester = { version = "8.1", extras = ["x"] }
"#;

    #[test]
    fn pins_are_components_and_ranges_are_told() {
        insta::assert_snapshot!(check(FILE), @r"
        lab [pyproject] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * loop 3.0 (pyproject.toml:12)
        * tester 8.1 (pyproject.toml:21)
        * web 2.1 (pyproject.toml:10)
        * wheel 0.42.0 (pyproject.toml:3)
        ? linter: a range (~=1.4) (pyproject.toml:22)
        ? numpy: a range (<3,>=1.26) (pyproject.toml:9)
        ? plotter: no version (pyproject.toml:17)
        ? setuptools: a range (>=61), to build it (pyproject.toml:3)
        ! pyproject.toml:13: requirement `odd >` has a bad version specifier: `>` names no valid version
        ");
        insta::assert_snapshot!(check(POETRY), @r"
        lab [pyproject] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * exact 1.2.3 (pyproject.toml:7)
        * several 2.0 (pyproject.toml:10)
        * tester 8.1 (pyproject.toml:13)
        ? caret: a range (^1.2) (pyproject.toml:6)
        ? fork: a version control reference (pyproject.toml:8)
        ? here: a path (pyproject.toml:9)
        ? strange: no version (pyproject.toml:11)
        ! pyproject.toml:11: its versions cannot be read
        ");
        insta::assert_snapshot!(check("[project\n"), @r"!! pyproject.toml: cannot read `pyproject.toml`: line 1 is not TOML: unclosed table, expected `]`");
    }

    #[test]
    fn a_search_reads_the_lock_instead() {
        let lock: &[u8] = b"version = 1\n";
        let file = FILE.as_bytes();
        insta::assert_snapshot!(found(&[("p/pyproject.toml", file), ("p/uv.lock", lock)], "p"), @r"p/uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded");
        insta::assert_snapshot!(found(&[("p/uv.lock", lock), ("p/packages/a/pyproject.toml", file)], "p"), @r"p/uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded");
        insta::assert_snapshot!(found(&[("p/pyproject.toml", b"[project]\nname = \"x\"\ndependencies = [\"a==1\"]\n"), ("p/a/pyproject.toml", b"[tool.black]\nline-length = 1\n")], "p"), @r"
        x [pyproject] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (p/pyproject.toml:3)
        ");
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(from in 0_usize..700, length in 0_usize..60, text in "[\\[\\]{}=\"'a-z ,\n^~<>*]{0,6}") {
            for file in [FILE, POETRY] {
                let end = (from + length).min(file.len());
                let (head, tail) = (file.get(..from.min(end)).unwrap_or_default(), file.get(end..).unwrap_or_default());
                check(&format!("{head}{text}{tail}"));
            }
        }
    }
}
