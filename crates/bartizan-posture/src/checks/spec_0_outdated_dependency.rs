//! Which core packages are supported longer than SPEC 0 recommends.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::support::{AS_OF, ended, is_current};
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-0-outdated-dependency",
    title: "a core package is supported beyond two years",
    spec: Some("0.2"),
    severity: SeverityLevel::Low,
    what: "The lower bound of a core package among the dependencies, those of extras too, lets in a release whose two years ended with a \
              quarter that has passed. Only packages of the schedule are looked at.",
    why: "Workarounds for old releases stay in the code, and their vulnerabilities stay allowed.",
    remedy: "Raise the lower bound.",
    example: Example {
        file: "pyproject.toml",
        passing: "\"numpy>=2.2\"",
        failing: "\"numpy>=1.25\"",
        overlaps: &[],
    },
    supports: &[ssdf("PW.4.4")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let Some(file) = &facts.project.file else {
        return Judgement::not_applicable("there is no Python package");
    };
    let mut seen = 0_usize;
    let mut statements = Vec::new();
    for (requirement, line) in &facts.project.requirements {
        let name = requirement.package.name();
        let ended = ended(name, facts.today);
        let Some(specifiers) = requirement.specifiers().filter(|_| !ended.is_empty()) else {
            continue;
        };
        seen = seen.saturating_add(1);
        let let_in = ended
            .iter()
            .rev()
            .find(|version| specifiers.contains(version));
        statements.extend(let_in.map(|version| {
            let message = format!("{name} {version} is let in, whose two years have ended");
            fail(message, vec![Place::line(file, *line)])
        }));
    }
    if seen == 0 && facts.project.is_dynamic {
        return Judgement::unknown(
            "what the package needs is computed when it is built",
            "the metadata of a release",
        );
    }
    if seen == 0 {
        return Judgement::not_applicable(
            "no core package is among the dependencies that are written down",
        );
    }
    if statements.is_empty() && !is_current(facts.today) {
        return Judgement::unknown(
            format!("the table of releases is of {AS_OF}"),
            "a newer table",
        );
    }
    Judgement::of(
        statements,
        format!("{seen} core packages are let in within their two years only"),
    )
}
