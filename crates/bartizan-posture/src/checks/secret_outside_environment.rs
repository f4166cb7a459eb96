//! Whether stored secrets are read in environments only.

use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::facts::reach::secrets;
use crate::judgement::{Judgement, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "secret-outside-environment",
    title: "a stored secret is read outside an environment",
    spec: None,
    severity: SeverityLevel::Low,
    what: "A job that reads a stored secret runs in an environment, so that the secret can be bound to it. The \
              token of the run is no stored secret.",
    why: "A secret of the repository is there for every workflow of every branch that somebody can push.",
    remedy: "Move the secret into an environment, and name that in the job.",
    example: Example {
        file: ".github/workflows/nightly.yml",
        passing: "    environment: nightly\n",
        failing: "",
        overlaps: &["undesignated-capability"],
    },
    supports: &[ssdf("PO.5.1"), cisa("1.a")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut seen = 0_usize;
    let mut statements = Vec::new();
    // A job that calls a workflow cannot name an environment; the called job can.
    for at in facts.jobs().filter(|at| at.job.uses.is_none()) {
        let secrets = secrets(&at);
        let Some(line) = secrets.values().copied().min() else {
            continue;
        };
        seen = seen.saturating_add(1);
        if at.job.environment.is_none() {
            let names: Vec<String> = secrets.keys().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "the job `{}` reads {} outside an environment",
                at.job.id,
                names.join(", ")
            );
            statements.push(fail(message, vec![at.place(line)]));
        }
    }
    if seen == 0 {
        return Judgement::not_applicable("no job reads a stored secret");
    }
    Judgement::of(
        statements,
        format!("all {seen} jobs with stored secrets run in environments"),
    )
}
