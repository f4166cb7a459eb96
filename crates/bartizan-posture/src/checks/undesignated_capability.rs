//! Whether only designated jobs hold write permissions, secrets and identities.

use crate::capabilities::holders;
use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "undesignated-capability",
    title: "a job holds a capability that it was not designated for",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "`.github/bartizan.toml` names which workflow, job and environment may hold which capability: each write \
              permission, each stored secret, `id-token`. Whatever else holds one is a finding. `bartizan check \
              --capabilities` shows who holds what, and `--start-policy` writes it down as a start.",
    why: "A changed or added workflow that gains a capability is how most supply-chain attacks go on; a list makes \
              it visible in review.",
    remedy: "Take the capability away, or add it to the policy in a change that somebody reviews.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "job = \"label\", capabilities = [\"pull-requests: write\"]",
        failing: "job = \"label\", capabilities = []",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-04.02"), ssdf("PO.5.1"), cisa("1.b")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.workflows.is_empty() {
        return Judgement::not_applicable("there is no workflow");
    }
    if !facts.policy.is_there || facts.policy.designated.is_empty() {
        return Judgement::unknown(
            "no policy says which job may hold which capability",
            "`designated` in `.github/bartizan.toml`; `bartizan check --start-policy` writes a start",
        );
    }
    let mut seen = 0_usize;
    let mut statements = Vec::new();
    for holder in holders(facts) {
        for capability in &holder.capabilities {
            seen = seen.saturating_add(1);
            let name = capability.name.as_str();
            let granted =
                facts.policy.designated.iter().filter(|it| {
                    it.is_of(&holder) && it.capabilities.iter().any(|own| own == name)
                });
            let granted: Vec<_> = granted.collect();
            let place = Place::line(&holder.workflow, capability.line);
            if granted.is_empty() {
                let message = format!(
                    "the job `{}` holds `{name}`, which no policy designates it for",
                    holder.job
                );
                statements.push(fail(message, vec![place]));
            } else if !granted
                .iter()
                .any(|it| it.environment.is_none() || it.environment == holder.environment)
            {
                let environment = granted
                    .first()
                    .and_then(|it| it.environment.as_deref())
                    .unwrap_or_default();
                let message = format!(
                    "the job `{}` holds `{name}` outside the environment `{environment}`",
                    holder.job
                );
                statements.push(fail(message, vec![place]));
            }
        }
    }
    Judgement::of(
        statements,
        format!("all {seen} capabilities are designated"),
    )
}
