//! Whether the branches that releases are made from are protected.

use crate::attestation::attested;
use crate::check::{Check, Example, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unprotected-release-branch",
    title: "a release branch is not protected",
    spec: Some("8.5"),
    severity: SeverityLevel::Medium,
    what: "The branch that releases are made from may not be pushed to without review, forced or deleted; tags of \
              releases cannot be moved.",
    why: "What is in the branch is what everybody gets.",
    remedy: "Protect the default branch and the release branches by a ruleset: pull requests with a review, no forced \
              pushes, no deletion; protect tags the same way.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-8-unprotected-release-branch\", by = \"ada\", on = 2026-05-03 },",
        failing: "  { check = \"spec-8-unprotected-release-branch\", by = \"ada\", on = 2020-05-03 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-03.01"), slsa("Source L3"), ssdf("PS.1.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the rules of branches and tags, through the hosting API",
    )
}
