//! Whether submodules are loaded when they are asked for.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::facts::python::PackageSource;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-1-eager-submodules",
    title: "submodules are loaded before anybody asks for them",
    spec: Some("1.1"),
    severity: SeverityLevel::Low,
    what: "The outermost module of a package attaches its subpackages lazily (`lazy_loader.attach` or `attach_stub`, or a \
              `__getattr__` of its own that imports them), or imports none of them. Read from the syntax tree.",
    why: "An import that loads everything is slow, and runs code that nobody asked for.",
    remedy: "Use `lazy_loader` with a stub file.",
    example: Example {
        file: "lab/__init__.py",
        passing: "__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)",
        failing: "from . import numbers",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

/// How many eager imports are shown.
const SHOWN: usize = 20;

fn judge(facts: &Facts) -> Judgement {
    let mut packages = facts.sources.packages.iter().peekable();
    if packages.peek().is_none() {
        return Judgement::not_applicable("no Python package was found");
    }
    let mut lazily = Vec::new();
    let mut statements = Vec::new();
    for package in packages.filter(|it| !it.submodules.is_empty()) {
        if let Some((_, line)) = package.lazy {
            lazily.push(Place::line(&package.file, line));
        } else if let Some(statement) = of_package(package, facts) {
            statements.push(statement);
        }
    }
    match (statements.is_empty(), lazily.is_empty()) {
        (true, true) => Judgement::not_applicable("no package loads subpackages"),
        (true, false) => Judgement::pass("subpackages are loaded lazily", lazily),
        _ => Judgement::of(statements, ""),
    }
}

fn of_package(package: &PackageSource, facts: &Facts) -> Option<Statement> {
    if let Some((file, why)) = facts
        .sources
        .gaps
        .iter()
        .find(|(file, _)| *file == package.file)
    {
        let message = format!("how subpackages are loaded is not known: {why}");
        return Some(unknown(
            message,
            "a file that can be parsed",
            vec![Place::file(file)],
        ));
    }
    // Where nothing is imported, users import the subpackages that they want by themselves.
    if package.eager.is_empty() {
        return None;
    }
    let message = format!(
        "{} of {} subpackages are imported with the package",
        package.eager.len(),
        package.submodules.len()
    );
    let places = package.eager.iter().take(SHOWN);
    let places = places
        .map(|(_, line)| Place::line(&package.file, *line))
        .collect();
    Some(fail(message, places))
}
