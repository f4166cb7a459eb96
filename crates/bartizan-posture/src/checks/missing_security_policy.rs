//! Whether it is said where vulnerabilities are told.

use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::facts::documents::Document;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "missing-security-policy",
    title: "it is not said where vulnerabilities are told",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "`SECURITY.md` names a private way to report a vulnerability: an address, a form of the host, or a \
              service.",
    why: "Who finds a vulnerability and no way to tell it in private publishes it, or sells it.",
    remedy: "Write `SECURITY.md` with a way and a time, and switch on private reporting.",
    example: Example {
        file: "SECURITY.md",
        passing: "Report vulnerabilities in private at https://github.com/lab/lab/security/advisories/new.\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[
        osps("OSPS-VM-02.01"),
        osps("OSPS-VM-03.01"),
        ssdf("RV.1.3"),
        cisa("4.c"),
    ],
    judge,
};

/// What names a private way.
const WAYS: [&str; 8] = [
    "@",
    "security/advisories",
    "tidelift.com",
    "huntr",
    "hackerone",
    "private vulnerability report",
    "report a vulnerability",
    "bugcrowd",
];

fn judge(facts: &Facts) -> Judgement {
    let is_policy = |page: &&Document| page.is_security_policy();
    let pages: Vec<&Document> = facts.documents.iter().filter(is_policy).collect();
    let Some(first) = pages.first() else {
        if let Some(Ok(true)) = facts.hosted(|it| &it.has_private_reporting) {
            return Judgement::pass("the host takes reports in private", Vec::new());
        }
        return Judgement::unknown(
            "there is no `SECURITY.md` here",
            "whether the host shows one of the organisation",
        );
    };
    let way = pages.iter().find_map(|page| {
        let text = page.lower();
        WAYS.iter()
            .find(|way| text.contains(*way))
            .and_then(|way| Some((page, page.line_of(way)?)))
    });
    match way {
        Some((page, line)) => Judgement::pass(
            "a private way to report is named",
            vec![Place::line(&page.path, line)],
        ),
        None => Judgement::fail(
            "no private way to report is named",
            vec![Place::file(&first.path)],
        ),
    }
}
