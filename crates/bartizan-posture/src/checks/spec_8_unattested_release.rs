//! Whether where artifacts were built is attested before they are published.

use crate::check::{Check, Example, cisa, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::facts::publishing::ATTEST_ACTIONS;
use crate::judgement::{Judgement, fail};
use crate::releases::publications;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unattested-release",
    title: "artifacts are published without an attestation of where they were built",
    spec: Some("8.11"),
    severity: SeverityLevel::Medium,
    what: "Before a release is published, `actions/attest-build-provenance` (or `actions/attest`, or a generator of \
              SLSA) has attested its artifacts, in the same job or in one that it waits for.",
    why: "Whoever gets an artifact elsewhere can then find out which workflow and commit built it. Attestations \
              that a package index keeps are seen there only.",
    remedy: "Add the step before publishing, with `attestations: write` and `id-token: write`; do it for all that is \
              published.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "actions/attest-build-provenance@5555555555555555555555555555555555555555 # v3.0.0",
        failing: "actions/cache-nothing@5555555555555555555555555555555555555555 # v3.0.0",
        overlaps: &[],
    },
    supports: &[
        osps("OSPS-BR-06.01"),
        slsa("Build L1"),
        slsa("Build L2"),
        ssdf("PS.2.1"),
        ssdf("PS.3.2"),
        cisa("3"),
    ],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let mut seen = Vec::new();
    let mut statements = Vec::new();
    for publication in &publications {
        let steps = publication.before(facts);
        let step = steps
            .iter()
            .find(|it| ATTEST_ACTIONS.iter().any(|action| it.step.is(action)));
        if let Some(step) = step {
            seen.push(step.place(step.step.line));
        } else {
            let message = format!(
                "nothing attests what the job `{}` publishes",
                publication.at.job.id
            );
            statements.push(fail(message, vec![publication.place()]));
        }
    }
    if statements.is_empty() {
        return Judgement::pass("what is published is attested before", seen);
    }
    Judgement::of(statements, "")
}
