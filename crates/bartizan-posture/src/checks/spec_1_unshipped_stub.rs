//! Whether the stub that lazy loading reads is there.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::facts::python::Lazy;
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-1-unshipped-stub",
    title: "lazy loading reads a stub that is not there",
    spec: Some("1.2"),
    severity: SeverityLevel::Medium,
    what: "Where `attach_stub` is used, an `__init__.pyi` lies beside the module.",
    why: "Without the stub the import fails for everybody but its author.",
    remedy: "Add the stub, and see that it is part of wheels.",
    example: Example {
        file: "lab/__init__.pyi",
        passing: "from . import numbers as numbers\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let of_stub = |lazy: Option<(Lazy, u32)>| {
        lazy.filter(|(kind, _)| *kind == Lazy::Stub)
            .map(|(_, line)| line)
    };
    let mut seen = 0_usize;
    let mut statements = Vec::new();
    for package in &facts.sources.packages {
        let Some(line) = of_stub(package.lazy) else {
            continue;
        };
        seen = seen.saturating_add(1);
        if !package.has_stub {
            statements.push(fail(
                "`attach_stub` has no `.pyi` beside it",
                vec![Place::line(&package.file, line)],
            ));
        }
    }
    if seen == 0 {
        return Judgement::not_applicable("no package loads by a stub");
    }
    Judgement::of(statements, "the stub of lazy loading is there")
}
