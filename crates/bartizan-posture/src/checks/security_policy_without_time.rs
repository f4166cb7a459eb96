//! Whether a time is promised to those who report.

use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::facts::documents::Document;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "security-policy-without-time",
    title: "no time is promised to those who report a vulnerability",
    spec: None,
    severity: SeverityLevel::Low,
    what: "`SECURITY.md` says within which time a report is answered.",
    why: "Without one, a reporter does not know when silence means no.",
    remedy: "Promise what you can keep: an answer within some days.",
    example: Example {
        file: "SECURITY.md",
        passing: "We answer within 7 days.\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[osps("OSPS-VM-01.01"), ssdf("RV.1.3"), cisa("4.c")],
    judge,
};

/// Words for spans of time.
const SPANS: [&str; 6] = ["hour", "day", "week", "month", "promptly", "as soon as"];

fn judge(facts: &Facts) -> Judgement {
    let is_policy = |page: &&Document| page.is_security_policy();
    let mut pages = facts.documents.iter().filter(is_policy).peekable();
    let Some(first) = pages.peek().copied() else {
        return Judgement::not_applicable("there is no `SECURITY.md`");
    };
    let told = pages.find_map(|page| {
        let line = SPANS.iter().find_map(|span| page.line_of(span))?;
        Some(Place::line(&page.path, line))
    });
    match told {
        Some(place) => Judgement::pass("a time is promised", vec![place]),
        None => Judgement::fail(
            "no time is promised to those who report",
            vec![Place::file(&first.path)],
        ),
    }
}
