//! Whether only chosen actions may run.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail};
use bartizan_model::hosting::{ActionsPolicy, AllowedActions, DefaultToken};
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
    let Some(hosted) = &facts.outside.hosted else {
        let needs = "the policy of Actions, through the hosting API (`--online`)";
        return attested(facts, CHECK.id, needs);
    };
    let mut statements = match &hosted.actions {
        Ok(policy) => of_policy(policy),
        Err(unseen) => vec![hidden("which actions may run", unseen, Vec::new())],
    };
    match &hosted.token {
        Ok(token) => statements.extend(of_token(*token)),
        Err(unseen) => {
            statements.push(hidden("what the default token may do", unseen, Vec::new()));
        }
    }
    let pass = "only chosen actions may run, and the default token can only read";
    seen_or_attested(facts, CHECK.id, statements, pass)
}

fn of_policy(policy: &ActionsPolicy) -> Vec<Statement> {
    let anybody = |pattern: &String| matches!(pattern.trim(), "*" | "*/*" | "*@*" | "*/*@*");
    match &policy.allowed {
        AllowedActions::All => vec![fail("any action may run", Vec::new())],
        AllowedActions::Selected(Ok(selected)) => {
            let open = selected.patterns.iter().filter(|it| anybody(it));
            open.map(|it| {
                fail(
                    format!("any action may run: `{it}` is among the chosen ones"),
                    Vec::new(),
                )
            })
            .collect()
        }
        AllowedActions::Selected(Err(unseen)) => {
            vec![hidden("which actions are chosen", unseen, Vec::new())]
        }
        AllowedActions::Own => Vec::new(),
    }
}

fn of_token(token: DefaultToken) -> Vec<Statement> {
    let can = [
        (token.can_write, "the default token of workflows can write"),
        (token.can_approve, "workflows can approve pull requests"),
    ];
    let can = can.iter().filter(|it| it.0);
    can.map(|it| fail(it.1, Vec::new())).collect()
}
