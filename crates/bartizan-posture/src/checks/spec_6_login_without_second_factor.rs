//! Whether logins need a second factor.

use crate::attestation::{attested, hidden, seen_or_attested};
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
    let needs =
        "whether the organisation requires it, through the hosting API as an owner (`--online`)";
    let what = "whether the organisation requires a second factor";
    let statement = match facts.hosted(|it| &it.organisation) {
        // Of a person's repository only that person knows.
        None | Some(Ok(None)) => return attested(facts, CHECK.id, needs),
        Some(Ok(Some(organisation))) => match &organisation.requires_second_factor {
            Ok(true) => {
                let message = format!(
                    "the organisation `{}` requires a second factor",
                    organisation.name
                );
                return Judgement::pass(message, Vec::new());
            }
            Ok(false) => {
                let message = format!(
                    "the organisation `{}` requires no second factor",
                    organisation.name
                );
                return Judgement::fail(message, Vec::new());
            }
            Err(unseen) => hidden(what, unseen, Vec::new()),
        },
        Some(Err(unseen)) => hidden(what, unseen, Vec::new()),
    };
    seen_or_attested(facts, CHECK.id, vec![statement], "")
}
