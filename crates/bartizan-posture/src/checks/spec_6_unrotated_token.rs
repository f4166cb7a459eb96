//! Whether tokens are narrow, end, and are renewed.

use crate::attestation::attested;
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-unrotated-token",
    title: "tokens live on without end",
    spec: Some("6.3"),
    severity: SeverityLevel::Medium,
    what: "Tokens and secrets are as narrow as they can be, end after a year at most, and how they are renewed is \
              written down.",
    why: "A token that was copied once works as long as it lives.",
    remedy: "Give every token an end, renew it before, and prefer identities of runs over tokens.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-6-unrotated-token\", by = \"grace\", on = 2026-05-05 },",
        failing: "  { check = \"spec-6-unrotated-token\", by = \"grace\", on = 2020-05-05 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-07.02"), ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the ages and ends of tokens, secrets and keys, through the hosting API",
    )
}
