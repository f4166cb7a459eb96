//! Whether a system of continuous integration is used that is not examined.

use crate::attestation::attested;
use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "unexamined-ci-system",
    title: "another system of continuous integration is not examined",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "A file of a system is there that is not read here: a program (`.cirrus.star`, `Jenkinsfile`), or a system \
              that is not known. The files of AppVeyor, Azure Pipelines, CircleCI, Cirrus, GitLab and Travis are read.",
    why: "Secrets of the other system are as good as those of this one.",
    remedy: "Publish from one place; look through what the other system holds.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"unexamined-ci-system\", by = \"grace\", on = 2026-05-11 },",
        failing: "  { check = \"unexamined-ci-system\", by = \"grace\", on = 2020-05-11 },",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut unread = facts
        .other_systems
        .iter()
        .filter(|it| it.pipeline.is_none());
    let Some(file) = unread.next() else {
        return Judgement::not_applicable("no system is used that is not read here");
    };
    let needs = format!("what `{}` does and holds", file.document.path);
    attested(facts, CHECK.id, &needs)
}
