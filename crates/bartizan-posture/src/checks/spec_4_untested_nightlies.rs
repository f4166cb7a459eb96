//! Whether the project is tested weekly with nightly builds of what it needs.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::Judgement;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-4-untested-nightlies",
    title: "the project is not tested with nightly builds",
    spec: Some("4.1"),
    severity: SeverityLevel::Low,
    what: "A workflow runs by itself at least weekly and tests with pre-releases or nightly builds (`--pre`, \
              `--prerelease`, the index of nightly wheels).",
    why: "What the next NumPy breaks is found before its release, by those who can still say so.",
    remedy: "Schedule a workflow that installs nightly wheels and runs the tests.",
    example: Example {
        file: ".github/workflows/nightly.yml",
        passing: "      - run: pip install --pre --upgrade numpy scipy\n",
        failing: "      - run: pip install --upgrade numpy scipy\n",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.project.file.is_none() {
        return Judgement::not_applicable("there is no Python package");
    }
    match facts.nightly_tests().first() {
        Some((at, line)) => Judgement::pass(
            "a scheduled workflow tests with nightly builds",
            vec![at.place(*line)],
        ),
        None if !facts.elsewhere_says(&["schedule", "cron", "nightly", "--pre"]) => {
            Judgement::fail(
                "no scheduled workflow tests with nightly builds",
                Vec::new(),
            )
        }
        None => Judgement::unknown(
            "no scheduled workflow tests with nightly builds; another system may",
            "what other systems of continuous integration run",
        ),
    }
}
