//! Whether it is written down who decides.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::documents::{Document, is_heading};
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

/// How many lines at the head of a page may hold its title.
const HEAD: usize = 20;

/// Whether a page's title speaks of governance, whatever its file is called.
fn is_headed(page: &Document) -> bool {
    let lines: Vec<&str> = page.text.lines().take(HEAD).collect();
    lines.windows(2).any(|pair| {
        matches!(pair, [line, below] if is_heading(line, below) && line.to_lowercase().contains("governance"))
    })
}

fn judge(facts: &Facts) -> Judgement {
    let is_governance = |page: &&Document| {
        let is_named =
            page.path.to_lowercase().contains("governance") || page.name().contains("steering");
        is_named || is_headed(page)
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

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn a_page_is_known_by_its_title_too() {
        let check = |title: &str| {
            let text = format!(
                "{title}\n{}\nA council of members, who are invited, decides by consensus and settles conflicts.\n",
                "=".repeat(title.len())
            );
            told(
                "spec-9-undocumented-governance",
                &only(&[("doc/developer/proposal-1.rst", &text)]),
            )
        };
        insta::assert_snapshot!(check("Governance and decisions"), @"pass: roles, changes, decisions and conflicts are written down [doc/developer/proposal-1.rst]");
        insta::assert_snapshot!(check("Another proposal"), @"unknown: no page on governance was found here []");
    }
}
