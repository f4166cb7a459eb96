//! Whether other systems of continuous integration publish, and what they hold.

use crate::attestation::attested;
use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, Statement, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "unexamined-ci-system",
    title: "another system of continuous integration is not examined",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "A file of CircleCI, GitLab, Azure Pipelines, Cirrus, Travis or AppVeyor is there. Where it publishes \
              releases, that fails, as no trusted publisher of this host stands behind it; what else it does is not \
              examined.",
    why: "Secrets of the other system are as good as those of this one.",
    remedy: "Publish from one place; look through what the other system holds.",
    example: Example {
        file: ".circleci/config.yml",
        passing: "      - run: make html\n",
        failing: "      - run: twine upload dist/*\n",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.other_systems.is_empty() {
        return Judgement::not_applicable("no other system of continuous integration is used");
    }
    let publishing = facts.other_systems.iter().filter_map(|document| {
        let (command, line) = COMMANDS
            .iter()
            .find_map(|command| Some((command, document.line_of(command)?)))?;
        let message = format!("publishes by `{command}` with a credential of that system");
        Some(fail(message, vec![Place::line(&document.path, line)]))
    });
    let statements: Vec<Statement> = publishing.collect();
    if !statements.is_empty() {
        return Judgement::of(statements, "");
    }
    attested(facts, CHECK.id, "the settings and secrets of that system")
}

/// Commands that publish releases.
const COMMANDS: [&str; 5] = [
    "twine upload",
    "uv publish",
    "flit publish",
    "poetry publish",
    "maturin upload",
];

#[cfg(test)]
mod tests {
    use crate::laboratory::{told, with};

    #[test]
    fn what_another_system_publishes_fails() {
        let check = |text: &str| {
            told(
                "unexamined-ci-system",
                &with(&[(".circleci/config.yml", text)]),
            )
        };
        insta::assert_snapshot!(check("run: twine upload dist/*"), @"fail: publishes by `twine upload` with a credential of that system [.circleci/config.yml:1]");
        insta::assert_snapshot!(check("run: make html"), @"pass: attested by grace on 2026-05-11, until 2027-05-11 [.github/bartizan.toml:17]");
    }
}
