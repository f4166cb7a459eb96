//! Whether commits and tags of releases are signed.

use crate::attestation::attested;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unsigned-release",
    title: "commits or tags of releases are not signed",
    spec: Some("8.4"),
    severity: SeverityLevel::Low,
    what: "Release managers sign the commits and tags that releases are made from, and signatures are required.",
    why: "A signature shows that the tag is by who it says, whoever controls the account that pushed it.",
    remedy: "Sign tags (`git tag --sign`), and require signed commits in the rules of the release branch.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-8-unsigned-release\", by = \"ada\", on = 2026-05-02 },",
        failing: "  { check = \"spec-8-unsigned-release\", by = \"ada\", on = 2020-05-02 },",
        overlaps: &[],
    },
    supports: &[ssdf("PS.1.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the tags with their signatures and the rules of branches",
    )
}
