//! Whether logins need a second factor.

use crate::attestation::attested;
use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-login-without-second-factor",
    title: "a login needs no second factor",
    spec: Some("6.6"),
    severity: SeverityLevel::Medium,
    what: "Everybody with rights logs in with a second factor, and the organisation requires it.",
    why: "Passwords leak; a second factor makes a leaked one worth little.",
    remedy: "Require two factors in the settings of the organisation.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-6-login-without-second-factor\", by = \"grace\", on = 2026-05-07 },",
        failing: "  { check = \"spec-6-login-without-second-factor\", by = \"grace\", on = 2020-05-07 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-01.01"), ssdf("PO.5.1"), cisa("1.c")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "whether the organisation requires it, through the hosting API as an owner",
    )
}
