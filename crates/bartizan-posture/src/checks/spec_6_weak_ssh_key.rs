//! Whether SSH keys are strong and have a password.

use crate::attestation::attested;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail};
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
    let keys = facts.hosted(|it| &it.deploy_keys);
    let keys = keys.and_then(|it| it.as_ref().ok());
    let is_strong = |algorithm: &str| algorithm == "ssh-ed25519" || algorithm.starts_with("sk-");
    let weak = keys
        .into_iter()
        .flatten()
        .filter(|key| !is_strong(&key.algorithm));
    let statements: Vec<Statement> = weak
        .map(|key| {
            let message = format!("the deploy key `{}` is of `{}`", key.title, key.algorithm);
            fail(message, Vec::new())
        })
        .collect();
    if !statements.is_empty() {
        return Judgement::of(statements, "");
    }
    let needs = "the kinds of keys, through the hosting API (`--online`); their passwords only their owners know";
    attested(facts, CHECK.id, needs)
}
