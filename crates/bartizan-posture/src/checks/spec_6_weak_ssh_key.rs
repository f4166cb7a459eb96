//! Whether SSH keys are strong and have a password.

use crate::attestation::attested;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-weak-ssh-key",
    title: "an SSH key is weak or has no password",
    spec: Some("6.7"),
    severity: SeverityLevel::Low,
    what: "Keys that open a project's machines and repositories are of Ed25519 or kept in hardware, and are \
              protected by a password.",
    why: "A key on a stolen laptop opens what it opens.",
    remedy: "Make new keys (`ssh-keygen -t ed25519`) with a password, and remove the old ones.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-6-weak-ssh-key\", by = \"grace\", on = 2026-05-08 },",
        failing: "  { check = \"spec-6-weak-ssh-key\", by = \"grace\", on = 2020-05-08 },",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the kinds of keys, through the hosting API; their passwords only their owners know",
    )
}
