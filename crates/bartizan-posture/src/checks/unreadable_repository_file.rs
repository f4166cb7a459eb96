//! Whether what is looked at could be read.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "unreadable-repository-file",
    title: "a file that matters could not be read",
    spec: None,
    severity: SeverityLevel::High,
    what: "A workflow, an action, a policy or a file of the project could not be read; nothing in it was judged. \
              The host may read it in another way, or not at all.",
    why: "What cannot be read hides what it does.",
    remedy: "Mend the file at the line that is named.",
    example: Example {
        file: ".github/workflows/pages.yml",
        passing: "    runs-on: ubuntu-latest\n",
        failing: "    runs-on: ubuntu-latest\n    runs-on: ubuntu-latest\n",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

use crate::facts::policy;

fn judge(facts: &Facts) -> Judgement {
    let policy = facts.policy.fault.iter().map(|(line, message)| {
        fail(
            format!("the policy cannot be read: {message}"),
            vec![Place::line(policy::FILE, *line)],
        )
    });
    let problems = facts.problems.iter().map(|problem| {
        let line = problem.message.split_once("line ").and_then(|(_, rest)| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        let place = Place {
            file: problem.subject.clone(),
            line,
        };
        fail(problem.message.clone(), vec![place])
    });
    Judgement::of(
        policy.chain(problems).collect(),
        "every file that matters could be read",
    )
}
