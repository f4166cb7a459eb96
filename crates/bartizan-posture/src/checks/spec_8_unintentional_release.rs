//! Whether a release starts by an intentional act of its makers.

use crate::approval::is_approved;
use crate::attestation::current;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::publishing::Publication;
use crate::facts::workflows::Start;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use crate::releases::publications;
use bartizan_model::assessment::Outcome;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unintentional-release",
    title: "a release can start without an intentional act",
    spec: Some("8.2"),
    severity: SeverityLevel::Medium,
    what: "A job that publishes should start only where somebody starts it on purpose: `workflow_dispatch`, or a \
              release that is published by hand. A pushed tag counts as intentional only where an environment with \
              reviewers stands before it, which a checkout cannot show and `--online` asks for.",
    why: "Whoever can push a commit or a tag can otherwise publish to everybody, alone, and so can whoever steals \
              one account.",
    remedy: "Start the publishing workflow by `workflow_dispatch`, and let its job run in an environment with \
              required reviewers.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "  workflow_dispatch:\n",
        failing: "  create:\n",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let statements = publications
        .iter()
        .filter_map(|it| of_publication(facts, it))
        .collect();
    Judgement::of(statements, "every job that publishes is started on purpose")
}

fn of_publication(facts: &Facts, publication: &Publication<'_>) -> Option<Statement> {
    let starts = publication.starts(facts);
    let place = publication.place();
    if starts.is_empty() {
        let message = "publishes, and nothing that starts it was found here";
        return Some(unknown(message, "the workflows that call it", vec![place]));
    }
    let by_tag = |start: &&Start<'_>| {
        start.trigger.event == "push"
            && (start.trigger.is_tag_only() || publication.asks_for_tag(facts))
    };
    let on_purpose = |start: &&Start<'_>| {
        matches!(
            start.trigger.event.as_str(),
            "workflow_dispatch" | "release" | "repository_dispatch"
        )
    };
    let (tags, others): (Vec<&Start<'_>>, Vec<&Start<'_>>) =
        starts.iter().filter(|it| !on_purpose(it)).partition(by_tag);
    let line = |start: &Start<'_>| Place::line(start.file, start.trigger.line);
    if let Some(start) = others.first() {
        let message = format!(
            "a release is published on `{}`, which is no intentional act",
            start.trigger.event
        );
        return Some(fail(message, vec![line(start), place]));
    }
    let start = tags.first()?;
    if publication.at.job.environment.is_none() {
        let message = "whoever pushes a tag publishes a release, without an environment whose reviewers approve it";
        return Some(fail(message, vec![line(start), place]));
    }
    let attested = || {
        let told = current(facts, "spec-8-single-approval-release");
        told.is_some_and(|it| it.outcome() == Outcome::Pass)
    };
    match is_approved(facts, publication) {
        Some(Ok(true)) => return None,
        Some(Ok(false)) => {
            let message = "whoever pushes a tag publishes a release: nobody must approve what runs in its environment";
            return Some(fail(message, vec![line(start), place]));
        }
        _ if attested() => return None,
        Some(Err(statement)) => return Some(statement),
        None => {}
    }
    let message = "a pushed tag publishes a release; whether reviewers of the environment must approve it is not known";
    Some(unknown(
        message,
        "the rules of the environment and of tags, through the hosting API or attested",
        vec![line(start), place],
    ))
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{of_workflow, only, told};

    const PUBLISH: &str =
        "\njobs:\n  p:\n    steps:\n      - uses: pypa/gh-action-pypi-publish@v1\n";

    #[test]
    fn each_way_to_start_is_told_apart() {
        let check = |on: &str, extra: &str| {
            of_workflow(
                "spec-8-unintentional-release",
                &format!("on: {on}{PUBLISH}{extra}"),
            )
        };
        insta::assert_snapshot!(check("workflow_dispatch", ""), @"pass: every job that publishes is started on purpose []");
        insta::assert_snapshot!(check("release", ""), @"pass: every job that publishes is started on purpose []");
        insta::assert_snapshot!(check("{push: {tags: ['v*']}}", ""), @"fail: whoever pushes a tag publishes a release, without an environment whose reviewers approve it [w.yml:1 w.yml:5]");
        insta::assert_snapshot!(check("{push: {tags: ['v*']}}", "    environment: release\n"), @"unknown: a pushed tag publishes a release; whether reviewers of the environment must approve it is not known [w.yml:1 w.yml:5]");
        insta::assert_snapshot!(check("[push, pull_request]", "    if: github.event_name == 'push' && startsWith(github.ref, 'refs/tags')\n"), @"fail: whoever pushes a tag publishes a release, without an environment whose reviewers approve it [w.yml:1 w.yml:5]");
        insta::assert_snapshot!(check("{schedule: [{cron: x}]}", ""), @"fail: a release is published on `schedule`, which is no intentional act [w.yml:1 w.yml:5]");
        insta::assert_snapshot!(check("workflow_call", ""), @"unknown: publishes, and nothing that starts it was found here [w.yml:5]");
        insta::assert_snapshot!(told("spec-8-unintentional-release", &only(&[("a", "b")])), @"not_applicable: there is no Python package to publish []");
    }

    #[test]
    fn a_called_workflow_is_started_by_its_callers() {
        let published = (
            "on: workflow_call".to_owned() + PUBLISH,
            ".github/workflows/p.yml",
        );
        let caller = "on: push\njobs:\n  c:\n    uses: ./.github/workflows/p.yml\n";
        let facts = only(&[
            (published.1, &published.0),
            (".github/workflows/c.yml", caller),
        ]);
        insta::assert_snapshot!(told("spec-8-unintentional-release", &facts), @"fail: a release is published on `push`, which is no intentional act [c.yml:1 p.yml:5]");
    }
}
