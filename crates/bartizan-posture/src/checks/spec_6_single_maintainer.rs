//! Whether at least two people can reach each resource.

use std::collections::BTreeSet;

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-single-maintainer",
    title: "a resource is reached by one person only",
    spec: Some("6.4"),
    severity: SeverityLevel::Medium,
    what: "Every resource of `RESOURCES.toml` has at least two maintainers; `CODEOWNERS` names at least two people, \
              or a team, for each of its rules. Who really has rights on the host and the package index is for \
              `--online`.",
    why: "One lost account, or one person on a boat, must not end a project.",
    remedy: "Give a second person each key.",
    example: Example {
        file: "RESOURCES.toml",
        passing: "maintainers = [\"ada\", \"alan\"]",
        failing: "maintainers = [\"ada\"]",
        overlaps: &[],
    },
    supports: &[ssdf("PO.2.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut statements = Vec::new();
    let mut seen = 0_usize;
    if let Some(resources) = &facts.resources {
        for resource in &resources.resources {
            seen = seen.saturating_add(1);
            let names: BTreeSet<&str> = resource.maintainers.iter().map(String::as_str).collect();
            if names.len() < 2 {
                let message = format!("`{}` has fewer than two maintainers", resource.name);
                statements.push(fail(
                    message,
                    vec![Place::line(&resources.file, resource.line)],
                ));
            }
        }
    }
    if seen == 0 {
        return Judgement::unknown(
            "who holds which resource is not written down",
            "`RESOURCES.toml`, or the owners on the host and the package index",
        );
    }
    Judgement::of(
        statements,
        format!("each of {seen} resources has at least two maintainers"),
    )
}
