//! Whether submodules are loaded when they are asked for.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-1-eager-submodules",
    title: "submodules are loaded before anybody asks for them",
    spec: Some("1.1"),
    severity: SeverityLevel::Low,
    what: "The outermost module of a package with several subpackages attaches them lazily: `lazy_loader.attach` or \
              `attach_stub`, or a `__getattr__` of its own.",
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

fn judge(facts: &Facts) -> Judgement {
    let packages = facts.sources.packages.iter().filter(|it| it.submodules > 0);
    let mut lazily = Vec::new();
    let mut statements = Vec::new();
    for package in packages {
        if let Some((_, line)) = package.lazy {
            lazily.push(Place::line(&package.file, line));
        } else {
            let message = format!("{} subpackages are not loaded lazily", package.submodules);
            statements.push(fail(message, vec![Place::file(&package.file)]));
        }
    }
    match (statements.is_empty(), lazily.is_empty()) {
        (true, true) => Judgement::not_applicable("no package with subpackages was found"),
        (true, false) => Judgement::pass("submodules are loaded lazily", lazily),
        _ => Judgement::of(statements, ""),
    }
}
