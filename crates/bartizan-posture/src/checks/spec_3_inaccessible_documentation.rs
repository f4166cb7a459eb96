//! Whether the documentation is accessible.

use crate::attestation::attested;
use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-3-inaccessible-documentation",
    title: "the documentation shuts people out",
    spec: Some("3.1"),
    severity: SeverityLevel::Low,
    what: "The documentation has texts beside images, enough contrast, and can be used without a mouse (SPEC 3, a \
              draft). A built site is needed to see it.",
    why: "People who cannot use the documentation cannot use the software safely.",
    remedy: "Test the site with an accessibility checker, mend what it finds, and attest it.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-3-inaccessible-documentation\", by = \"grace\", on = 2026-05-10 },",
        failing: "  { check = \"spec-3-inaccessible-documentation\", by = \"grace\", on = 2020-05-10 },",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    attested(
        facts,
        CHECK.id,
        "the built site and somebody who looked at it",
    )
}
