//! Whether more than one person must agree to a release.

use crate::attestation::attested;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-single-approval-release",
    title: "one person alone can publish a release",
    spec: Some("8.3"),
    severity: SeverityLevel::Medium,
    what: "An environment with at least two eligible reviewers, none of whom may approve what they started \
              themselves, stands before every release. Its rules cannot be seen in a checkout.",
    why: "One stolen account must not be enough to publish to everybody.",
    remedy: "In the settings of the environment: required reviewers, at least two besides whoever starts it, and no \
              self-review.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "{ check = \"spec-8-single-approval-release\", by = \"ada\", on = 2026-05-01, statement = \"release needs \
              one of four reviewers, none of them who started it\" },",
        failing: "{ check = \"spec-8-single-approval-release\", by = \"ada\", on = 2020-05-01, statement = \"release needs \
              one of four reviewers, none of them who started it\" },",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the rules of the environment, through the hosting API",
    )
}
