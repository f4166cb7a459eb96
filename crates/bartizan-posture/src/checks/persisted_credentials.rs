//! Whether checkouts leave their token behind.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail_as};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "persisted-credentials",
    title: "a checkout leaves its token behind",
    spec: None,
    severity: SeverityLevel::Low,
    what: "`actions/checkout` keeps the token of the run in the checkout unless it is told `persist-credentials: \
              false`; every later step, and an artifact of the folder, holds it. It is medium where the token may \
              write.",
    why: "A test, a build script or an uploaded artifact can take it.",
    remedy: "Add `persist-credentials: false`, except where a later step pushes.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "          persist-credentials: false\n",
        failing: "          fetch-depth: 0\n",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut seen = 0_usize;
    let mut statements: Vec<Statement> = Vec::new();
    for at in facts.jobs() {
        let steps = facts.steps(&at);
        let pushes = steps.iter().any(|it| it.step.script().contains("git push"));
        for step in steps.iter().filter(|it| it.step.is("actions/checkout")) {
            seen = seen.saturating_add(1);
            let is_told = step
                .step
                .input("persist-credentials")
                .is_some_and(|it| it.text != "true");
            let place = step.place(step.step.line);
            let is_known = statements
                .iter()
                .any(|it| it.places.first() == Some(&place));
            if is_told || pushes || is_known {
                continue;
            }
            let writes = at.permissions().writes("contents").is_some();
            let severity = if writes {
                SeverityLevel::Medium
            } else {
                SeverityLevel::Low
            };
            statements.push(fail_as(
                severity,
                format!(
                    "the checkout of the job `{}` leaves its token behind",
                    at.job.id
                ),
                vec![place],
            ));
        }
    }
    if seen == 0 {
        return Judgement::not_applicable("no job checks out");
    }
    Judgement::of(
        statements,
        "no checkout leaves its token behind without need",
    )
}
