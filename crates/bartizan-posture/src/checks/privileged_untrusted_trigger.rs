//! Whether an event that anybody causes reaches a secret or a token that writes.

use crate::check::{Check, Example, cisa, osps, ssdf};
use crate::facts::Facts;
use crate::facts::reach::{keeps_forks_away, secrets};
use crate::facts::workflows::{JobAt, Start};
use crate::judgement::{Judgement, Place, Statement, fail, fail_as, unknown};
use bartizan_formats::ci::workflow::{Level, Permissions, Secrets};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "privileged-untrusted-trigger",
    title: "an event that anybody causes reaches a secret or a token that writes",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "`pull_request_target` and `workflow_run` (and comments, issues and discussions where the job takes the \
              code of a pull request) start a job that holds a stored secret or may write. It is high where the job \
              takes code or artifacts of the pull request, for then strangers run code with them.",
    why: "This is how most workflows were taken over: a pull request from a fork is enough.",
    remedy: "Use `pull_request`, or split the work: build without rights, and let another workflow take only data. \
              Never check out the pull request's code beside secrets.",
    example: Example {
        file: ".github/workflows/label.yml",
        passing: "on: pull_request\n",
        failing: "on: pull_request_target\n",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-01.03"), ssdf("PO.5.1"), cisa("1.a")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.workflows.is_empty() {
        return Judgement::not_applicable("there is no workflow");
    }
    let statements = facts.jobs().filter_map(|at| of_job(facts, &at));
    Judgement::of(
        statements.collect(),
        "no event that anybody causes reaches a secret or a token that writes",
    )
}

fn of_job(facts: &Facts, at: &JobAt<'_>) -> Option<Statement> {
    let starts = facts.privileged_starts(at.file);
    let foreign = facts.foreign_step(at);
    let is_wide = |start: &&Start<'_>| {
        matches!(
            start.trigger.event.as_str(),
            "pull_request_target" | "workflow_run"
        )
    };
    let start = starts.iter().find(|it| is_wide(it) || foreign.is_some())?;
    if keeps_forks_away(at.condition()) {
        return None;
    }
    let mut places = vec![Place::line(start.file, start.trigger.line)];
    let Some((what, place)) = held(at) else {
        if *at.permissions() != Permissions::Absent {
            return None;
        }
        places.push(at.place(at.job.line));
        let message = format!(
            "`{}` starts the job `{}`, whose token has the default rights",
            start.trigger.event, at.job.id
        );
        return Some(unknown(
            message,
            "the default rights of tokens, from the settings; or a block of permissions",
            places,
        ));
    };
    places.push(place);
    let event = &start.trigger.event;
    let id = &at.job.id;
    let Some(step) = foreign else {
        let message = format!("`{event}` starts the job `{id}`, which holds {what}");
        return Some(fail(message, places));
    };
    places.push(step.place(step.step.line));
    let message = format!(
        "`{event}` starts the job `{id}`, which takes code or artifacts of strangers and holds {what}"
    );
    Some(fail_as(SeverityLevel::High, message, places))
}

/// What of value a job holds, with its place.
fn held(at: &JobAt<'_>) -> Option<(String, Place)> {
    if let Some((name, line)) = secrets(at).into_iter().next() {
        return Some((format!("the secret `{name}`"), at.place(line)));
    }
    if let Secrets::All(line) = at.job.secrets {
        return Some(("all secrets".to_owned(), at.place(line)));
    }
    match at.permissions() {
        Permissions::WriteAll(line) => {
            Some(("a token that writes everything".to_owned(), at.place(*line)))
        }
        Permissions::Scopes(_, scopes) => {
            let scope = scopes.iter().find(|scope| scope.level == Level::Write)?;
            Some((format!("`{}: write`", scope.name), at.place(scope.line)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::laboratory::of_workflow;

    #[test]
    fn what_is_reached_makes_it_bad() {
        let check = |on: &str, job: &str| {
            of_workflow(
                "privileged-untrusted-trigger",
                &format!("on: {on}\npermissions: {{}}\njobs:\n  a:\n{job}"),
            )
        };
        insta::assert_snapshot!(check("pull_request_target", "    steps: [{run: ls}]\n"), @"pass: no event that anybody causes reaches a secret or a token that writes []");
        insta::assert_snapshot!(check("workflow_run", "    steps: [{run: 'x ${{ secrets.T }}'}]\n"), @"fail: `workflow_run` starts the job `a`, which holds the secret `T` [w.yml:1 w.yml:5]");
        insta::assert_snapshot!(check("issue_comment", "    permissions: {contents: write}\n    steps: [{run: ls}]\n"), @"pass: no event that anybody causes reaches a secret or a token that writes []");
        insta::assert_snapshot!(check("issue_comment", "    permissions: {contents: write}\n    steps: [{run: gh pr checkout 1}]\n"), @"fail (high): `issue_comment` starts the job `a`, which takes code or artifacts of strangers and holds `contents: write` [w.yml:1 w.yml:5 w.yml:6]");
        insta::assert_snapshot!(check("pull_request_target", "    permissions: {contents: write}\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: '${{ github.event.pull_request.head.sha }}'}\n"), @"fail (high): `pull_request_target` starts the job `a`, which takes code or artifacts of strangers and holds `contents: write` [w.yml:1 w.yml:5 w.yml:7]");
        insta::assert_snapshot!(of_workflow("privileged-untrusted-trigger", "on: pull_request_target\njobs: {a: {steps: [run: ls]}}\n"), @"unknown: `pull_request_target` starts the job `a`, whose token has the default rights [w.yml:1 w.yml:2]");
    }
}
