//! Whether it is written down who decides.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::documents::Document;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-9-undocumented-governance",
    title: "it is not written down who decides",
    spec: Some("9.1"),
    severity: SeverityLevel::Low,
    what: "A page on governance speaks of roles, of how people come and go, of how decisions are made and of \
              conflicts (SPEC 9, a draft).",
    why: "Whoever decides about keys must be known before they are needed.",
    remedy: "Write `GOVERNANCE.md` with these four parts.",
    example: Example {
        file: "GOVERNANCE.md",
        passing: "## How decisions are made\nBy consensus; where there is none, by vote of the council.\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[osps("OSPS-GV-01.02"), ssdf("PO.2.1")],
    judge,
};

/// The four parts, each with the words that speak of it.
const PARTS: [(&str, &[&str]); 4] = [
    (
        "roles",
        &[
            "maintainer",
            "council",
            "core dev",
            "role",
            "committee",
            "member",
        ],
    ),
    (
        "how people come and go",
        &[
            "becom",
            "join",
            "step down",
            "stepping down",
            "leave",
            "emerit",
            "remov",
            "nominat",
            "add new",
            "invit",
        ],
    ),
    (
        "how decisions are made",
        &["decision", "consensus", "vote", "voting"],
    ),
    (
        "conflicts",
        &[
            "conflict",
            "code of conduct",
            "dispute",
            "disagree",
            "mediat",
        ],
    ),
];

fn judge(facts: &Facts) -> Judgement {
    let is_governance = |page: &&Document| {
        page.path.to_lowercase().contains("governance") || page.name().contains("steering")
    };
    let pages: Vec<&Document> = facts.documents.iter().filter(is_governance).collect();
    if pages.is_empty() {
        return Judgement::unknown(
            "no page on governance was found here",
            "where it is, if it is elsewhere (an organisation's repository, a site)",
        );
    }
    let text = pages.iter().map(|page| page.lower()).collect::<String>();
    let missing = PARTS
        .iter()
        .filter(|(_, words)| !words.iter().any(|word| text.contains(word)));
    let missing: Vec<&str> = missing.map(|(part, _)| *part).collect();
    let places = pages.iter().map(|page| Place::file(&page.path)).collect();
    if missing.is_empty() {
        return Judgement::pass(
            "roles, changes, decisions and conflicts are written down",
            places,
        );
    }
    if missing.len() == PARTS.len() {
        return Judgement::unknown(
            "the page on governance refers to another place",
            "what is written there",
        );
    }
    Judgement::fail(
        format!(
            "the page on governance does not speak of {}",
            missing.join(", ")
        ),
        places,
    )
}
