//! Whether only chosen actions may run.

use crate::attestation::attested;
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unrestricted-actions",
    title: "any action may run",
    spec: Some("8.7"),
    severity: SeverityLevel::Low,
    what: "The settings of the repository or its organisation allow chosen actions only, and give workflows a token \
              that can only read.",
    why: "Whoever gets one line into a workflow cannot then run an action of their own.",
    remedy: "In the settings of Actions: allow own actions, those of the host, and a list; default token: read.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-8-unrestricted-actions\", by = \"ada\", on = 2026-05-04 },",
        failing: "  { check = \"spec-8-unrestricted-actions\", by = \"ada\", on = 2020-05-04 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-04.01"), ssdf("PO.3.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the policy of Actions, through the hosting API",
    )
}
