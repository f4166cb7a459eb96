//! Whether changes are tested before they are merged.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::workflows::JobAt;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-5-untested-pull-request",
    title: "pull requests are not tested",
    spec: Some("5.1"),
    severity: SeverityLevel::Low,
    what: "A workflow runs the tests on pull requests (SPEC 5, a draft).",
    why: "What nobody tests before it is merged is tested by users.",
    remedy: "Run the tests on `pull_request`.",
    example: Example {
        file: ".github/workflows/tests.yml",
        passing: "      - run: pytest\n",
        failing: "      - run: ls\n",
        overlaps: &[],
    },
    supports: &[osps("OSPS-QA-06.01"), ssdf("PW.8.2")],
    judge,
};

/// Commands that run tests.
const COMMANDS: [&str; 12] = [
    "pytest",
    "tox",
    "nox",
    "spin test",
    "unittest",
    "hatch test",
    "hatch run",
    "make test",
    "meson test",
    "cibuildwheel",
    "cargo test",
    "uv run",
];

/// Whether a script runs a command that tests; a task runner is told what to do by its name.
fn tests(script: &str, command: &str) -> bool {
    const RUNNERS: [&str; 6] = [
        "pixi run",
        "just ",
        "make ",
        "spin ",
        "python -m",
        "npm run",
    ];
    script.contains(command)
        || script.lines().any(|line| {
            let by_name = [" test", "-test", ".test", ":test"]
                .iter()
                .any(|part| line.contains(part));
            by_name && RUNNERS.iter().any(|runner| line.contains(runner))
        })
}

fn judge(facts: &Facts) -> Judgement {
    if facts.project.file.is_none() {
        return Judgement::not_applicable("there is no Python package");
    }
    let on_pull_request = |at: &JobAt<'_>| {
        facts
            .starts(at.file)
            .iter()
            .any(|it| it.trigger.event == "pull_request")
    };
    for at in facts.jobs().filter(on_pull_request) {
        let steps = facts.steps(&at);
        let testing = steps.iter().find(|it| {
            COMMANDS.iter().any(|command| {
                let by_input = it
                    .step
                    .with
                    .iter()
                    .any(|input| input.text.contains(command));
                tests(it.step.script(), command) || by_input || it.step.is("pypa/cibuildwheel")
            })
        });
        if let Some(step) = testing {
            return Judgement::pass("pull requests are tested", vec![step.place(step.step.line)]);
        }
        let calls_tests = at
            .job
            .uses
            .as_ref()
            .is_some_and(|uses| uses.text.contains("tox") || uses.text.contains("test"));
        if calls_tests {
            return Judgement::pass(
                "pull requests are tested by a reusable workflow",
                vec![at.place(at.job.line)],
            );
        }
    }
    if !facts.elsewhere_says(&["pytest", "tox", "nox", "spin"]) {
        return Judgement::fail("no workflow runs tests on pull requests", Vec::new());
    }
    Judgement::unknown(
        "no workflow runs tests on pull requests; another system may",
        "what other systems of continuous integration run",
    )
}
