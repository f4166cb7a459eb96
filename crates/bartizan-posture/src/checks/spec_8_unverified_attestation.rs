//! Whether attestations are verified before publishing.

use crate::check::{Check, Example, slsa};
use crate::facts::Facts;
use crate::facts::publishing::Publication;
use crate::judgement::{Judgement, fail};
use crate::releases::publications;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unverified-attestation",
    title: "attestations are not verified before publishing",
    spec: Some("8.12"),
    severity: SeverityLevel::Low,
    what: "A step before publishing verifies the attestations of the artifacts: `gh attestation verify` (or \
              `cosign`, `slsa-verifier`, `bartizan verify`).",
    why: "An attestation that nobody verifies may be of another file, or of another workflow, for years.",
    remedy: "Verify each artifact right before it is published.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "gh attestation verify \"$file\" --repo \"$GITHUB_REPOSITORY\"",
        failing: "echo \"$file\"",
        overlaps: &[],
    },
    supports: &[slsa("Build L2")],
    judge,
};

/// Commands that verify.
const COMMANDS: [&str; 5] = [
    "gh attestation verify",
    "cosign verify",
    "slsa-verifier verify",
    "bartizan verify",
    "sigstore verify",
];

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let is_verified = |publication: &&Publication<'_>| {
        let steps = publication.before(facts);
        steps.iter().any(|it| {
            COMMANDS
                .iter()
                .any(|command| it.step.script().contains(command))
        })
    };
    let unverified = publications.iter().filter(|it| !is_verified(it)).map(|it| {
        let message = format!(
            "nothing verifies attestations before the job `{}` publishes",
            it.at.job.id
        );
        fail(message, vec![it.place()])
    });
    Judgement::of(
        unverified.collect(),
        "attestations are verified before publishing",
    )
}
