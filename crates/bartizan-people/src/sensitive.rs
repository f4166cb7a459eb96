//! Files by which a whole project can be reached: what builds it, tests it, releases it, or says how it is kept safe.
//!
//! Told by paths alone, alike in every ecosystem whose habits are known; which of them matter in a project is not known
//! here. To touch one is ordinary work: it only ever counts together with something else.

/// What a file is for, where it may reach the whole project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitive {
    /// It says how the project is built.
    Build,
    /// It says what continuous integration runs.
    Integration,
    /// It says how releases are made.
    Release,
    /// It says who reviews, who may, or where to report.
    Security,
}

/// Every purpose.
pub const ALL: [Sensitive; 4] = [
    Sensitive::Build,
    Sensitive::Integration,
    Sensitive::Release,
    Sensitive::Security,
];

/// Names of files that say how something is built, in lower case.
const BUILD: [&str; 22] = [
    "build.gradle",
    "build.rs",
    "build.sh",
    "cargo.lock",
    "cargo.toml",
    "cmakelists.txt",
    "conandata.yml",
    "conanfile.py",
    "configure",
    "configure.ac",
    "configure.in",
    "gnumakefile",
    "makefile",
    "makefile.am",
    "makefile.in",
    "manifest.in",
    "meson.build",
    "meson.options",
    "meta.yaml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
];

/// Ends of names of files that say how something is built.
const BUILD_ENDS: [&str; 5] = [".cmake", ".m4", ".mk", ".am", ".pyproj"];

/// Names of files that say what continuous integration runs.
const INTEGRATION: [&str; 12] = [
    ".appveyor.yml",
    ".cirrus.star",
    ".cirrus.yml",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    ".travis.yml",
    "appveyor.yml",
    "azure-pipelines.yml",
    "jenkinsfile",
    "noxfile.py",
    "shippable.yml",
    "tox.ini",
];

/// Folders of what continuous integration runs.
const INTEGRATION_FOLDERS: [&str; 6] = [
    ".github/workflows/",
    ".github/actions/",
    ".circleci/",
    ".ci/",
    ".builds/",
    "ci/",
];

/// Names of files that say who reviews, who may, or where to report.
const SECURITY: [&str; 7] = [
    ".gitattributes",
    ".gitmodules",
    "codeowners",
    "dependabot.yml",
    "security.md",
    "security.rst",
    "security.txt",
];

/// Words of files that make releases.
const RELEASE_WORDS: [&str; 5] = ["release", "publish", "wheel", "deploy", "upload"];

/// Ends of files that are run, or that say what is run.
const RUN_ENDS: [&str; 7] = [".py", ".sh", ".yml", ".yaml", ".ps1", ".bat", ".toml"];

/// What a file is for, where it may reach the whole project. A release's workflow is both run and for releases: the
/// narrower of them is told.
pub fn sensitive(path: &str) -> Option<Sensitive> {
    let path = path.to_lowercase();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let is_run = RUN_ENDS.iter().any(|end| name.ends_with(end));
    let is_tool = INTEGRATION_FOLDERS
        .iter()
        .chain(&["tools/", "scripts/", "maint_tools/", "build_tools/"])
        .any(|it| path.starts_with(it));
    if is_run && (is_tool || folder.is_empty()) && RELEASE_WORDS.iter().any(|it| name.contains(it))
    {
        return Some(Sensitive::Release);
    }
    if SECURITY.contains(&name) {
        return Some(Sensitive::Security);
    }
    let is_integration =
        INTEGRATION.contains(&name) || INTEGRATION_FOLDERS.iter().any(|it| path.starts_with(it));
    if is_integration {
        return Some(Sensitive::Integration);
    }
    let is_build = BUILD.contains(&name) || BUILD_ENDS.iter().any(|end| name.ends_with(end));
    is_build.then_some(Sensitive::Build)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str) -> String {
        format!("{:?}", sensitive(path))
            .replace("Some(", "")
            .replace(')', "")
    }

    #[test]
    fn what_reaches_the_whole_project() {
        for (path, expect) in [
            ("setup.py", "Build"),
            ("numpy/core/meson.build", "Build"),
            ("m4/ax_pthread.m4", "Build"),
            ("CMakeLists.txt", "Build"),
            (".github/workflows/linux.yml", "Integration"),
            (".github/workflows/wheels.yml", "Release"),
            (".github/workflows/publish-to-index.yaml", "Release"),
            ("tools/release.py", "Release"),
            ("release.sh", "Release"),
            ("azure-pipelines.yml", "Integration"),
            ("ci/requirements/py312.yml", "Integration"),
            (".github/CODEOWNERS", "Security"),
            ("SECURITY.md", "Security"),
            ("doc/release/1.0-notes.rst", "None"),
            ("lab/release.py", "None"),
            ("lab/tests/test_wheel.py", "None"),
            ("README.md", "None"),
            ("", "None"),
        ] {
            assert_eq!(check(path), expect, "{path}");
        }
    }

    #[test]
    fn lists_are_in_order_and_in_lower_case() {
        for list in [&BUILD[..], &INTEGRATION, &SECURITY] {
            assert!(list.is_sorted());
        }
        let names = BUILD.iter().chain(&INTEGRATION).chain(&SECURITY);
        assert!(names.copied().all(|it| it == it.to_lowercase()));
    }
}
