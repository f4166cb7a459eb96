//! Whether a release is tied to a tag.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::publishing::Publication;
use crate::facts::workflows::Start;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use crate::releases::publications;
use bartizan_formats::ci::step::Step;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "untagged-publishing",
    title: "a release can be published from what no tag names",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "A job that publishes is started by a pushed tag or a release, asks for a tag in its condition, or checks \
              out a tag that it is given.",
    why: "A release that no tag names cannot be traced to a commit: nobody can compare it, and its source may be \
              gone. The poisoned releases of Ultralytics had none.",
    remedy: "Let the job ask for a tag: `if: github.ref_type == 'tag'`.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "    if: github.ref_type == 'tag'\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-02.01"), ssdf("PS.3.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let statements = publications
        .iter()
        .filter_map(|it| of_publication(facts, it));
    Judgement::of(statements.collect(), "every release is tied to a tag")
}

fn of_publication(facts: &Facts, publication: &Publication<'_>) -> Option<Statement> {
    let starts = publication.starts(facts);
    let is_tied =
        |start: &Start<'_>| start.trigger.event == "release" || start.trigger.is_tag_only();
    let is_always_tied = !starts.is_empty() && starts.iter().all(is_tied);
    if publication.asks_for_tag(facts) || is_always_tied {
        return None;
    }
    let before = publication.before(facts);
    if let Some(step) = before.iter().find(|it| handles_tag(it.step)) {
        let message = format!(
            "whether the job `{}` publishes what a tag names depends on its script or inputs",
            publication.at.job.id
        );
        return Some(unknown(
            message,
            "a condition that asks for a tag",
            vec![step.place(step.step.line), publication.place()],
        ));
    }
    let loose = starts.iter().find(|it| !is_tied(it));
    let mut places = vec![publication.place()];
    places.extend(loose.map(|it| Place::line(it.file, it.trigger.line)));
    let message = format!(
        "the job `{}` publishes what no tag names",
        publication.at.job.id
    );
    Some(fail(message, places))
}

/// Whether a step makes, checks or checks out a tag before publishing.
fn handles_tag(step: &Step) -> bool {
    let script = step.script();
    let by_script = [
        "git tag",
        "git checkout",
        "refs/tags",
        "gh release",
        "git describe",
    ]
    .iter()
    .any(|word| script.contains(word));
    let by_checkout = step.is("actions/checkout")
        && step
            .input("ref")
            .is_some_and(|it| it.text.contains("tag") || it.text.contains("version"));
    by_script || by_checkout
}
