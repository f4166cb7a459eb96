//! What a stranger can reach: which events anybody causes, which values anybody writes, which secrets a job holds.

use std::collections::BTreeMap;

use bartizan_formats::ci::{
    expression::{expressions, paths},
    step::{Named, Step},
};

use super::{
    Facts,
    workflows::{JobAt, StepAt, WorkflowFile},
};

/// Events that anybody can cause and that run with the rights of the repository.
pub const PRIVILEGED_EVENTS: [&str; 6] = [
    "pull_request_target",
    "workflow_run",
    "issue_comment",
    "issues",
    "discussion",
    "discussion_comment",
];

/// Values that whoever opens a pull request or an issue writes.
const FOREIGN: [&str; 34] = [
    "github.head_ref",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.pull_request.milestone.title",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.pages.*.page_name",
    "github.event.commits.*.message",
    "github.event.commits.*.author.email",
    "github.event.commits.*.author.name",
    "github.event.head_commit.message",
    "github.event.head_commit.author.email",
    "github.event.head_commit.author.name",
    "github.event.head_commit.committer.email",
    "github.event.head_commit.committer.name",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_repository.description",
    "github.event.workflow_run.pull_requests.*.head.ref",
    "github.event.changes.title.from",
    "github.event.changes.body.from",
];

/// Objects that hold such values; printed whole, they carry them along.
const FOREIGN_OBJECTS: [&str; 9] = [
    "github",
    "github.event",
    "github.event.pull_request",
    "github.event.pull_request.head",
    "github.event.issue",
    "github.event.comment",
    "github.event.commits",
    "github.event.head_commit",
    "github.event.workflow_run",
];

/// Whether a stranger writes the value of a path into a context.
pub fn is_foreign(path: &str) -> bool {
    FOREIGN.contains(&path) || FOREIGN_OBJECTS.contains(&path)
}

/// The first path in a text's expressions that a stranger writes, with the lines below the text's beginning.
pub fn foreign_in(text: &str) -> Option<(String, u32)> {
    let expressions = expressions(text);
    let mut found = expressions.iter().flat_map(|expression| {
        let paths = expression.paths().into_iter();
        paths.map(move |path| (path, expression.offset))
    });
    found.find(|(path, _)| is_foreign(path))
}

/// Whether an event lets code of a fork run.
pub fn runs_forks(event: &str) -> bool {
    matches!(
        event,
        "pull_request" | "pull_request_target" | "issue_comment" | "workflow_run"
    )
}

/// Whether a condition keeps runs of forks away.
pub fn keeps_forks_away(condition: &str) -> bool {
    let condition = condition.replace('"', "'");
    let own_head = condition.contains("head.repo.full_name == github.repository")
        || condition.contains("github.repository == github.event.pull_request.head.repo.full_name");
    let no_fork = condition.contains("head.repo.fork == false")
        || condition.contains("!github.event.pull_request.head.repo.fork");
    let no_pull_request = condition.contains("event_name != 'pull_request'")
        || ["push", "schedule", "release", "workflow_dispatch"]
            .iter()
            .any(|event| {
                condition.contains(&format!("event_name == '{event}'"))
                    && !condition.contains("'pull_request")
            });
    own_head || no_fork || no_pull_request
}

/// Whether a step takes the code of a pull request into a job.
pub fn takes_foreign_code(step: &Step) -> bool {
    let of_head = |text: &str| {
        let heads = [
            "pull_request.head",
            "head_ref",
            "workflow_run.head",
            "refs/pull/",
            "pull_request.merge_commit_sha",
            "pull_request.number",
            "issue.number",
        ];
        heads.iter().any(|head| text.contains(head))
    };
    if step.is("actions/checkout") {
        let inputs = ["ref", "repository"];
        return inputs
            .iter()
            .filter_map(|name| step.input(name))
            .any(|it| of_head(&it.text));
    }
    let script = step.script();
    let fetches = [
        "gh pr checkout",
        "git checkout",
        "git fetch",
        "git pull",
        "git switch",
    ];
    let by_hand = fetches.iter().any(|command| script.contains(command)) && of_head(script);
    script.contains("gh pr checkout") || by_hand
}

/// Whether a step takes what another run built: with `workflow_run`, that of a fork.
pub fn takes_foreign_artifact(step: &Step) -> bool {
    let of_run = step.is("actions/download-artifact") && step.input("run-id").is_some();
    of_run
        || step.is("dawidd6/action-download-artifact")
        || step.script().contains("gh run download")
}

/// The stored secrets that a job reads, each with the first line where it does; the token of the run is none of them.
pub fn secrets(at: &JobAt<'_>) -> BTreeMap<String, u32> {
    let mut secrets = BTreeMap::new();
    let mut take = |text: &str, line: u32| {
        for (name, offset) in secrets_in(text) {
            secrets.entry(name).or_insert(line.saturating_add(offset));
        }
    };
    for Named { text, line, .. } in &at.file.workflow.env {
        take(text, *line);
    }
    at.job.node.walk(&mut take);
    secrets
}

/// The names of secrets in the expressions of a text, in capitals, with the lines below its beginning.
pub fn secrets_in(text: &str) -> Vec<(String, u32)> {
    if !text.contains("secrets") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for expression in expressions(text) {
        for path in expression.paths() {
            if let Some(name) = path
                .strip_prefix("secrets.")
                .filter(|name| *name != "github_token")
            {
                found.push((name.to_ascii_uppercase(), expression.offset));
            }
        }
    }
    // A condition needs no braces.
    if found.is_empty() && !text.contains("${{") && !text.contains('\n') {
        for path in paths(text) {
            let name = path.strip_prefix("secrets.").unwrap_or_default();
            if !matches!(name, "" | "github_token") {
                found.push((name.to_ascii_uppercase(), 0));
            }
        }
    }
    found
}

impl Facts {
    /// The events of strangers that start a workflow with the rights of the repository.
    pub fn privileged_starts<'a>(
        &'a self,
        file: &'a WorkflowFile,
    ) -> Vec<super::workflows::Start<'a>> {
        let starts = self.starts(file).into_iter();
        starts
            .filter(|start| PRIVILEGED_EVENTS.contains(&start.trigger.event.as_str()))
            .collect()
    }

    /// Whether steps of a job take code or artifacts of strangers, with the place.
    pub fn foreign_step<'a>(&'a self, at: &JobAt<'a>) -> Option<StepAt<'a>> {
        let by_input = |it: &StepAt<'_>| {
            let script = it.step.script();
            let fetches = ["git checkout", "git fetch", "git pull", "git switch"];
            let is_given = it.caller.is_some_and(|(_, caller)| {
                let mut given = caller.with.iter();
                given.any(|input| foreign_in(&input.text).is_some())
            });
            is_given && fetches.iter().any(|command| script.contains(command))
        };
        let mut steps = self.steps(at).into_iter();
        steps.find(|it| {
            takes_foreign_code(it.step) || takes_foreign_artifact(it.step) || by_input(it)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_writes_is_known() {
        assert_eq!(
            foreign_in("a\n${{ github.head_ref || github.ref }}"),
            Some(("github.head_ref".to_owned(), 1))
        );
        assert_eq!(
            foreign_in("${{ toJSON(github.event) }}"),
            Some(("github.event".to_owned(), 0))
        );
        assert_eq!(foreign_in("${{ github.sha }} github.head_ref"), None);
        assert_eq!(
            foreign_in("${{ github.event.commits[0].message }}"),
            Some(("github.event.commits.*.message".to_owned(), 0))
        );
    }

    #[test]
    fn secrets_are_named() {
        assert_eq!(
            secrets_in("${{ secrets.A }}\n${{ secrets['b'] || secrets.GITHUB_TOKEN }}"),
            [("A".to_owned(), 0), ("B".to_owned(), 1)]
        );
        assert_eq!(secrets_in("secrets.X != ''"), [("X".to_owned(), 0)]);
        assert_eq!(secrets_in("no secrets. here"), []);
    }

    #[test]
    fn forks_are_kept_away_by_some_conditions() {
        assert!(keeps_forks_away(
            "github.event.pull_request.head.repo.full_name == github.repository"
        ));
        assert!(keeps_forks_away("github.event_name == 'push'"));
        assert!(!keeps_forks_away("github.repository == 'a/b'"));
    }
}
