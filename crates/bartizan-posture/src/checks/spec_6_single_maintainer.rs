//! Whether at least two people can reach each resource.

use std::collections::BTreeSet;

use crate::attestation::hidden;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::documents::Document;
use crate::judgement::{Judgement, Place, Statement, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-single-maintainer",
    title: "a resource is reached by one person only",
    spec: Some("6.4"),
    severity: SeverityLevel::Medium,
    what: "Every resource of `RESOURCES.toml` has at least two maintainers; `CODEOWNERS` names more than one \
              person, or a team. With `--online` the administrators on the code host and the owners on the package \
              index are counted.",
    why: "One lost account, or one person on a boat, must not end a project.",
    remedy: "Give a second person each key.",
    example: Example {
        file: "RESOURCES.toml",
        passing: "maintainers = [\"ada\", \"alan\"]",
        failing: "maintainers = [\"ada\"]",
        overlaps: &[],
    },
    supports: &[ssdf("PO.2.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut statements = Vec::new();
    let mut seen = 0_usize;
    if let Some(resources) = &facts.resources {
        for resource in &resources.resources {
            seen = seen.saturating_add(1);
            let names: BTreeSet<&str> = resource.maintainers.iter().map(String::as_str).collect();
            if names.len() < 2 {
                let message = format!("`{}` has fewer than two maintainers", resource.name);
                statements.push(fail(
                    message,
                    vec![Place::line(&resources.file, resource.line)],
                ));
            }
        }
    }
    if let Some((owner, place)) = facts.owners.as_ref().and_then(single_owner) {
        let message = format!("{owner} is the only owner that the owners of code name");
        statements.push(fail(message, vec![place]));
    }
    let (elsewhere, more) = elsewhere(facts);
    seen = seen.saturating_add(elsewhere);
    // What is written down may stand in for what is hidden.
    let is_written = facts.resources.is_some();
    statements.extend(
        more.into_iter()
            .filter(|it| it.needs.is_none() || !is_written),
    );
    if seen == 0 && statements.is_empty() {
        return Judgement::unknown(
            "who holds which resource is not written down",
            "`RESOURCES.toml`, or the owners on the host and the package index",
        );
    }
    Judgement::of(
        statements,
        format!("each of {seen} resources has at least two maintainers"),
    )
}

/// What the code host and the package index count, and how many of them were seen.
fn elsewhere(facts: &Facts) -> (usize, Vec<Statement>) {
    let mut statements = Vec::new();
    let mut seen = 0_usize;
    match facts.hosted(|it| &it.administrators) {
        Some(Ok(count)) => {
            seen = seen.saturating_add(1);
            if *count < 2 {
                let message = "fewer than two people administer the repository on the code host";
                statements.push(fail(message, Vec::new()));
            }
        }
        Some(Err(unseen)) => {
            statements.push(hidden("who administers the repository", unseen, Vec::new()));
        }
        None => {}
    }
    match facts.outside.published.as_ref().map(|it| (it, &it.roles)) {
        Some((project, Ok(roles))) => {
            seen = seen.saturating_add(1);
            if roles.owners < 2 && roles.organisation.is_none() {
                let message = format!(
                    "fewer than two people own `{}` on the package index",
                    project.name
                );
                statements.push(fail(message, Vec::new()));
            }
        }
        Some((project, Err(unseen))) => {
            let what = format!("who owns `{}` on the package index", project.name);
            statements.push(hidden(&what, unseen, Vec::new()));
        }
        None => {}
    }
    (seen, statements)
}

/// The one person whom all rules name; a team may be of many.
fn single_owner(document: &Document) -> Option<(String, Place)> {
    let mut owners = BTreeSet::new();
    let mut first = None;
    for (number, line) in (1..).zip(document.text.lines()) {
        let rule = line.split('#').next().unwrap_or_default();
        for owner in rule.split_whitespace().skip(1) {
            first.get_or_insert(number);
            owners.insert(owner.to_lowercase());
        }
    }
    let mut owners = owners.into_iter();
    let (owner, is_alone) = (owners.next()?, owners.next().is_none());
    let is_person = !owner.contains('/');
    (is_alone && is_person).then(|| {
        (
            format!("`{owner}`"),
            Place::line(&document.path, first.unwrap_or(1)),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn owners_of_code_are_several_people_or_a_team() {
        let check = |text: &str| told("spec-6-single-maintainer", &only(&[("CODEOWNERS", text)]));
        insta::assert_snapshot!(check("# owners\n* @ada\ndocs/ @Ada # x\n"), @"fail: `@ada` is the only owner that the owners of code name [CODEOWNERS:2]");
        insta::assert_snapshot!(check("* @ada @alan\n"), @"unknown: who holds which resource is not written down []");
        insta::assert_snapshot!(check("* @lab/team\n"), @"unknown: who holds which resource is not written down []");
    }
}
