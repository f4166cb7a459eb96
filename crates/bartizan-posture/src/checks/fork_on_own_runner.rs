//! Whether code of forks can reach machines of one's own.

use crate::check::{Check, Example, cisa, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::facts::reach::{keeps_forks_away, runs_forks};
use crate::judgement::{Judgement, Place, fail_as};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "fork-on-own-runner",
    title: "code of a fork can reach a machine of your own",
    spec: None,
    severity: SeverityLevel::High,
    what: "A job on a self-hosted or GPU runner is started by pull requests of forks, and no condition keeps them \
              away.",
    why: "Whoever opens a pull request runs code on your machine, in your network, and may stay there.",
    remedy: "Keep forks away by a condition, use machines that live for one run, or require approval for every \
              outside contributor.",
    example: Example {
        file: ".github/workflows/tests.yml",
        passing: "    if: github.event_name == 'push'\n",
        failing: "    if: always()\n",
        overlaps: &[],
    },
    supports: &[
        osps("OSPS-BR-01.03"),
        slsa("Build L3"),
        ssdf("PO.5.1"),
        cisa("1.a"),
    ],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut statements = Vec::new();
    let mut own = Vec::new();
    for at in facts.jobs() {
        let labels = facts.labels(&at);
        let Some((label, line)) = labels.iter().find(|(label, _)| is_own(label)) else {
            continue;
        };
        own.push(at.place(*line));
        let starts = facts.starts(at.file);
        let fork = starts.iter().find(|it| runs_forks(&it.trigger.event));
        let Some(start) = fork.filter(|_| !keeps_forks_away(at.condition())) else {
            continue;
        };
        let message = format!(
            "`{}` starts the job `{}` on `{label}`",
            start.trigger.event, at.job.id
        );
        statements.push(fail_as(
            severity(label),
            message,
            vec![at.place(*line), Place::line(start.file, start.trigger.line)],
        ));
    }
    if own.is_empty() {
        return Judgement::not_applicable("no job names a machine of one's own");
    }
    if statements.is_empty() {
        return Judgement::pass("code of forks reaches no machine of one's own", own);
    }
    Judgement::of(statements, "")
}

/// A larger machine of the host, rented by its label, is new for every run.
fn severity(label: &str) -> SeverityLevel {
    if label.to_ascii_lowercase().contains("self-hosted") {
        return SeverityLevel::High;
    }
    SeverityLevel::Medium
}

fn is_own(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    let parts = ["self-hosted", "gpu", "cuda", "cirun"];
    parts.iter().any(|part| label.contains(part))
}
