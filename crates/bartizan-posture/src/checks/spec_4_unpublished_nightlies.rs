//! Whether nightly builds are uploaded.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-4-unpublished-nightlies",
    title: "nightly builds are not uploaded",
    spec: Some("4.3"),
    severity: SeverityLevel::Low,
    what: "A workflow that runs by itself uploads wheels to the shared place of nightly builds. It matters for \
              packages that others test with.",
    why: "Those who depend on the package can otherwise test with it only after its release.",
    remedy: "Use `scientific-python/upload-nightly-action` in a scheduled workflow.",
    example: Example {
        file: ".github/workflows/nightly.yml",
        passing: "      - uses: scientific-python/upload-nightly-action@8888888888888888888888888888888888888888 # v0.6.2\n",
        failing: "      - uses: actions/nothing@8888888888888888888888888888888888888888 # v0.6.2\n",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.project.file.is_none() {
        return Judgement::not_applicable("there is no Python package");
    }
    let uploads = facts.nightly_uploads();
    let scheduled = uploads.iter().find(|(at, _)| {
        facts
            .starts(at.file)
            .iter()
            .any(|it| it.trigger.event == "schedule")
    });
    if let Some((_, step)) = scheduled {
        return Judgement::pass(
            "nightly builds are uploaded by themselves",
            vec![step.place(step.step.line)],
        );
    }
    match (uploads.first(), &facts.policy.publishes_elsewhere) {
        (Some((_, step)), _) => Judgement::fail(
            "nightly builds are uploaded by no schedule",
            vec![step.place(step.step.line)],
        ),
        (None, Some(elsewhere)) => {
            Judgement::not_applicable(format!("wheels are built in `{elsewhere}`"))
        }
        (None, None) => Judgement::fail("no workflow uploads nightly builds", Vec::new()),
    }
}
