//! Whether strangers' pull requests wait for somebody before they run.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::{hosting::ForkApproval, severity::SeverityLevel};

pub(super) static CHECK: Check = Check {
    id: "unapproved-fork-run",
    title: "a stranger's pull request runs without approval",
    spec: None,
    severity: SeverityLevel::Low,
    what: "Workflows of pull requests from forks wait for a maintainer, at least for those who have contributed nothing yet. \
              `--online` asks the code host.",
    why: "An account that is some weeks old costs nothing; what it sends runs on your machines, with your caches.",
    remedy: "In the settings of Actions: require approval for first-time contributors, or for everybody from outside.",
    example: Example {
        file: "online/fork-approval.json",
        passing: "\"first_time_contributors\"",
        failing: "\"first_time_contributors_new_to_github\"",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-01.03"), ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match facts.hosted(|it| &it.fork_approval) {
        None => attested(
            facts,
            CHECK.id,
            "the settings of Actions, through the hosting API (`--online`)",
        ),
        Some(Ok(ForkApproval::NewToHost)) => Judgement::fail(
            "only pull requests of those who are new to the host wait for approval",
            Vec::new(),
        ),
        Some(Ok(ForkApproval::FirstTime)) => Judgement::pass(
            "pull requests of first-time contributors wait for approval",
            Vec::new(),
        ),
        Some(Ok(ForkApproval::Everybody)) => Judgement::pass(
            "pull requests of everybody from outside wait for approval",
            Vec::new(),
        ),
        Some(Err(unseen)) => {
            let statement = hidden("whose pull requests wait for approval", unseen, Vec::new());
            seen_or_attested(facts, CHECK.id, vec![statement], "")
        }
    }
}
