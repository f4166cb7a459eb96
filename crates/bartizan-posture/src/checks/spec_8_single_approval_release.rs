//! Whether more than one person must agree to a release.

use crate::approval::{Found, environment, missing};
use crate::attestation::{attested, seen_or_attested};
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail_as};
use crate::releases::publications;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-single-approval-release",
    title: "one person alone can publish a release",
    spec: Some("8.3"),
    severity: SeverityLevel::Medium,
    what: "An environment with at least two eligible reviewers, none of whom may approve what they started \
              themselves, stands before every release. Its rules cannot be seen in a checkout; `--online` asks the \
              code host.",
    why: "One stolen account must not be enough to publish to everybody.",
    remedy: "In the settings of the environment: required reviewers, at least two besides whoever starts it, and no \
              self-review.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "{ check = \"spec-8-single-approval-release\", by = \"ada\", on = 2026-05-01, statement = \"release needs \
              one of four reviewers, none of them who started it\" },",
        failing: "{ check = \"spec-8-single-approval-release\", by = \"ada\", on = 2020-05-01, statement = \"release needs \
              one of four reviewers, none of them who started it\" },",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.outside.hosted.is_none() {
        let needs = "the rules of the environment, through the hosting API (`--online`)";
        return attested(facts, CHECK.id, needs);
    }
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let mut statements: Vec<Statement> = Vec::new();
    for publication in &publications {
        match environment(facts, publication) {
            Some(Found::Environment(found)) => {
                statements.extend(missing(found, publication));
                if found.reviewers.is_some() && found.can_be_bypassed == Some(true) {
                    let message = format!(
                        "an administrator alone may pass over the reviewers of the environment `{}`",
                        found.name
                    );
                    let place = vec![publication.place()];
                    statements.push(fail_as(SeverityLevel::Low, message, place));
                }
            }
            Some(Found::Said(statement)) => statements.push(statement),
            None => {}
        }
    }
    statements.dedup();
    let pass = "somebody else must approve each release, and at least two people can";
    seen_or_attested(facts, CHECK.id, statements, pass)
}
