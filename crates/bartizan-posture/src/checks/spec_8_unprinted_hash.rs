//! Whether the hashes of what is published are printed.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::publishing::Publication;
use crate::judgement::{Judgement, fail};
use crate::releases::publications;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unprinted-hash",
    title: "the hashes of what is published are not printed",
    spec: Some("8.13"),
    severity: SeverityLevel::Low,
    what: "The log of the publishing job shows the hashes of the files: `print-hash: true` of PyPA's action, or a \
              command that prints them.",
    why: "When something is wrong with a release, the log says what left the workflow.",
    remedy: "Add `print-hash: true`. `bartizan check --fix` adds it.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "        with: {print-hash: true}\n",
        failing: "        with: {verbose: true}\n",
        overlaps: &[],
    },
    supports: &[ssdf("PS.2.1")],
    judge,
};

/// Commands that print hashes.
const COMMANDS: [&str; 5] = ["sha256sum", "shasum", "openssl dgst", "pip hash", "b2sum"];

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let prints = |publication: &&Publication<'_>| {
        let inputs = ["print-hash", "print_hash"];
        let step = publication.step().map(|it| it.step);
        let by_action = step.is_some_and(|step| {
            inputs
                .iter()
                .filter_map(|name| step.input(name))
                .any(|it| it.text == "true")
        });
        let steps = publication.before(facts);
        by_action
            || steps.iter().any(|it| {
                COMMANDS
                    .iter()
                    .any(|command| it.step.script().contains(command))
            })
    };
    let silent = publications.iter().filter(|it| !prints(it)).map(|it| {
        let message = format!(
            "the job `{}` publishes without printing hashes",
            it.at.job.id
        );
        fail(message, vec![it.place()])
    });
    Judgement::of(silent.collect(), "hashes are printed before publishing")
}
