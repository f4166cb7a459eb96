//! Whether a failure of the nightly tests is reported.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::workflows::{JobAt, StepAt};
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-4-silent-nightly-failure",
    title: "a failure of the nightly tests is reported to nobody",
    spec: Some("4.2"),
    severity: SeverityLevel::Low,
    what: "The workflow that tests with nightly builds opens an issue (or a message) when it fails.",
    why: "A red mark on a scheduled run is seen by nobody.",
    remedy: "Add a step that opens an issue on failure, such as `scientific-python/issue-from-pytest-log-action`.",
    example: Example {
        file: ".github/workflows/nightly.yml",
        passing: "        run: gh issue create --title \"Nightly tests fail\" --body \"See the run\"\n",
        failing: "        run: echo \"Nightly tests fail\"\n",
        overlaps: &[],
    },
    supports: &[ssdf("PW.8.2")],
    judge,
};

/// What reports a failure: in the name of an action, or in a script.
const REPORTS: [&str; 12] = [
    "issue-from-pytest-log",
    "create-an-issue",
    "create-issue",
    "gh issue",
    "issues.create",
    "slack",
    "zulip",
    "notify",
    "discord",
    "gitter",
    "mail",
    "issues/",
];

fn judge(facts: &Facts) -> Judgement {
    let tests = facts.nightly_tests();
    let Some((first, line)) = tests.first() else {
        return Judgement::not_applicable("no workflow tests with nightly builds");
    };
    for (at, _) in &tests {
        for job in &at.file.workflow.jobs {
            let job = JobAt { file: at.file, job };
            let reporting = facts.steps(&job).into_iter().find(|it| reports(it));
            if let Some(step) = reporting {
                return Judgement::pass(
                    "a failure with nightly builds is reported",
                    vec![step.place(step.step.line)],
                );
            }
        }
    }
    Judgement::fail(
        "nothing reports a failure with nightly builds",
        vec![first.place(*line)],
    )
}

fn reports(at: &StepAt<'_>) -> bool {
    let by_action = at
        .step
        .uses
        .as_ref()
        .map(|uses| uses.text.to_lowercase())
        .unwrap_or_default();
    let script = at.step.input("script").map_or("", |it| it.text.as_str());
    REPORTS.iter().any(|word| {
        by_action.contains(word) || at.step.script().contains(word) || script.contains(word)
    })
}
