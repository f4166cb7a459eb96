//! Whether vulnerabilities can be told in private on the code host.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "disabled-private-reporting",
    title: "vulnerabilities cannot be told in private on the code host",
    spec: None,
    severity: SeverityLevel::Low,
    what: "Private reporting of vulnerabilities is switched on in the settings of the repository. `--online` asks the code \
              host.",
    why: "The form is where most people look first; without it some write an issue that everybody can read.",
    remedy: "Switch on private vulnerability reporting in the security settings of the repository.",
    example: Example {
        file: "online/private-reporting.json",
        passing: "{\"enabled\": true}",
        failing: "{\"enabled\": false}",
        overlaps: &[],
    },
    supports: &[osps("OSPS-VM-03.01"), ssdf("RV.1.3"), cisa("4.c")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match facts.hosted(|it| &it.has_private_reporting) {
        None => attested(
            facts,
            CHECK.id,
            "the settings of the repository, through the hosting API (`--online`)",
        ),
        Some(Ok(true)) => Judgement::pass("the host takes reports in private", Vec::new()),
        Some(Ok(false)) => Judgement::fail("private reporting is switched off", Vec::new()),
        Some(Err(unseen)) => {
            let statement = hidden("whether private reporting is on", unseen, Vec::new());
            seen_or_attested(facts, CHECK.id, vec![statement], "")
        }
    }
}
