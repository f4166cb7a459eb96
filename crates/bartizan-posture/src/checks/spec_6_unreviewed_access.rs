//! Whether who may do what is looked through every year.

use crate::attestation::attested;
use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-unreviewed-access",
    title: "who may do what was not looked through within a year",
    spec: Some("6.2"),
    severity: SeverityLevel::Low,
    what: "`reviewed` in `RESOURCES.toml`, or an attestation, is younger than a year.",
    why: "Rights pile up; nobody takes away what nobody looks at.",
    remedy: "Look through the rights of everybody, take away what is not needed, and write the day into \
              `RESOURCES.toml`.",
    example: Example {
        file: "RESOURCES.toml",
        passing: "reviewed = 2026-04-01",
        failing: "reviewed = 2024-04-01",
        overlaps: &[],
    },
    supports: &[ssdf("PO.2.1"), cisa("1.b")],
    judge,
};

use jiff::ToSpan;

fn judge(facts: &Facts) -> Judgement {
    let reviewed = facts
        .resources
        .as_ref()
        .and_then(|it| Some((it, it.reviewed?)));
    let Some((resources, (day, line))) = reviewed else {
        return attested(
            facts,
            CHECK.id,
            "the day of the last review: `reviewed` in `RESOURCES.toml`",
        );
    };
    let place = vec![Place::line(&resources.file, line)];
    if day > facts.today {
        return Judgement::fail(format!("the review is of {day}, a day to come"), place);
    }
    if day.saturating_add(1.year()) < facts.today {
        return Judgement::fail(format!("the last review was on {day}"), place);
    }
    Judgement::pass(format!("access was last looked through on {day}"), place)
}
