//! Whether the making of a release is described.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::documents::{Document, is_heading};
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-undocumented-release",
    title: "the making of a release is not described",
    spec: Some("8.1"),
    severity: SeverityLevel::Low,
    what: "Looks for a page on releases (`RELEASING.md`, or a page of the documentation whose name speaks of \
              releasing) that describes the steps and says which permissions they need.",
    why: "Steps that live in one head are skipped under pressure, and nobody notices the one that an attacker \
              adds.",
    remedy: "Write `RELEASING.md`, or a page in the developers' documentation: each step of a release, and who needs \
              which permission for it.",
    example: Example {
        file: "RELEASING.md",
        passing: "1. Ask a second member of the release team; both need permission to approve the environment `release`.\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[ssdf("PO.1.1")],
    judge,
};

/// What a description of steps speaks of.
const STEPS: [&str; 9] = [
    "tag",
    "publish",
    "upload",
    "version",
    "branch",
    "build",
    "workflow",
    "changelog",
    "announce",
];

/// What a description of permissions speaks of.
const RIGHTS: [&str; 11] = [
    "permission",
    "rights",
    "access",
    "maintainer",
    "owner",
    "approv",
    "release manager",
    "release team",
    "reviewer",
    "admin",
    "credential",
];

fn judge(facts: &Facts) -> Judgement {
    let pages: Vec<&Document> = facts
        .documents
        .iter()
        .filter(|it| speaks_of_releasing(it))
        .collect();
    let describing = |page: &&&Document| {
        let text = page.lower();
        STEPS.iter().filter(|word| text.contains(*word)).count() >= 3
    };
    let Some(first) = pages.iter().find(describing) else {
        return Judgement::unknown(
            "no page that describes how a release is made was found here",
            "where it is, if it is elsewhere (a wiki, an organisation's pages)",
        );
    };
    let names_rights = |page: &&&Document| {
        let text = page.lower();
        describing(page) && RIGHTS.iter().any(|word| text.contains(word))
    };
    match pages.iter().find(names_rights) {
        Some(page) => Judgement::pass(
            "a page describes how a release is made and who may make it",
            vec![Place::file(&page.path)],
        ),
        None => Judgement::fail(
            "the page on releases does not say which permissions they need",
            vec![Place::file(&first.path)],
        ),
    }
}

/// Headings of a page that tells how releases are made.
const HEADINGS: [&str; 7] = [
    "making a release",
    "release process",
    "how to release",
    "how to make a release",
    "release procedure",
    "releasing",
    "release checklist",
];

fn speaks_of_releasing(page: &Document) -> bool {
    let name = page.name();
    let is_history = [
        "release_notes",
        "release-notes",
        "releases.",
        "release_history",
    ]
    .iter()
    .any(|part| name.contains(part));
    let lines: Vec<&str> = page.text.lines().collect();
    let has_heading = || {
        let mut pairs = lines.windows(2);
        pairs.any(|pair| matches!(pair, [line, below] if is_heading(line, below) && names_releasing(line)))
    };
    !is_history && (name.contains("releas") || has_heading())
}

fn names_releasing(line: &str) -> bool {
    let line = line.to_lowercase();
    HEADINGS.iter().any(|heading| line.contains(heading))
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn pages_are_known_by_name_or_heading() {
        let steps = "Set the version, push the tag, publish the files.\n";
        let check = |file: &str, head: &str| {
            told(
                "spec-8-undocumented-release",
                &only(&[(file, &format!("{head}\n{steps}"))]),
            )
        };
        insta::assert_snapshot!(check("RELEASING.md", "A maintainer does it."), @"pass: a page describes how a release is made and who may make it [RELEASING.md]");
        insta::assert_snapshot!(check("docs/coredev/index.rst", "Our release process\n===================\nby an owner"), @"pass: a page describes how a release is made and who may make it [docs/coredev/index.rst]");
        insta::assert_snapshot!(check("RELEASING.md", ""), @"fail: the page on releases does not say which permissions they need [RELEASING.md]");
        insta::assert_snapshot!(check("docs/release/v2.0.md", "# Release process"), @"unknown: no page that describes how a release is made was found here []");
    }
}
