//! Whether the publishing job runs in an environment.

use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail};
use crate::releases::publications;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-release-outside-environment",
    title: "a release is published outside an environment",
    spec: Some("8.8"),
    severity: SeverityLevel::Medium,
    what: "The job that publishes names an `environment`, whose rules (reviewers, branches, secrets) then hold for \
              it.",
    why: "Without one nobody can be asked before it runs, and a trusted publisher cannot be bound to it.",
    remedy: "Create an environment with required reviewers, name it in the job, and register it with the trusted \
              publisher.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "    environment: release\n",
        failing: "",
        overlaps: &["spec-8-single-approval-release", "undesignated-capability"],
    },
    supports: &[ssdf("PO.5.1"), cisa("1.a")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let (inside, outside): (Vec<_>, Vec<_>) = publications
        .iter()
        .partition(|it| it.at.job.environment.is_some());
    let statements = outside.iter().map(|it| {
        let message = format!(
            "the job `{}` publishes outside an environment",
            it.at.job.id
        );
        fail(message, vec![it.place()])
    });
    let statements: Vec<Statement> = statements.collect();
    if statements.is_empty() {
        return Judgement::pass(
            "every job that publishes runs in an environment",
            inside.iter().map(|it| it.place()).collect(),
        );
    }
    Judgement::of(statements, "")
}
