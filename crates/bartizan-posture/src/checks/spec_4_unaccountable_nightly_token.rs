//! Whether tokens for nightly builds are narrow and somebody answers for them.

use crate::attestation::attested;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-4-unaccountable-nightly-token",
    title: "nobody answers for the token of nightly builds",
    spec: Some("4.4"),
    severity: SeverityLevel::Low,
    what: "The token that uploads nightly builds is one person's, may only upload, and at least one administrator \
              of the shared place is of the project.",
    why: "A shared, broad token is nobody's to revoke.",
    remedy: "Make a token of the narrowest kind, note whose it is, and renew it yearly.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-4-unaccountable-nightly-token\", by = \"grace\", on = 2026-05-09 },",
        failing: "  { check = \"spec-4-unaccountable-nightly-token\", by = \"grace\", on = 2020-05-09 },",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the list of tokens and administrators of the shared place",
    )
}
