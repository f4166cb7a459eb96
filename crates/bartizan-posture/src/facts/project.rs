//! What a Python package says of itself: `pyproject.toml`, `setup.cfg`, `setup.py`. Nothing of it is run.

use bartizan_model::requirement::{Requirement, SpecifierSet};
use toml::{Table, Value};

use super::{Reader, documents::Document};

/// How many requirements are kept.
const MAX_REQUIREMENTS: usize = 2_000;

/// A Python package, as its files state it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// The file that it is read from; `None` where there is no package.
    pub file: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Which versions of Python it works with, with the line.
    pub requires_python: Option<(String, u32)>,
    /// What it needs, and what its extras need, with the line.
    pub requirements: Vec<(Requirement, u32)>,
    /// Whether what it needs is computed when it is built, so that no file states it.
    pub is_dynamic: bool,
    /// What builds it (`build-backend`).
    pub build_backend: Option<String>,
    /// What that needs (`requires`), as it is written.
    pub build_requires: Vec<String>,
    /// Whether it is told that stubs are part of the package, or of an old builder that they are not.
    pub ships_stubs: Option<bool>,
    /// The groups of its entry points.
    pub entry_points: Vec<String>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Project {
    let mut project = Project::default();
    if let Some(document) = reader.document("pyproject.toml") {
        match document.text.parse::<Table>() {
            Ok(table) => of_pyproject(&document, &table, &mut project),
            Err(error) => {
                reader.problem("pyproject.toml", format!("is no TOML: {}", error.message()));
            }
        }
    }
    project.ships_stubs = project.ships_stubs.or_else(|| stubs_of_manifest(reader));
    if let Some(document) = reader
        .document("setup.cfg")
        .filter(|_| project.requires_python.is_none())
    {
        of_setup_cfg(&document, &mut project);
    }
    if let Some(document) = reader
        .document("setup.py")
        .filter(|_| project.requires_python.is_none())
    {
        of_setup_py(&document, &mut project);
    }
    project
}

fn of_pyproject(document: &Document, table: &Table, project: &mut Project) {
    let build = table.get("build-system").and_then(Value::as_table);
    let backend = build.and_then(|build| build.get("build-backend"));
    project.build_backend = backend.and_then(Value::as_str).map(str::to_owned);
    let needs = build.and_then(|build| build.get("requires"));
    let needs = needs.and_then(Value::as_array).into_iter().flatten();
    let is_plain = |text: &&str| !text.trim().is_empty() && !text.contains(char::is_control);
    let needs = needs.filter_map(Value::as_str).filter(is_plain);
    project.build_requires = needs.take(MAX_REQUIREMENTS).map(str::to_owned).collect();
    project.ships_stubs = stubs(table, project.build_backend.as_deref());
    let Some(own) = table.get("project").and_then(Value::as_table) else {
        return;
    };
    project.file = Some(document.path.clone());
    project.name = own.get("name").and_then(Value::as_str).map(str::to_owned);
    let python = own.get("requires-python").and_then(Value::as_str);
    project.requires_python = python.map(|text| {
        (
            text.to_owned(),
            document.line_of("requires-python").unwrap_or(1),
        )
    });
    let listed = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let direct = own.get("dependencies").map(listed).unwrap_or_default();
    let extras = own.get("optional-dependencies").and_then(Value::as_table);
    let of_extras = extras
        .into_iter()
        .flat_map(|extras| extras.values().flat_map(listed));
    let direct = direct.iter().filter_map(Value::as_str);
    let direct = direct.filter_map(|text| requirement(document, text));
    // An extra without a bound says nothing of what is supported, and one that names the package itself nothing at all.
    let of_extras: Vec<Value> = of_extras.collect();
    let of_extras = of_extras.iter().filter_map(Value::as_str);
    let of_extras = of_extras.filter(|text| text.contains(['<', '>', '=', '~']));
    let of_extras = of_extras.filter_map(|text| requirement(document, text));
    let all = direct.chain(of_extras).take(MAX_REQUIREMENTS);
    let own_name = project.name.clone().unwrap_or_default().to_lowercase();
    project.requirements = all
        .filter(|(it, _)| it.package.name() != own_name)
        .collect();
    let dynamic = own.get("dynamic").map(listed).unwrap_or_default();
    project.is_dynamic = dynamic.iter().any(|it| it.as_str() == Some("dependencies"));
    let groups = own.get("entry-points").and_then(Value::as_table);
    project.entry_points = groups
        .map(|groups| groups.keys().cloned().collect())
        .unwrap_or_default();
}

/// Whether a wheel holds the stubs beside its modules: setuptools takes them in by itself since version 69, others take in
/// whatever lies in the package, meson takes in what its files name.
fn stubs(table: &Table, backend: Option<&str>) -> Option<bool> {
    let backend = backend?;
    let takes_all = [
        "flit",
        "hatchling",
        "pdm",
        "poetry",
        "uv_build",
        "scikit_build_core",
        "maturin",
    ];
    if takes_all.iter().any(|it| backend.starts_with(it)) {
        return Some(true);
    }
    if !backend.starts_with("setuptools") {
        return None;
    }
    let data = table
        .get("tool")
        .and_then(|tool| tool.get("setuptools"))
        .and_then(|it| it.get("package-data"));
    let patterns = data
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(|it| it.values());
    let mut patterns = patterns
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str);
    let named = patterns.any(|it| it.contains(".pyi"));
    let requires = table.get("build-system").and_then(|it| it.get("requires"));
    let requires = requires
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut own = requires
        .filter_map(|it| it.parse::<Requirement>().ok())
        .filter(|it| it.package.name() == "setuptools");
    // A bound that lets in nothing from version 69 on keeps the builder that left them out.
    let lets_in_new =
        |range: &SpecifierSet| (69..200).any(|version| range.contains(&format!("{version}.0.0")));
    let is_old = own.any(|it| it.specifiers().is_some_and(|range| !lets_in_new(range)));
    Some(named || !is_old)
}

/// Whether the files of meson, or `MANIFEST.in`, name stubs.
fn stubs_of_manifest(reader: &mut Reader<'_>) -> Option<bool> {
    let manifest = reader.document("MANIFEST.in");
    if manifest.is_some_and(|it| it.text.contains(".pyi")) {
        return Some(true);
    }
    let has_meson = reader.has("meson.build");
    has_meson.then(|| {
        let files: Vec<String> = reader
            .files
            .iter()
            .filter(|path| path.ends_with("/meson.build"))
            .take(500)
            .cloned()
            .collect();
        files.iter().any(|path| {
            reader
                .document(path)
                .is_some_and(|it| it.text.contains("__init__.pyi"))
        })
    })
}

fn requirement(document: &Document, text: &str) -> Option<(Requirement, u32)> {
    let requirement = text.parse().ok()?;
    Some((requirement, document.line_of(text).unwrap_or(1)))
}

/// The lines under `[options]`: `python_requires`, and `install_requires` with what is indented below it.
fn of_setup_cfg(document: &Document, project: &mut Project) {
    let (mut section, mut is_requirements) = ("", false);
    for (number, line) in (1..).zip(document.text.lines()) {
        let trimmed = line.trim();
        if trimmed.starts_with('[') {
            (section, is_requirements) = (trimmed, false);
        } else if let ("[options.extras_require]", Some(_)) = (section, key_and_value(line)) {
            is_requirements = true;
        } else if let ("[options]", Some((key, value))) = (section, key_and_value(line)) {
            is_requirements = key == "install_requires";
            if key == "python_requires" {
                project.file = Some(document.path.clone());
                project.requires_python = Some((value.to_owned(), number));
            }
        } else if is_requirements && line.starts_with([' ', '\t']) {
            project.file = Some(document.path.clone());
            let found = trimmed
                .parse()
                .ok()
                .filter(|_| project.requirements.len() < MAX_REQUIREMENTS);
            project.requirements.extend(found.map(|it| (it, number)));
        }
    }
}

fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let is_key = !line.starts_with([' ', '\t', '#']);
    is_key.then(|| (key.trim(), value.trim()))
}

/// `python_requires='…'` as a text; what is computed is not known.
fn of_setup_py(document: &Document, project: &mut Project) {
    project.file.get_or_insert_with(|| document.path.clone());
    for (number, line) in (1..).zip(document.text.lines()) {
        let Some((_, after)) = line.split_once("python_requires") else {
            continue;
        };
        let value = after.trim_start().strip_prefix('=').map(str::trim_start);
        let quoted = value.and_then(|value| {
            let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
            value.get(1..)?.split(quote).next()
        });
        if let Some(text) = quoted {
            project.requires_python = Some((text.to_owned(), number));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use bartizan_formats::tree::MemoryTree;
    use jiff::civil::date;
    use proptest::prelude::*;

    use crate::facts;

    fn check(file: &str, text: &str) -> String {
        let facts = facts::read(&MemoryTree::new([(file, text)]), date(2026, 11, 25));
        let project = facts.project;
        let names: Vec<String> = project
            .requirements
            .iter()
            .map(|(it, line)| format!("{}@{line}", it.package.name()))
            .collect();
        format!(
            "{:?} {:?} {:?} {names:?} {:?}",
            project.file, project.name, project.requires_python, project.entry_points
        )
    }

    #[test]
    fn each_file_states_what_python_it_needs() {
        insta::assert_snapshot!(
            check("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '>=3.12'\ndependencies = [\n 'numpy>=2',\n]\n[project.entry-points.'x.backends']\na = 'b'\n"),
            @r#"Some("pyproject.toml") Some("x") Some((">=3.12", 3)) ["numpy@5"] ["x.backends"]"#);
        insta::assert_snapshot!(
            check("setup.cfg", "[metadata]\nname = x\n[options]\npython_requires = >=3.9\ninstall_requires =\n    numpy>=1\n    scipy\n"),
            @r#"Some("setup.cfg") None Some((">=3.9", 4)) ["numpy@6", "scipy@7"] []"#);
        insta::assert_snapshot!(check("setup.py", "setup(\n  python_requires=\">=3.10\",\n)\n"), @r#"Some("setup.py") None Some((">=3.10", 2)) [] []"#);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(python_requires|install_requires|\[options\]|project|[=\n '"\[\]{}.>3])*{0,30}"#) {
            for file in ["pyproject.toml", "setup.cfg", "setup.py"] {
                check(file, &text);
            }
        }
    }
}
