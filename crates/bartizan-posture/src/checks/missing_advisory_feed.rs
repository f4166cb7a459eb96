//! Whether past vulnerabilities are published where programs and people find them.

use crate::attestation::attested;
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "missing-advisory-feed",
    title: "it is not said where past vulnerabilities are published",
    spec: None,
    severity: SeverityLevel::Low,
    what: "`SECURITY.md`, the README or a page for makers names where advisories are published: the advisories of the \
              host, a database, a CSAF feed. The form for a new report is no such place.",
    why: "Who uses the package learns from a feed that must be found; an advisory that no database takes up reaches \
              nobody's scanner.",
    remedy: "Publish advisories on the host, and name the page in `SECURITY.md`.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"missing-advisory-feed\", by = \"grace\", on = 2026-05-12 },",
        failing: "  { check = \"missing-advisory-feed\", by = \"grace\", on = 2020-05-12 },",
        overlaps: &[],
    },
    supports: &[osps("OSPS-VM-04.01"), ssdf("RV.1.3")],
    judge,
};

/// Places where advisories are published.
const FEEDS: [&str; 8] = [
    "/security/advisories",
    "github.com/advisories",
    "osv.dev",
    "provider-metadata.json",
    "nvd.nist.gov",
    "cve.org",
    "pypa/advisory-database",
    "/csaf/",
];

fn judge(facts: &Facts) -> Judgement {
    for page in facts.documents.iter().chain(&facts.readme) {
        for (number, line) in (1..).zip(page.text.lines()) {
            let line = line.to_lowercase();
            let is_form = line.contains("/security/advisories/new")
                && line.matches("/security/advisories").count() == 1;
            if !is_form && FEEDS.iter().any(|feed| line.contains(feed)) {
                let place = vec![Place::line(&page.path, number)];
                return Judgement::pass("where advisories are published is named", place);
            }
        }
    }
    attested(
        facts,
        CHECK.id,
        "the published advisories of the repository, through the hosting API",
    )
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn the_form_for_a_report_is_no_feed() {
        let check = |text: &str| told("missing-advisory-feed", &only(&[("SECURITY.md", text)]));
        insta::assert_snapshot!(check("Tell us at https://github.com/a/b/security/advisories/new"), @"unknown: cannot be seen in a checkout []");
        insta::assert_snapshot!(check("x\nPast ones: https://github.com/a/b/security/advisories."), @"pass: where advisories are published is named [SECURITY.md:2]");
    }
}
