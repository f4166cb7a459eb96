//! Whether a package that dispatches says so by entry points.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-2-undeclared-backend",
    title: "dispatching is declared without entry points",
    spec: Some("2.1"),
    severity: SeverityLevel::Low,
    what: "A README whose badge declares SPEC 2 (a draft) goes with a group of entry points for backends.",
    why: "Backends that are found in other ways are found by import of everything that is installed.",
    remedy: "Declare `[project.entry-points.\"name.backends\"]`.",
    example: Example {
        file: "pyproject.toml",
        passing: "[project.entry-points.\"lab.backends\"]",
        failing: "[project.entry-points.\"lab.plugins\"]",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if !facts.declared_specs().contains(&2) {
        return Judgement::not_applicable("no badge declares SPEC 2");
    }
    let is_of_backends = |group: &&String| {
        group.ends_with("backends") || group.ends_with("backend") || group.contains("backend_info")
    };
    match facts.project.entry_points.iter().find(is_of_backends) {
        Some(group) => {
            Judgement::pass(format!("backends are declared under `{group}`"), Vec::new())
        }
        None => Judgement::fail(
            "no group of entry points is for backends",
            facts
                .project
                .file
                .iter()
                .map(|file| Place::file(file))
                .collect(),
        ),
    }
}
