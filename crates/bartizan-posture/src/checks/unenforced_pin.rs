//! Whether the host lets only pinned actions run.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, unknown};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "unenforced-pin",
    title: "actions run without being pinned",
    spec: None,
    severity: SeverityLevel::Low,
    what: "The settings of Actions require that every action is named by a full commit. `--online` asks the code host.",
    why: "`spec-8-unpinned-action` sees what stands in the workflows; the setting also stops what a change brings in, and the \
              actions that pinned actions use.",
    remedy: "In the settings of Actions: require actions to be pinned to a full-length commit.",
    example: Example {
        file: "online/actions.json",
        passing: "\"sha_pinning_required\": true",
        failing: "\"sha_pinning_required\": false",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2"), cisa("2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let statement: Statement = match facts.hosted(|it| &it.actions) {
        None => {
            let needs = "the policy of Actions, through the hosting API (`--online`)";
            return attested(facts, CHECK.id, needs);
        }
        Some(Ok(policy)) => match policy.needs_pins {
            Some(true) => return Judgement::pass("the host runs pinned actions only", Vec::new()),
            Some(false) => {
                return Judgement::fail("the host runs actions that are not pinned", Vec::new());
            }
            None => unknown(
                "the host does not say whether actions must be pinned",
                "a host that has the setting",
                Vec::new(),
            ),
        },
        Some(Err(unseen)) => hidden("whether actions must be pinned", unseen, Vec::new()),
    };
    seen_or_attested(facts, CHECK.id, vec![statement], "")
}
