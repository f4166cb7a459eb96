//! Which files act on whoever builds, tests or releases a project, by where they are and what they are called.
//!
//! Content is not read: that is the review's work. A file may be of one kind only, the first that it is of.

/// A kind of file that deserves a look by somebody who knows such files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// What runs on the code host's or another's machines: workflows and actions.
    Automation,
    /// What makes a release of the sources, or says who may.
    Release,
    /// What says how security problems are dealt with, who owns what, and which keys count.
    Security,
    /// Copies of others' code.
    Vendored,
    /// What is built by, and what is run while it is built or tested.
    Build,
    /// What no one can read as text: archives, data, objects.
    Binary,
}

/// Every kind, in the order in which they are asked.
pub const ALL: [Place; 6] = [
    Place::Automation,
    Place::Release,
    Place::Security,
    Place::Vendored,
    Place::Build,
    Place::Binary,
];

/// Directories of automation.
const AUTOMATION: [&str; 7] = [
    ".github/workflows/",
    ".github/actions/",
    ".circleci/",
    ".gitlab/",
    ".buildkite/",
    ".azure-pipelines/",
    ".builds/",
];

/// Files of automation, anywhere near the root.
const AUTOMATION_FILES: [&str; 12] = [
    "action.yml",
    "action.yaml",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".cirrus.yml",
    ".cirrus.star",
    "appveyor.yml",
    ".appveyor.yml",
    "azure-pipelines.yml",
    "jenkinsfile",
    ".pre-commit-config.yaml",
    ".readthedocs.yaml",
];

const SECURITY_FILES: [&str; 9] = [
    "security.md",
    "security.rst",
    "security.txt",
    "codeowners",
    "dependabot.yml",
    "dependabot.yaml",
    ".gitattributes",
    ".gitmodules",
    "allowed_signers",
];

/// Names of directories that hold copies.
const VENDORED: [&str; 9] = [
    "vendor",
    "vendored",
    "_vendor",
    "third_party",
    "third-party",
    "thirdparty",
    "extern",
    "_external",
    "subprojects",
];

const BUILD_FILES: [&str; 26] = [
    "setup.py",
    "setup.cfg",
    "pyproject.toml",
    "meson.build",
    "meson_options.txt",
    "meson.options",
    "cmakelists.txt",
    "configure",
    "configure.ac",
    "configure.in",
    "makefile",
    "makefile.am",
    "makefile.in",
    "gnumakefile",
    "autogen.sh",
    "build.rs",
    "dockerfile",
    "environment.yml",
    "conftest.py",
    "noxfile.py",
    "tox.ini",
    "pixi.toml",
    "package.json",
    "cargo.toml",
    "build.sh",
    "recipe.yaml",
];

const BUILD_ENDS: [&str; 8] = [
    ".m4", ".cmake", ".mk", ".am", ".gn", ".bazel", ".lock", ".pth",
];

const BINARY_ENDS: [&str; 41] = [
    ".a", ".bin", ".bz2", ".class", ".dat", ".dll", ".dylib", ".exe", ".fits", ".gz", ".h5",
    ".hdf5", ".jar", ".lz", ".lz4", ".lzma", ".mat", ".nc", ".npy", ".npz", ".o", ".obj", ".par",
    ".pickle", ".pkl", ".pyc", ".pyd", ".rar", ".sav", ".so", ".tar", ".tgz", ".ubj", ".wasm",
    ".wav", ".whl", ".xz", ".z", ".zip", ".zst", ".7z",
];

impl Place {
    /// The kind of a path; none for ordinary files.
    pub fn of(path: &str) -> Option<Self> {
        let path = path.to_lowercase();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        ALL.into_iter().find(|it| it.has(&path, folder, name))
    }

    fn has(self, path: &str, folder: &str, name: &str) -> bool {
        let ends_with = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        match self {
            Self::Automation => {
                AUTOMATION.iter().any(|it| path.starts_with(it)) || AUTOMATION_FILES.contains(&name)
            }
            Self::Release => is_of_release(folder, name),
            Self::Security => {
                SECURITY_FILES.contains(&name)
                    || ends_with(&[".asc", ".gpg", ".pem", ".pub", ".sig"])
            }
            Self::Vendored => folder.split('/').any(|it| VENDORED.contains(&it)),
            Self::Build => {
                BUILD_FILES.contains(&name)
                    || ends_with(&BUILD_ENDS)
                    || (name.contains("requirements") && ends_with(&[".txt", ".in"]))
            }
            Self::Binary => ends_with(&BINARY_ENDS),
        }
    }

    /// Its word, which stays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::Release => "release",
            Self::Security => "security",
            Self::Vendored => "vendored",
            Self::Build => "build",
            Self::Binary => "binary",
        }
    }

    /// What it is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Automation => "what runs on the code host's machines",
            Self::Release => "what makes releases",
            Self::Security => "what says how security is dealt with",
            Self::Vendored => "copies of others' code",
            Self::Build => "what builds run",
            Self::Binary => "contents that nobody can read as text",
        }
    }
}

/// Scripts of releases; notes of releases are texts, and ordinary.
fn is_of_release(folder: &str, name: &str) -> bool {
    let is_text = [".md", ".rst", ".txt", ".html"]
        .iter()
        .any(|end| name.ends_with(end));
    let is_script = [".py", ".sh", ".yml", ".yaml", ".toml", ".bash", ".ps1"]
        .iter()
        .any(|end| name.ends_with(end));
    let is_tool = folder.split('/').any(|it| {
        matches!(
            it,
            "tools" | "scripts" | "maint" | "ci" | "release" | "releasing"
        )
    });
    name == "manifest.in"
        || (is_script
            && !is_text
            && is_tool
            && (name.contains("release") || name.contains("publish") || name.contains("upload")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(path: &str) -> &'static str {
        Place::of(path).map_or("ordinary", Place::as_str)
    }

    #[test]
    fn kinds_of_files() {
        let list = [
            ".github/workflows/wheels.yml",
            ".github/ISSUE_TEMPLATE/bug.yml",
            "action.yml",
            "numpy/core/setup.py",
            "m4/build-to-host.m4",
            "tests/files/good-large_compressed.lzma",
            "SECURITY.md",
            "scipy/_lib/tests/test_x.py",
            "doc/release/notes.rst",
            "tools/release/upload.py",
            "subprojects/boost/x.hpp",
            "extern/lib.c",
            "src/external_api.py",
            "requirements/test_requirements.txt",
            "requirements-dev.txt",
            "uv.lock",
            "README.md",
            "doc/logo.png",
            "",
            "/",
        ];
        let lines: Vec<String> = list
            .iter()
            .map(|it| format!("{} {it}", check(it)))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        automation .github/workflows/wheels.yml
        ordinary .github/ISSUE_TEMPLATE/bug.yml
        automation action.yml
        build numpy/core/setup.py
        build m4/build-to-host.m4
        binary tests/files/good-large_compressed.lzma
        security SECURITY.md
        ordinary scipy/_lib/tests/test_x.py
        ordinary doc/release/notes.rst
        release tools/release/upload.py
        vendored subprojects/boost/x.hpp
        vendored extern/lib.c
        ordinary src/external_api.py
        build requirements/test_requirements.txt
        build requirements-dev.txt
        build uv.lock
        ordinary README.md
        ordinary doc/logo.png
        ordinary 
        ordinary /
        ");
    }

    proptest! {
        #[test]
        fn never_panics(path in "\\PC{0,40}") {
            Place::of(&path);
        }
    }
}
