//! Texts that were packed on another system.

use bartizan_formats::contents::Sameness;

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "line-ends",
    title: "a text with other line ends",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let facts = case.source_facts()?;
    let is_same = case.facts.identity.compare(&facts.identity) == Sameness::LineEnds;
    let is_link = case.facts.link.is_some() || facts.link.is_some();
    if !is_same || is_link {
        return None;
    }
    Verdict::explained("the same lines with other ends")
}
