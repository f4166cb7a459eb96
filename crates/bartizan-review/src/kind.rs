//! What a file is: in which language it is written, and what it is for. By its name first, by its first line where that says nothing.

use serde::Deserialize;

/// The language of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Python.
    Python,
    /// Cython.
    Cython,
    /// C, and templates of it.
    C,
    /// C++ and CUDA.
    Cpp,
    /// Fortran.
    Fortran,
    /// Shells of Unix, and of Windows.
    Shell,
    /// Autoconf and m4.
    M4,
    /// Make, Automake.
    Make,
    /// `CMake`.
    Cmake,
    /// Meson.
    Meson,
    /// TOML and INI: settings.
    Settings,
    /// YAML.
    Yaml,
    /// Dockerfiles.
    Docker,
    /// JavaScript and what is like it.
    Script,
    /// Wrap files of Meson, `.gitmodules`.
    Wrap,
    /// Other sources.
    Code,
    /// For people: documentation.
    Prose,
    /// Texts in languages of people.
    Translation,
    /// Anything else.
    Other,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It runs when somebody installs.
    Install,
    /// It runs when somebody builds.
    Build,
    /// It runs on machines of the project.
    Automation,
    /// It is a copy of others' work.
    Vendored,
    /// It is part of what is shipped.
    Code,
    /// It is for tests.
    Test,
    /// It is for readers.
    Documentation,
}

impl Language {
    /// Of a file with these first bytes.
    pub fn of(path: &str, head: &[u8]) -> Self {
        let name = file_name(path).to_ascii_lowercase();
        if let Some(known) = by_name(&name) {
            return known;
        }
        // Lists of requirements are settings of pip, wherever they lie.
        if extension(&name) == "txt" && is_of_requirements(path, &name) {
            return Self::Settings;
        }
        // Templates: `x.c.src`, `x.pyx.in`, `x.py.in`.
        let stem = ["in", "src", "tp", "tmpl", "jinja", "mako"]
            .iter()
            .find_map(|end| name.strip_suffix(end)?.strip_suffix('.'));
        let known = by_extension(extension(&name)).or_else(|| {
            let stem = stem?;
            by_name(stem).or_else(|| by_extension(extension(stem)))
        });
        known.unwrap_or_else(|| by_first_line(head))
    }

    /// Whether machines act on it.
    pub fn is_code(self) -> bool {
        !matches!(self, Self::Prose | Self::Translation | Self::Other)
    }
}

fn is_of_requirements(path: &str, name: &str) -> bool {
    let mut folders = path.rsplit('/').skip(1);
    name.contains("requirements")
        || name.contains("constraints")
        || folders.next() == Some("requirements")
}

fn by_name(name: &str) -> Option<Language> {
    Some(match name {
        "configure.ac" | "configure.in" => Language::M4,
        "cmakelists.txt" => Language::Cmake,
        "meson.build" | "meson.options" | "meson_options.txt" => Language::Meson,
        "makefile" | "gnumakefile" | "makefile.am" | "makefile.in" | "justfile" => Language::Make,
        "dockerfile" | "containerfile" => Language::Docker,
        ".gitmodules" => Language::Wrap,
        "configure" | "autogen.sh" | "bootstrap" | "ltmain.sh" | ".bashrc" | ".profile"
        | ".envrc" => Language::Shell,
        "requirements.txt" => Language::Settings,
        "readme" | "license" | "licence" | "copying" | "news" | "authors" | "thanks"
        | "changelog" | "todo" => Language::Prose,
        _ if name.starts_with("dockerfile.") || name.ends_with(".dockerfile") => Language::Docker,
        _ => return None,
    })
}

fn by_extension(extension: &str) -> Option<Language> {
    Some(match extension {
        "py" | "pyi" | "pyw" | "wsgi" | "pth" => Language::Python,
        "pyx" | "pxd" | "pxi" => Language::Cython,
        "c" | "h" | "inc" => Language::C,
        "cc" | "cpp" | "cxx" | "hpp" | "hh" | "hxx" | "cu" | "cuh" | "ipp" | "tpp" => Language::Cpp,
        "f" | "f90" | "f95" | "f03" | "f08" | "for" | "pyf" => Language::Fortran,
        "sh" | "bash" | "zsh" | "ksh" | "bat" | "cmd" | "ps1" => Language::Shell,
        "m4" | "ac" => Language::M4,
        "mk" | "am" | "mak" => Language::Make,
        "cmake" => Language::Cmake,
        "toml" | "cfg" | "ini" | "conf" => Language::Settings,
        "yml" | "yaml" => Language::Yaml,
        "js" | "ts" | "mjs" | "cjs" | "jsx" | "tsx" => Language::Script,
        "wrap" => Language::Wrap,
        "rs" | "go" | "java" | "rb" | "pl" | "pm" | "lua" | "jl" | "r" | "s" | "asm" | "swift"
        | "kt" | "php" | "m" | "mm" | "d" | "cs" | "scala" | "map" | "awk" | "sed" => {
            Language::Code
        }
        "md" | "rst" | "txt" | "tex" | "html" | "htm" | "adoc" | "1" | "3" => Language::Prose,
        "po" | "pot" => Language::Translation,
        _ => return None,
    })
}

fn by_first_line(head: &[u8]) -> Language {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line.get(..200).unwrap_or(line));
    let Some(program) = line.strip_prefix("#!") else {
        return Language::Other;
    };
    match program {
        it if it.contains("python") => Language::Python,
        it if it.contains("sh") => Language::Shell,
        it if it.contains("node") => Language::Script,
        it if it.contains("make") => Language::Make,
        _ => Language::Code,
    }
}

/// Folders of tests and of what they read.
const TESTS: [&str; 9] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "baseline_images",
    "spec",
];

/// Folders of copies.
const VENDORED: [&str; 8] = [
    "vendor",
    "vendored",
    "_vendor",
    "third_party",
    "third-party",
    "thirdparty",
    "subprojects",
    "extern",
];

/// Folders of documentation.
const DOCUMENTATION: [&str; 6] = ["doc", "docs", "man", "examples", "tutorials", "benchmarks"];

impl Role {
    /// Of a file.
    pub fn of(path: &str, language: Language) -> Self {
        let lower = path.to_ascii_lowercase();
        let name = file_name(&lower);
        let has_folder = |names: &[&str]| {
            let mut folders = lower.split('/').rev().skip(1);
            folders.any(|folder| names.contains(&folder))
        };
        if is_automation(&lower) {
            return Self::Automation;
        }
        if matches!(name, "setup.py" | "sitecustomize.py" | "usercustomize.py")
            || extension(name) == "pth"
        {
            return Self::Install;
        }
        if has_folder(&VENDORED) {
            return Self::Vendored;
        }
        let is_of_tests = has_folder(&TESTS)
            || name.starts_with("test_")
            || name == "conftest.py"
            || name
                .rsplit_once('.')
                .is_some_and(|(stem, _)| stem.ends_with("_test"));
        match language {
            Language::M4
            | Language::Make
            | Language::Cmake
            | Language::Meson
            | Language::Docker => Self::Build,
            Language::Wrap => Self::Vendored,
            _ if matches!(
                name,
                "pyproject.toml" | "setup.cfg" | "configure" | "build.py" | "_build.py"
            ) =>
            {
                Self::Build
            }
            Language::Shell if !is_of_tests && !has_folder(&DOCUMENTATION) => Self::Build,
            _ if is_of_tests => Self::Test,
            Language::Prose | Language::Translation => Self::Documentation,
            _ if has_folder(&DOCUMENTATION) => Self::Documentation,
            _ => Self::Code,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Install => "runs at installation",
            Self::Build => "runs at the build",
            Self::Automation => "runs on machines of the project",
            Self::Vendored => "a copy of others' work",
            Self::Code => "shipped",
            Self::Test => "of tests",
            Self::Documentation => "of the documentation",
        }
    }
}

fn is_automation(path: &str) -> bool {
    const FOLDERS: [&str; 6] = [
        ".github/",
        ".circleci/",
        ".gitlab/",
        ".ci/",
        "ci/",
        ".azure-pipelines/",
    ];
    const FILES: [&str; 7] = [
        ".gitlab-ci.yml",
        ".travis.yml",
        "appveyor.yml",
        ".cirrus.yml",
        "azure-pipelines.yml",
        "action.yml",
        ".pre-commit-config.yaml",
    ];
    FOLDERS.iter().any(|it| path.starts_with(it)) || FILES.contains(&path)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What follows the last dot of a name.
pub(crate) fn extension(name: &str) -> &str {
    match file_name(name).rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, head: &str) -> String {
        let language = Language::of(path, head.as_bytes());
        format!("{language:?} {:?}", Role::of(path, language))
    }

    #[test]
    fn files_are_what_their_names_say() {
        let paths = [
            "numpy/core/src/a.c.src",
            "sklearn/x.pyx.tp",
            "configure.ac",
            "m4/build-to-host.m4",
            "tests/test_files.sh",
            "tests/files/a.xz",
            "setup.py",
            "requirements/build.txt",
            "doc/requirements-dev.txt",
            ".github/workflows/a.yml",
            "subprojects/zlib.wrap",
            "a/tests/x.py",
            "src/Makefile.am",
            "tests/Makefile.am",
            "po/de.po",
            "doc/x.rst",
            "CMakeLists.txt",
            "x.pth",
            "README",
            "a.min.js",
        ];
        let shown: Vec<String> = paths
            .iter()
            .map(|it| format!("{it}: {}", check(it, "")))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        numpy/core/src/a.c.src: C Code
        sklearn/x.pyx.tp: Cython Code
        configure.ac: M4 Build
        m4/build-to-host.m4: M4 Build
        tests/test_files.sh: Shell Test
        tests/files/a.xz: Other Test
        setup.py: Python Install
        requirements/build.txt: Settings Code
        doc/requirements-dev.txt: Settings Documentation
        .github/workflows/a.yml: Yaml Automation
        subprojects/zlib.wrap: Wrap Vendored
        a/tests/x.py: Python Test
        src/Makefile.am: Make Build
        tests/Makefile.am: Make Build
        po/de.po: Translation Documentation
        doc/x.rst: Prose Documentation
        CMakeLists.txt: Cmake Build
        x.pth: Python Install
        README: Prose Documentation
        a.min.js: Script Code
        ");
        assert_eq!(
            check("tools/run", "#!/usr/bin/env python3\n"),
            "Python Code"
        );
        assert_eq!(check("tools/run", "#!/bin/sh"), "Shell Build");
    }
}
