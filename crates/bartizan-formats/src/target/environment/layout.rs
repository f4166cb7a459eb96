//! Where an installation keeps its packages, and which Python it is for.

use std::path::{Component, Path, PathBuf};

use bartizan_model::{
    environment::{Platform, System},
    problem::Problem,
};

use crate::{
    python::{Environment, PlatformChoice},
    target::{Candidate, TargetContext, entry_name},
    tree::{Entry, EntryKind, Tree, TreeError},
};

/// The file that makes a directory a virtual environment.
const CONFIGURATION: &str = "pyvenv.cfg";

/// The largest configuration of a virtual environment.
const LARGEST_CONFIGURATION: u64 = 64 << 10;

/// The names of directories that packages are installed in.
const SITE_NAMES: [&str; 2] = ["site-packages", "dist-packages"];

/// Whether a directory is a virtual environment.
pub(crate) fn is_environment(candidate: &Candidate<'_>) -> bool {
    let is_configuration =
        |entry: &Entry| entry.kind == EntryKind::File && entry_name(entry) == CONFIGURATION;
    candidate
        .children()
        .is_ok_and(|children| children.iter().any(is_configuration))
}

/// Whether packages are installed right in a directory: by its name, or because installers left their
/// records there, as with `pip install --target`.
pub(crate) fn is_site(candidate: &Candidate<'_>) -> bool {
    let is_record = |entry: &Entry| {
        entry.kind == EntryKind::Directory && entry_name(entry).ends_with(".dist-info")
    };
    let has_record = || {
        candidate
            .children()
            .is_ok_and(|children| children.iter().any(is_record))
    };
    candidate.is_directory() && (SITE_NAMES.contains(&candidate.name()) || has_record())
}

/// What is known of the interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Interpreter {
    /// `CPython` of a version.
    CPython { version: String, locator: String },
    /// `CPython` of a series: `3.12`.
    Series { series: String, locator: String },
    /// Another implementation of a version of the language.
    Other {
        name: String,
        version: Option<String>,
    },
    /// Nothing.
    Unknown,
}

/// An installation.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) sites: Vec<PathBuf>,
    pub(super) interpreter: Interpreter,
    pub(super) problems: Vec<Problem>,
    is_windows: bool,
}

impl Layout {
    pub(super) fn find(tree: &dyn Tree, path: &Path) -> Result<Self, TreeError> {
        let candidate = Candidate::new(tree, tree.entry(path)?);
        let mut layout = Self {
            sites: Vec::new(),
            interpreter: Interpreter::Unknown,
            problems: Vec::new(),
            is_windows: false,
        };
        if is_environment(&candidate) {
            layout.is_windows = tree.entry(&path.join("Scripts")).is_ok();
            layout.sites = sites(tree, &candidate);
            layout.configure(tree, path);
        } else {
            layout.sites.push(path.to_owned());
            // `PREFIX/lib/python3.12/site-packages`, and `PREFIX\Lib\site-packages`.
            for levels in [3, 2] {
                let prefix = above(path, levels);
                layout.configure(tree, &prefix);
                layout.look_at_conda(tree, &prefix);
            }
        }
        if layout.interpreter == Interpreter::Unknown {
            layout.look_at_names();
        }
        Ok(layout)
    }

    /// The environment that the packages were installed for.
    pub(super) fn environment(&self, ctx: &TargetContext<'_>) -> Environment {
        let platform = match &ctx.platform {
            PlatformChoice::Host(platform)
                if self.is_windows && platform.system != System::Windows =>
            {
                Platform {
                    system: System::Windows,
                    machine: "AMD64".to_owned(),
                }
            }
            other => other.platform(),
        };
        match &self.interpreter {
            Interpreter::CPython {
                version: python, ..
            }
            | Interpreter::Series { series: python, .. } => ctx.environment_of(python, &platform),
            Interpreter::Other {
                name,
                version: Some(version),
            } => ctx
                .environment_of(version, &platform)
                .with_implementation(name),
            Interpreter::Other { .. } | Interpreter::Unknown => ctx.environment(None),
        }
    }

    /// Reads `pyvenv.cfg`, where there is one.
    fn configure(&mut self, tree: &dyn Tree, prefix: &Path) {
        let file = prefix.join(CONFIGURATION);
        let text = match tree.read(&file, LARGEST_CONFIGURATION) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(TreeError::NotFound) => return,
            Err(error) => {
                let problem = Problem::new(
                    file.display().to_string(),
                    format!("cannot be read: {error}"),
                );
                self.problems.push(problem);
                return;
            }
        };
        let value = |key: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            pairs
                .find(|(name, _)| name.trim().eq_ignore_ascii_case(key))
                .map(|(_, value)| value.trim())
        };
        if value("include-system-site-packages")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        {
            let message = "the environment also sees the packages of its base installation, which were not read";
            let problem = Problem::new(file.display().to_string(), message);
            self.problems
                .push(problem.with_hint("scan the base installation's site-packages too"));
        }
        let locator = file.display().to_string();
        let version = value("version").or_else(|| value("version_info"));
        let version = version.and_then(python_version);
        let other = value("implementation").filter(|name| !name.eq_ignore_ascii_case("CPython"));
        self.interpreter = match (version, other) {
            (version, Some(name)) => Interpreter::Other {
                name: name.to_owned(),
                version,
            },
            (Some(version), None) if version.matches('.').count() >= 2 => {
                Interpreter::CPython { version, locator }
            }
            (Some(series), None) => Interpreter::Series { series, locator },
            (None, None) => return,
        };
    }

    /// In an environment of conda the interpreter is a package with a record of its own.
    fn look_at_conda(&mut self, tree: &dyn Tree, prefix: &Path) {
        let records = tree.list(&prefix.join("conda-meta")).unwrap_or_default();
        for record in &records {
            let mut parts = entry_name(record).split('-');
            if let (Some("python"), Some(version), Some(build)) =
                (parts.next(), parts.next(), parts.next())
                && build.contains("cpython")
                && let Some(version) = python_version(version)
            {
                let locator = record.path.display().to_string();
                self.interpreter = Interpreter::CPython { version, locator };
            }
        }
    }

    /// The names of directories state the series at least: `lib/python3.12/site-packages`.
    fn look_at_names(&mut self) {
        let series = self.sites.iter().find_map(|site| {
            let name = site
                .parent()?
                .file_name()?
                .to_str()?
                .strip_prefix("python")?;
            let version = python_version(name).filter(|version| version.contains('.'))?;
            Some((version, site.display().to_string()))
        });
        if let Some((series, locator)) = series {
            self.interpreter = Interpreter::Series { series, locator };
        }
    }
}

/// The directory so many levels above a path, spelled without `..` where that is possible.
fn above(path: &Path, levels: usize) -> PathBuf {
    let is_plain = |part| {
        matches!(
            part,
            Component::Normal(_) | Component::RootDir | Component::Prefix(_)
        )
    };
    let plain = path
        .ancestors()
        .nth(levels)
        .filter(|_| path.components().all(is_plain));
    plain.map_or_else(|| path.join("../".repeat(levels)), Path::to_owned)
}

/// Every directory of a prefix that packages are installed in. `lib64` is often a link to `lib`, which is
/// not listed as a directory, so nothing is found twice.
pub(crate) fn sites(tree: &dyn Tree, prefix: &Candidate<'_>) -> Vec<PathBuf> {
    let is_directory = |entry: &&Entry| entry.kind == EntryKind::Directory;
    let is_python = |entry: &&Entry| {
        let name = entry_name(entry);
        is_directory(entry) && (name.starts_with("python") || name.starts_with("pypy"))
    };
    let mut sites = Vec::new();
    for library in prefix
        .children()
        .unwrap_or_default()
        .iter()
        .filter(is_directory)
    {
        match entry_name(library) {
            "Lib" => sites.push(library.path.join("site-packages")),
            "lib" | "lib64" => {
                let versions = tree.list(&library.path).unwrap_or_default();
                for version in versions.iter().filter(is_python) {
                    sites.extend(SITE_NAMES.iter().map(|name| version.path.join(name)));
                }
            }
            _ => {}
        }
    }
    sites.retain(|site| {
        tree.entry(site)
            .is_ok_and(|entry| entry.kind == EntryKind::Directory)
    });
    sites
}

/// `3.12.1` of `3.12.1`, `3.12.1.final.0` and `3.12.1+`.
pub(super) fn python_version(text: &str) -> Option<String> {
    let is_number = |part: &&str| {
        !part.is_empty() && part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<_> = text
        .trim_end_matches('+')
        .split('.')
        .take(3)
        .take_while(is_number)
        .collect();
    (!parts.is_empty()).then(|| parts.join("."))
}
