//! Whether actions are pinned to full commits.

use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, fail};
use bartizan_formats::ci::uses::Target;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unpinned-action",
    title: "an action is not pinned to a full commit",
    spec: Some("8.9"),
    severity: SeverityLevel::Medium,
    what: "Every action and reusable workflow of another repository is named by the 40 digits of a commit, in \
              workflows and in actions of this repository.",
    why: "A tag or a branch can be moved: whoever takes over the action runs their code in your jobs at once, with \
              your secrets.",
    remedy: "Name the commit of the release, with the tag in a comment: `uses: owner/action@<40 digits> # v1.2.3`.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "pypa/gh-action-pypi-publish@6666666666666666666666666666666666666666 # v1.13.0",
        failing: "pypa/gh-action-pypi-publish@release/v1",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2"), cisa("2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut seen = 0_usize;
    let mut statements = Vec::new();
    for (file, uses) in facts.uses() {
        if !matches!(uses.target(), Target::Repository { .. }) {
            continue;
        }
        seen = seen.saturating_add(1);
        if !uses.is_commit() {
            let message = format!("`{}` is not pinned to a full commit", uses.text);
            statements.push(fail(message, vec![Place::line(file, uses.line)]));
        }
    }
    if seen == 0 {
        return Judgement::not_applicable("no action of another repository is used");
    }
    Judgement::of(
        statements,
        format!("all {seen} uses of others' actions are pinned to full commits"),
    )
}
