//! Whether all secrets are handed on.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, fail};
use bartizan_formats::ci::workflow::Secrets;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "inherited-secrets",
    title: "all secrets are handed on to a called workflow",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "`secrets: inherit` gives a called workflow every secret of the repository and the organisation.",
    why: "The called workflow needs one and holds them all; with one of another repository, whoever changes that \
              one does.",
    remedy: "Name the secrets that it needs.",
    example: Example {
        file: ".github/workflows/tests.yml",
        passing: "    with: {folder: docs}\n",
        failing: "    secrets: inherit\n",
        overlaps: &["undesignated-capability"],
    },
    supports: &[osps("OSPS-AC-04.02"), ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let calls = facts.jobs().filter(|at| at.job.uses.is_some()).count();
    if calls == 0 {
        return Judgement::not_applicable("no workflow calls another one");
    }
    let inheriting = facts.jobs().filter_map(|at| match at.job.secrets {
        Secrets::All(line) => Some(fail(
            format!("the job `{}` hands on all secrets", at.job.id),
            vec![at.place(line)],
        )),
        Secrets::Named(_) => None,
    });
    Judgement::of(
        inheriting.collect(),
        "called workflows are given what they need only",
    )
}
