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
    let tests = facts.nightly_tests();
    let weekly = tests.iter().find(|(at, _)| facts.runs_weekly(at));
    match weekly.or(tests.first()) {
        Some((at, line)) if weekly.is_none() => Judgement::fail(
            "a workflow tests with nightly builds, and runs less than once a week",
            vec![at.place(*line)],
        ),
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

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn once_a_month_is_too_rare() {
        let check = |cron: &str| {
            let text = format!(
                "on: {{schedule: [{{cron: '{cron}'}}]}}\njobs: {{a: {{steps: [{{run: 'pip install --pre numpy'}}]}}}}\n"
            );
            told(
                "spec-4-untested-nightlies",
                &only(&[
                    (".github/workflows/w.yml", &text),
                    ("pyproject.toml", "[project]\n"),
                ]),
            )
        };
        insta::assert_snapshot!(check("0 3 * * 1"), @"pass: a scheduled workflow tests with nightly builds [w.yml:2]");
        insta::assert_snapshot!(check("0 3 1 * *"), @"fail: a workflow tests with nightly builds, and runs less than once a week [w.yml:2]");
    }
}
