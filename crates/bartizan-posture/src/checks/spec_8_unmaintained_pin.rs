//! Whether pinned actions are kept up to date.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place};
use bartizan_formats::ci::uses::Target;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unmaintained-pin",
    title: "pinned actions are not kept up to date",
    spec: Some("8.9"),
    severity: SeverityLevel::Low,
    what: "Dependabot has an entry for `github-actions`, and its updates come in groups; Renovate counts as well.",
    why: "A pin that nobody moves keeps the vulnerabilities of its day.",
    remedy: "Add an entry `github-actions` with a group to `.github/dependabot.yml`. `bartizan check --fix` writes \
              it.",
    example: Example {
        file: ".github/dependabot.yml",
        passing: "package-ecosystem: github-actions",
        failing: "package-ecosystem: pip",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let uses_actions = facts
        .uses()
        .iter()
        .any(|(_, uses)| matches!(uses.target(), Target::Repository { .. }));
    if !uses_actions {
        return Judgement::not_applicable("no action of another repository is used");
    }
    if let Some(file) = &facts.renovate {
        return Judgement::pass(
            "Renovate keeps dependencies up to date",
            vec![Place::file(file)],
        );
    }
    let entry = facts.updates.as_ref().and_then(|(file, updates)| {
        let entry = updates.iter().find(|it| it.ecosystem == "github-actions")?;
        Some((Place::line(file, entry.line), entry))
    });
    match entry {
        Some((place, entry)) if entry.is_grouped => {
            Judgement::pass("Dependabot updates actions in groups", vec![place])
        }
        Some((place, _)) => Judgement::fail(
            "Dependabot updates actions one by one, not in a group that is reviewed at once",
            vec![place],
        ),
        None => Judgement::fail(
            "nothing updates the pinned actions",
            facts
                .updates
                .iter()
                .map(|(file, _)| Place::file(file))
                .collect(),
        ),
    }
}
