//! Whether shared secrets lie in a store made for them.

use crate::attestation::attested;
use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-secret-outside-store",
    title: "shared secrets lie outside a store made for them",
    spec: Some("6.5"),
    severity: SeverityLevel::Low,
    what: "Secrets that several people need lie in an encrypted store with a history (`gopass`, a vault), and not \
              in chats or documents.",
    why: "A secret in a chat is read by everybody who ever joins it.",
    remedy: "Move shared secrets into such a store, and change those that lay elsewhere.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-6-secret-outside-store\", by = \"grace\", on = 2026-05-06 },",
        failing: "  { check = \"spec-6-secret-outside-store\", by = \"grace\", on = 2020-05-06 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-07.02"), ssdf("PO.5.2"), cisa("1.e")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(facts, CHECK.id, "a statement of whoever keeps the store")
}
