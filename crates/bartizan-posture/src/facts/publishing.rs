//! Which jobs publish releases and nightly builds, by which means, and what starts them.

use super::{
    Facts,
    workflows::{JobAt, Start, StepAt},
};

/// A step that publishes releases on a package index.
#[derive(Debug, Clone)]
pub struct Publication<'a> {
    /// Its job.
    pub at: JobAt<'a>,
    /// The steps of the job.
    pub steps: Vec<StepAt<'a>>,
    /// Which of them publishes.
    pub index: usize,
    /// How.
    pub means: Means,
}

/// How something is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// By PyPA's action, which takes a trusted publisher unless it is given a password.
    Action,
    /// By a command.
    Command(&'static str),
}

/// PyPA's action.
pub const PUBLISH_ACTION: &str = "pypa/gh-action-pypi-publish";

/// The action that uploads nightly builds.
pub const NIGHTLY_ACTION: &str = "scientific-python/upload-nightly-action";

/// Commands that publish, as a script spells them.
const COMMANDS: [&str; 10] = [
    "twine upload",
    "uv publish",
    "flit publish",
    "poetry publish",
    "hatch publish",
    "pdm publish",
    "maturin publish",
    "maturin upload",
    "setup.py upload",
    "rattler-build publish",
];

/// Actions that attest where an artifact was built.
pub const ATTEST_ACTIONS: [&str; 3] = [
    "actions/attest-build-provenance",
    "actions/attest",
    "slsa-framework/slsa-github-generator",
];

impl<'a> Publication<'a> {
    /// The step that publishes.
    pub fn step(&self) -> Option<&StepAt<'a>> {
        self.steps.get(self.index)
    }

    /// The line of the step that publishes, in its file.
    pub fn place(&self) -> crate::judgement::Place {
        match self.step() {
            Some(step) => step.place(step.step.line),
            None => self.at.place(self.at.job.line),
        }
    }

    /// The steps that run before it: of the jobs that it waits for, and of its own.
    pub fn before(&self, facts: &'a Facts) -> Vec<StepAt<'a>> {
        let upstream = facts.upstream(&self.at);
        let mut steps: Vec<StepAt<'a>> = upstream
            .iter()
            .skip(1)
            .flat_map(|at| facts.steps(at))
            .collect();
        steps.extend(self.steps.iter().take(self.index).cloned());
        steps
    }

    /// Whether its job takes the identity of a trusted publisher.
    pub fn has_identity(&self) -> bool {
        self.at.permissions().writes("id-token").is_some()
    }

    /// Conditions of the job, of the step, and of the jobs that it waits for: what they skip skips it too, unless it says
    /// that it runs always.
    pub fn conditions(&self, facts: &'a Facts) -> Vec<&'a str> {
        let own = self.step().and_then(|step| step.step.condition.as_ref());
        let own = own.map(|it| it.value.as_str());
        let mut conditions: Vec<&'a str> = own.into_iter().collect();
        if self.at.condition().contains("always()") {
            conditions.push(self.at.condition());
        } else {
            let upstream = facts.upstream(&self.at);
            conditions.extend(upstream.iter().map(JobAt::condition));
        }
        conditions
    }

    /// What starts it, as far as its conditions let that through.
    pub fn starts(&self, facts: &'a Facts) -> Vec<Start<'a>> {
        let conditions = self.conditions(facts);
        let starts = facts.starts(self.at.file).into_iter();
        starts
            .filter(|start| conditions.iter().all(|it| lets_through(it, start)))
            .collect()
    }

    /// Whether it runs for tags only, by its conditions.
    pub fn asks_for_tag(&self, facts: &'a Facts) -> bool {
        self.conditions(facts).iter().any(|it| asks_for_tag(it))
    }
}

/// Whether a condition holds for tags only.
fn asks_for_tag(condition: &str) -> bool {
    let names_tag = condition.contains("refs/tags")
        || condition.replace('"', "'").contains("ref_type == 'tag'");
    names_tag && !condition.contains('!')
}

/// Whether a condition may hold when an event starts the job. What is not understood lets through.
fn lets_through(condition: &str, start: &Start<'_>) -> bool {
    let condition = condition.replace('"', "'");
    let event = start.trigger.event.as_str();
    let equals = |word: &str| condition.contains(&format!("event_name == '{word}'"));
    let differs = |word: &str| condition.contains(&format!("event_name != '{word}'"));
    if differs(event) {
        return false;
    }
    let is_alternative = condition.contains("||");
    if condition.contains("event_name == '") && !equals(event) {
        // `a || b` may let it through by its other half, unless that half asks for a tag.
        let by_tag =
            asks_for_tag(&condition) && matches!(event, "push" | "workflow_dispatch" | "release");
        let names_only =
            condition.matches("event_name == '").count() > condition.matches("||").count();
        return is_alternative && !names_only && (by_tag || !asks_for_tag(&condition));
    }
    if asks_for_tag(&condition) && !is_alternative {
        return matches!(event, "push" | "workflow_dispatch" | "release" | "create");
    }
    true
}

impl Facts {
    /// Every step that publishes on an index that people install from.
    pub fn publications(&self) -> Vec<Publication<'_>> {
        let mut found = Vec::new();
        for at in self.jobs() {
            let steps = self.steps(&at);
            let means: Vec<(usize, Means)> = steps
                .iter()
                .enumerate()
                .filter_map(|(index, step)| Some((index, means(step)?)))
                .collect();
            found.extend(means.into_iter().map(|(index, means)| Publication {
                at,
                steps: steps.clone(),
                index,
                means,
            }));
        }
        found
    }

    /// Every step that uploads nightly builds.
    pub fn nightly_uploads(&self) -> Vec<(JobAt<'_>, StepAt<'_>)> {
        let mut found = Vec::new();
        for at in self.jobs() {
            let steps = self.steps(&at).into_iter();
            let uploads = steps.filter(|step| {
                let script = step.step.script();
                let by_hand = script.contains("anaconda") && script.contains(" upload");
                step.step.is(NIGHTLY_ACTION) || by_hand
            });
            found.extend(uploads.map(|step| (at, step)));
        }
        found
    }
}

fn means(at: &StepAt<'_>) -> Option<Means> {
    let step = at.step;
    if step.is(PUBLISH_ACTION) {
        let for_trial = ["repository-url", "repository_url"]
            .iter()
            .filter_map(|name| step.input(name))
            .any(|input| is_trial(&input.text));
        return (!for_trial).then_some(Means::Action);
    }
    let mut lines = step.script().lines();
    lines.find_map(|line| Some(Means::Command(command_in(line)?)))
}

/// The command of a line of a script that publishes on an index that people install from.
pub(super) fn command_in(line: &str) -> Option<&'static str> {
    let start = line.trim_start();
    let is_talk = start.starts_with("echo") || start.starts_with('#');
    if is_talk || is_trial(line) || line.contains("anaconda") {
        return None;
    }
    COMMANDS.into_iter().find(|command| line.contains(command))
}

/// Whether a text speaks of an index for trials.
fn is_trial(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("://test.")
        || text.contains("testpypi")
        || text.contains("test-pypi")
        || text.contains("--dry-run")
}

#[cfg(test)]
mod tests {
    use bartizan_formats::ci::workflow;

    use super::*;

    fn check(condition: &str, events: &str, expect: &str) {
        let workflow = workflow::read(&format!("on: [{events}]\n")).unwrap();
        let passing = workflow.triggers.iter().filter(|trigger| {
            let start = Start {
                file: "w.yml",
                trigger,
            };
            lets_through(condition, &start)
        });
        let passing: Vec<&str> = passing.map(|it| it.event.as_str()).collect();
        assert_eq!(passing.join(" "), expect, "{condition}");
    }

    #[test]
    fn conditions_keep_events_out() {
        let events = "push, pull_request, schedule, release, workflow_dispatch";
        check(
            "",
            events,
            "push pull_request schedule release workflow_dispatch",
        );
        check("github.event_name == 'release'", events, "release");
        check(
            "github.event_name == \"release\" && github.event.action == 'published'",
            events,
            "release",
        );
        check(
            "github.event_name == 'push' || github.event_name == 'release'",
            events,
            "push release",
        );
        check(
            "github.event_name != 'pull_request'",
            events,
            "push schedule release workflow_dispatch",
        );
        check(
            "startsWith(github.ref, 'refs/tags/v')",
            events,
            "push release workflow_dispatch",
        );
        check(
            "github.event_name == 'release' || startsWith(github.ref, 'refs/tags')",
            events,
            "push release workflow_dispatch",
        );
        check(
            "github.repository == 'a/b'",
            "push, schedule",
            "push schedule",
        );
    }
}
