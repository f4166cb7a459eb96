//! Whether other systems run code of others that can change.

use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, Statement, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "unpinned-pipeline-code",
    title: "another system of continuous integration runs code of others that can change",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "Orbs of CircleCI are named by a full version, included files and components of GitLab by a commit (a remote file \
              by its digest), repositories with templates of Azure Pipelines by a commit. What comes with the host \
              itself is not looked at.",
    why: "Whoever takes over the orb or the project runs their code in your jobs at once, with your secrets.",
    remedy: "Name a full version or a commit.",
    example: Example {
        file: ".circleci/config.yml",
        passing: "circleci/python@3.2.0",
        failing: "circleci/python@3",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2"), cisa("2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut seen = 0_usize;
    let mut statements: Vec<Statement> = Vec::new();
    for file in &facts.other_systems {
        let Some(pipeline) = &file.pipeline else {
            continue;
        };
        seen = seen.saturating_add(pipeline.taken.len());
        let loose = pipeline.taken.iter().filter(|it| !it.is_pinned);
        statements.extend(loose.map(|it| {
            let message = format!("{} runs `{}`, which can change", file.title(), it.text);
            fail(message, vec![Place::line(&file.document.path, it.line)])
        }));
    }
    if seen == 0 {
        return Judgement::not_applicable(
            "no other system of continuous integration runs code of others",
        );
    }
    Judgement::of(
        statements,
        format!("all {seen} orbs, includes and templates are named by what cannot change"),
    )
}
