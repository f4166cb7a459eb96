//! Whether the branches that releases are made from are protected.

use crate::approval::{Found, environment};
use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail, fail_as};
use bartizan_formats::hosting::covers;
use bartizan_model::hosting::{BranchRules, DeploymentRefs, HostedRepository, TagRules};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unprotected-release-branch",
    title: "a release branch is not protected",
    spec: Some("8.5"),
    severity: SeverityLevel::Medium,
    what: "The branch that releases are made from may not be pushed to without review, forced or deleted; tags of \
              releases cannot be moved.",
    why: "What is in the branch is what everybody gets.",
    remedy: "Protect the default branch and the release branches by a ruleset: pull requests with a review, no forced \
              pushes, no deletion; protect tags the same way.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-8-unprotected-release-branch\", by = \"ada\", on = 2026-05-03 },",
        failing: "  { check = \"spec-8-unprotected-release-branch\", by = \"ada\", on = 2020-05-03 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-03.01"), slsa("Source L3"), ssdf("PS.1.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let Some(hosted) = &facts.outside.hosted else {
        let needs = "the rules of branches and tags, through the hosting API (`--online`)";
        return attested(facts, CHECK.id, needs);
    };
    let name = hosted.default_branch.as_deref().unwrap_or("default");
    let mut statements = match &hosted.branch {
        Ok(rules) => of_branch(name, rules),
        Err(unseen) => vec![hidden(
            "what holds for the default branch",
            unseen,
            Vec::new(),
        )],
    };
    statements.extend(of_tags(hosted));
    statements.extend(of_environments(facts));
    let pass = format!("the branch `{name}` and the tags of releases are protected");
    seen_or_attested(facts, CHECK.id, statements, pass)
}

fn of_branch(name: &str, rules: &BranchRules) -> Vec<Statement> {
    let lacking = [
        (
            rules.reviews.is_none_or(|it| it == 0),
            "can be changed without a review",
        ),
        (!rules.forbids_force, "can be rewritten"),
        (!rules.forbids_deletion, "can be deleted"),
    ];
    let lacking: Vec<&str> = lacking.iter().filter(|it| it.0).map(|it| it.1).collect();
    match &rules.hidden {
        Some(unseen) if !lacking.is_empty() => {
            let what = format!("whether the branch `{name}` {}", lacking.join(", or "));
            vec![hidden(&what, unseen, Vec::new())]
        }
        _ => {
            let messages = lacking.iter().map(|it| format!("the branch `{name}` {it}"));
            messages.map(|message| fail(message, Vec::new())).collect()
        }
    }
}

fn of_tags(hosted: &HostedRepository) -> Option<Statement> {
    let newest = hosted.releases.as_ref().ok().and_then(|all| all.first());
    // What the host lets nobody change needs no rule.
    if newest.is_some_and(|release| release.is_immutable) {
        return None;
    }
    let rules = match &hosted.tags {
        Ok(rules) => rules,
        Err(unseen) => return Some(hidden("what holds for tags", unseen, Vec::new())),
    };
    let holds = |rules: &&TagRules| newest.is_none_or(|it| covers(rules, &it.name));
    let held: Vec<&TagRules> = rules.iter().filter(holds).collect();
    let is_kept =
        held.iter().any(|it| it.forbids_update) && held.iter().any(|it| it.forbids_deletion);
    let tag = newest.map_or("of a release".to_owned(), |it| format!("`{}`", it.name));
    (!is_kept).then(|| {
        fail(
            format!("no rule keeps the tag {tag} from being moved or deleted"),
            Vec::new(),
        )
    })
}

/// An environment that every branch may use is as open as the least protected branch.
fn of_environments(facts: &Facts) -> Vec<Statement> {
    let mut statements = Vec::new();
    for publication in facts.publications() {
        if let Some(Found::Environment(found)) = environment(facts, &publication)
            && found.refs == DeploymentRefs::All
        {
            let message = format!(
                "every branch and tag may use the environment `{}`",
                found.name
            );
            statements.push(fail_as(
                SeverityLevel::Low,
                message,
                vec![publication.place()],
            ));
        }
    }
    statements.dedup();
    statements
}
