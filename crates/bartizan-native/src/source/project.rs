//! What a folder of code says of itself: the name and version in its build files and in Python's `__version__`.
//!
//! Nothing is run: a version that a build computes is not known.

use super::{contents::is_version, path};

/// What a build file or a module says of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// The line of the version, or else of the name.
    pub(super) line: u32,
}

/// Build files that name a project.
const MANIFESTS: [&str; 7] = [
    "meson.build",
    "CMakeLists.txt",
    "pyproject.toml",
    "setup.cfg",
    "package.json",
    "PKG-INFO",
    "METADATA",
];

/// Whether a file may name a project.
pub(super) fn is_interesting(file: &str) -> bool {
    MANIFESTS.contains(&path::base(file))
}

/// What a build file says of its project.
pub(super) fn read(file: &str, text: &str) -> Option<Manifest> {
    match path::base(file) {
        "meson.build" => call(text, "project", "version"),
        "CMakeLists.txt" => call(text, "project", "VERSION"),
        "pyproject.toml" => keys(text, "[project]", '='),
        "setup.cfg" => keys(text, "[metadata]", '='),
        "package.json" | "PKG-INFO" | "METADATA" => keys(text, "", ':'),
        _ => None,
    }
}

/// `project('NAME', …, version : '1.2')` of Meson, `project(NAME VERSION 1.2)` of `CMake`.
fn call(text: &str, function: &str, key: &str) -> Option<Manifest> {
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    let (at, line) = (0..).zip(text.lines()).find(|(_, line)| {
        let head = line.trim_start().get(..function.len()).unwrap_or_default();
        !is_comment(line) && head.eq_ignore_ascii_case(function) && line.contains('(')
    })?;
    let mut words: Vec<(u32, &str)> = Vec::new();
    for (number, line) in (at + 1..).zip(text.lines().skip(at as usize).take(30)) {
        let code = line.split('#').next().unwrap_or_default();
        let split = code.split(|letter: char| letter.is_whitespace() || "(),:\"'".contains(letter));
        words.extend(
            split
                .filter(|word| !word.is_empty())
                .map(|word| (number, word)),
        );
        if code.contains(')') {
            break;
        }
    }
    let name = words.get(1)?.1;
    let place = words.iter().position(|(_, word)| *word == key);
    let value = place
        .and_then(|place| words.get(place + 1))
        .filter(|(_, it)| is_version(it));
    let is_name = !name.contains(['$', '{']) && !line.is_empty();
    is_name.then(|| Manifest {
        name: name.to_owned(),
        version: value.map(|(_, version)| (*version).to_owned()),
        line: value.map_or(at + 1, |(line, _)| *line),
    })
}

/// `name` and `version` of one section of an INI-like text; without a section, of its head.
fn keys(text: &str, section: &str, sign: char) -> Option<Manifest> {
    let mut is_inside = section.is_empty();
    let mut name = None;
    let mut version = None;
    for (line, content) in (1_u32..).zip(text.lines()) {
        let trimmed = content.trim();
        if trimmed.starts_with('[') && !section.is_empty() {
            is_inside = trimmed == section;
            continue;
        }
        let Some((key, value)) = trimmed.split_once(sign).filter(|_| is_inside) else {
            continue;
        };
        let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']);
        match key.trim().trim_matches('"').to_ascii_lowercase().as_str() {
            "name" if name.is_none() => name = Some((line, value.to_owned())),
            "version" if version.is_none() && is_version(value) => {
                version = Some((line, value.to_owned()));
            }
            _ => {}
        }
    }
    let (line, name) = name.filter(|(_, name)| !name.is_empty() && name.len() <= 100)?;
    let line = version.as_ref().map_or(line, |(line, _)| *line);
    Some(Manifest {
        name,
        version: version.map(|(_, version)| version),
        line,
    })
}

/// `__version__ = "1.2"` of a Python module, at the beginning of a line.
pub(super) fn python_version(text: &str) -> Option<(u32, String)> {
    const NAMES: [&str; 4] = ["__version__", "VERSION", "version", "__VERSION__"];
    (1_u32..).zip(text.lines()).find_map(|(line, content)| {
        let (name, value) = content.split_once('=')?;
        let name = name.split(':').next()?.trim_end();
        let value = value.trim_start();
        let quote = value
            .chars()
            .next()
            .filter(|letter| ['"', '\''].contains(letter))?;
        let version = value.trim_start_matches(quote).split(quote).next()?;
        (NAMES.contains(&name) && is_version(version)).then(|| (line, version.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, text: &str) -> String {
        match read(file, text) {
            Some(it) => format!(
                "{} {} {}",
                it.line,
                it.name,
                it.version.unwrap_or("-".to_owned())
            ),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn build_files_name_their_project() {
        insta::assert_snapshot!(check("meson.build", "# project('x')\nproject('boost-math',\n  version : '1.89.0',\n)\nx = 1"), @"3 boost-math 1.89.0");
        insta::assert_snapshot!(check("meson.build", "project('a', 'cpp', version: run_command('x'))"), @"1 a -");
        insta::assert_snapshot!(check("meson.build", "project('x86', version : '7.0.x')"), @"1 x86 -");
        insta::assert_snapshot!(check("CMakeLists.txt", "cmake_minimum_required(VERSION 3.1)\nPROJECT(hwy VERSION 1.2.0 LANGUAGES C)"), @"2 hwy 1.2.0");
        insta::assert_snapshot!(check("CMakeLists.txt", "project(${NAME})"), @"none");
        insta::assert_snapshot!(check("pyproject.toml", "[build-system]\nname = \"no\"\n[project]\nname = \"cobyqa\"\nversion = \"1.1.3\""), @"5 cobyqa 1.1.3");
        insta::assert_snapshot!(check("PKG-INFO", "Metadata-Version: 2.4\nName: numpy\nVersion: 2.4.6\n"), @"3 numpy 2.4.6");
        insta::assert_snapshot!(check("package.json", "{\n  \"name\": \"m\",\n  \"version\": \"0.1.0\",\n}"), @"3 m 0.1.0");
    }

    #[test]
    fn versions_of_modules() {
        let check =
            |text: &str| python_version(text).map(|(line, version)| format!("{line} {version}"));
        assert_eq!(
            check("x = 1\n__version__ = '1.15.0'\n").as_deref(),
            Some("2 1.15.0")
        );
        assert_eq!(
            check("__version__: str = \"2.4.0\"").as_deref(),
            Some("1 2.4.0")
        );
        assert_eq!(check("    version = '1.2.3'"), None);
        assert_eq!(check("__version__ = get('x')"), None);
    }
}
