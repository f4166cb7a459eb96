//! How a package is built: by its builder, and by what lies in the repository.

use thiserror::Error;

use crate::facts::Facts;

/// How a package is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One wheel for everybody.
    Pure,
    /// Wheels for each platform, by cibuildwheel.
    Compiled,
    /// Wheels for each platform, by maturin.
    Rust,
}

/// Why nothing can be said of how a package is built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unbuildable {
    /// There is none.
    #[error("there is no Python package to publish")]
    NoPackage,
    /// Nothing says what builds it.
    #[error("`pyproject.toml` does not say what builds the package")]
    NoBuilder,
}

/// What builds packages of Python alone.
const PURE: [&str; 7] = [
    "flit_core",
    "flit-core",
    "hatchling",
    "pdm.backend",
    "poetry.core",
    "uv_build",
    "jupyter_packaging",
];

/// What builds packages that compile.
const COMPILED: [&str; 4] = ["mesonpy", "scikit_build_core", "py_build_cmake", "sipbuild"];

/// Endings of what is compiled.
const SOURCES: [&str; 9] = ["c", "cc", "cpp", "cu", "f", "f90", "pyx", "rs", "h"];

/// How the package of a repository is built, and why it is taken for that.
pub(super) fn of(facts: &Facts) -> Result<(Kind, String), Unbuildable> {
    if facts.project.file.is_none() {
        return Err(Unbuildable::NoPackage);
    }
    let backend = facts.project.build_backend.as_deref();
    let backend = backend.ok_or(Unbuildable::NoBuilder)?;
    let is = |names: &[&str]| names.iter().any(|name| backend.starts_with(name));
    if backend.starts_with("maturin") {
        return Ok((Kind::Rust, format!("`{backend}` builds it")));
    }
    if is(&COMPILED) {
        return Ok((Kind::Compiled, format!("`{backend}` compiles")));
    }
    let source = facts.files.iter().find(|path| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        SOURCES.contains(&ending) && !is_aside(path)
    });
    match source {
        Some(path) => Ok((Kind::Compiled, format!("`{path}` may have to be compiled"))),
        None if is(&PURE) => Ok((
            Kind::Pure,
            format!("`{backend}` builds packages of Python alone"),
        )),
        None if backend.starts_with("setuptools") => {
            let because = format!("`{backend}` builds it, and nothing that is compiled lies here");
            Ok((Kind::Pure, because))
        }
        // What may compile is built on each platform: that is right for the others too.
        None => Ok((Kind::Compiled, format!("`{backend}` may compile"))),
    }
}

/// What lies beside a package and is no part of it.
fn is_aside(path: &str) -> bool {
    let folder = path.split('/').next().unwrap_or_default();
    path.contains('/') && ["doc", "docs", "examples", "benchmarks"].contains(&folder)
}
