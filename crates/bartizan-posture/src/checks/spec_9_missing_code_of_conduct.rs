//! Whether there is a code of conduct.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::facts::documents::Document;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-9-missing-code-of-conduct",
    title: "there is no code of conduct",
    spec: Some("9.2"),
    severity: SeverityLevel::Low,
    what: "A code of conduct lies in the repository.",
    why: "People who are driven away cannot review.",
    remedy: "Adopt one, and say whom to tell.",
    example: Example {
        file: "CODE_OF_CONDUCT.md",
        passing: "# Code of conduct\n\nBe kind. Tell the council at conduct@lab.example what happened.\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let is_code = |page: &&Document| page.name().contains("conduct");
    if let Some(page) = facts.documents.iter().find(is_code) {
        return Judgement::pass("there is a code of conduct", vec![Place::file(&page.path)]);
    }
    let texts = facts.documents.iter().chain(&facts.readme);
    let linked = texts
        .into_iter()
        .find_map(|page| Some(Place::line(&page.path, page.line_of("code of conduct")?)));
    match linked {
        Some(place) => Judgement::pass("a code of conduct is named", vec![place]),
        None => Judgement::fail("no code of conduct was found or named", Vec::new()),
    }
}
