//! What a change of the workflows gives to whom: new and renamed workflows, capabilities that a job gains, an environment that
//! it leaves, an event that anybody causes.
//!
//! A renamed workflow is told because a trusted publisher and a policy name the file: what they trusted is gone, and what is
//! there was never trusted.

use std::collections::BTreeSet;

use super::{Holder, holder};
use crate::facts::workflows::JobAt;
use crate::{
    facts::{Facts, reach::PRIVILEGED_EVENTS, workflows::WorkflowFile},
    judgement::Place,
};

/// One thing that a change gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Where it stands afterwards.
    pub place: Place,
    /// What it is.
    pub kind: ChangeKind,
}

/// What a change gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// A workflow that was not there.
    NewWorkflow,
    /// A workflow that was there under another name, with that name.
    Renamed(String),
    /// A job holds a capability that it did not hold.
    Gained {
        /// The job.
        job: String,
        /// The capability.
        capability: String,
        /// Whether the job runs in an environment.
        environment: Option<String>,
    },
    /// A job that holds something no longer runs in an environment, or in another one.
    LeftEnvironment {
        /// The job.
        job: String,
        /// The environment that it ran in.
        environment: String,
    },
    /// An event that anybody causes now starts a workflow.
    Opened(String),
}

impl ChangeKind {
    /// A stable word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NewWorkflow => "new_workflow",
            Self::Renamed(_) => "renamed_workflow",
            Self::Gained { .. } => "gained_capability",
            Self::LeftEnvironment { .. } => "left_environment",
            Self::Opened(_) => "opened_to_strangers",
        }
    }

    /// One sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::NewWorkflow => "a new workflow".to_owned(),
            Self::Renamed(from) => format!(
                "was `{from}`: what trusted that name no longer does, and nothing trusts this one"
            ),
            Self::Gained {
                job,
                capability,
                environment: None,
            } => format!("the job `{job}` gains `{capability}`"),
            Self::Gained {
                job,
                capability,
                environment: Some(name),
            } => {
                format!("the job `{job}` gains `{capability}`, in the environment `{name}`")
            }
            Self::LeftEnvironment { job, environment } => {
                format!("the job `{job}` no longer runs in the environment `{environment}`")
            }
            Self::Opened(event) => format!("`{event}`, which anybody causes, now starts it"),
        }
    }
}

/// What the workflows of `head` give that those of `base` did not; sorted by place.
pub fn changes(base: &Facts, head: &Facts) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut taken = BTreeSet::new();
    for file in &head.workflows {
        let same = base.workflows.iter().find(|it| it.path == file.path);
        let before = same.or_else(|| renamed(base, head, file, &mut taken));
        let place = Place::file(&file.path);
        match before {
            None => changes.push(Change {
                place,
                kind: ChangeKind::NewWorkflow,
            }),
            Some(before) if before.path != file.path => {
                changes.push(Change {
                    place,
                    kind: ChangeKind::Renamed(before.path.clone()),
                });
            }
            Some(_) => {}
        }
        of_jobs(base, before, head, file, &mut changes);
        of_events(base, before, head, file, &mut changes);
    }
    changes.sort();
    changes
}

/// The workflow that is gone and that a new one looks like: the same name, or the same jobs.
fn renamed<'a>(
    base: &'a Facts,
    head: &Facts,
    file: &WorkflowFile,
    taken: &mut BTreeSet<&'a str>,
) -> Option<&'a WorkflowFile> {
    let ids = |it: &WorkflowFile| -> Vec<String> {
        it.workflow.jobs.iter().map(|job| job.id.clone()).collect()
    };
    let is_gone = |it: &&WorkflowFile| !head.workflows.iter().any(|other| other.path == it.path);
    let is_alike = |it: &&WorkflowFile| {
        let has_name = it.workflow.name.is_some() && it.workflow.name == file.workflow.name;
        has_name || (!it.workflow.jobs.is_empty() && ids(it) == ids(file))
    };
    let mut gone = base
        .workflows
        .iter()
        .filter(is_gone)
        .filter(|it| !taken.contains(it.path.as_str()));
    let found = gone.find(is_alike)?;
    taken.insert(&found.path);
    Some(found)
}

fn of_jobs(
    base: &Facts,
    before: Option<&WorkflowFile>,
    head: &Facts,
    file: &WorkflowFile,
    changes: &mut Vec<Change>,
) {
    for job in &file.workflow.jobs {
        let now = holder(head, &JobAt { file, job });
        let then = before.and_then(|file| {
            let job = file.workflow.jobs.iter().find(|it| it.id == job.id)?;
            Some(holder(base, &JobAt { file, job }))
        });
        let held_before = |name: &str| {
            then.as_ref()
                .is_some_and(|it| it.capabilities.iter().any(|it| it.name == name))
        };
        for capability in now.capabilities.iter().filter(|it| !held_before(&it.name)) {
            changes.push(Change {
                place: Place::line(&file.path, capability.line),
                kind: ChangeKind::Gained {
                    job: now.job.clone(),
                    capability: capability.name.clone(),
                    environment: now.environment.clone(),
                },
            });
        }
        changes.extend(then.and_then(|then| left_environment(&then, &now)));
    }
}

fn left_environment(then: &Holder, now: &Holder) -> Option<Change> {
    let environment = then
        .environment
        .clone()
        .filter(|it| now.environment.as_ref() != Some(it))?;
    (!now.capabilities.is_empty()).then(|| Change {
        place: Place::line(&now.workflow, now.line),
        kind: ChangeKind::LeftEnvironment {
            job: now.job.clone(),
            environment,
        },
    })
}

fn of_events(
    base: &Facts,
    before: Option<&WorkflowFile>,
    head: &Facts,
    file: &WorkflowFile,
    changes: &mut Vec<Change>,
) {
    let then: BTreeSet<&str> = before
        .map(|file| {
            base.starts(file)
                .iter()
                .map(|it| it.trigger.event.as_str())
                .collect()
        })
        .unwrap_or_default();
    for start in head.starts(file) {
        let event = start.trigger.event.as_str();
        if PRIVILEGED_EVENTS.contains(&event) && !then.contains(event) {
            changes.push(Change {
                place: Place::line(start.file, start.trigger.line),
                kind: ChangeKind::Opened(event.to_owned()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laboratory::only;

    fn check(base: &[(&str, &str)], head: &[(&str, &str)]) -> String {
        let at = |files: &[(&str, &str)]| {
            let files: Vec<(String, &str)> = files
                .iter()
                .map(|(name, text)| (format!(".github/workflows/{name}"), *text))
                .collect();
            let files: Vec<(&str, &str)> = files
                .iter()
                .map(|(name, text)| (name.as_str(), *text))
                .collect();
            only(&files)
        };
        let shown = changes(&at(base), &at(head)).into_iter().map(|it| {
            let line = it
                .place
                .line
                .map(|line| format!(":{line}"))
                .unwrap_or_default();
            format!(
                "{}{line} {} {}",
                it.place.file.trim_start_matches(".github/workflows/"),
                it.kind.word(),
                it.kind.sentence()
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_gained_is_told_and_what_is_kept_is_not() {
        let a = "name: a\non: push\npermissions: {}\njobs:\n  j:\n    environment: e\n    permissions: {contents: write}\n    steps: [{run: 'x ${{ secrets.S }}'}]\n";
        insta::assert_snapshot!(check(&[("a.yml", a)], &[("a.yml", a)]), @"");
        insta::assert_snapshot!(check(&[], &[("a.yml", a)]), @"
        a.yml new_workflow a new workflow
        a.yml:7 gained_capability the job `j` gains `contents: write`, in the environment `e`
        a.yml:8 gained_capability the job `j` gains `secret: S`, in the environment `e`
        ");
        insta::assert_snapshot!(check(&[("a.yml", a)], &[("b.yml", a)]), @"b.yml renamed_workflow was `.github/workflows/a.yml`: what trusted that name no longer does, and nothing trusts this one");
        let changed = a
            .replace("on: push", "on: pull_request_target")
            .replace("    environment: e\n", "")
            .replace("contents: write", "contents: write, id-token: write");
        insta::assert_snapshot!(check(&[("a.yml", a)], &[("a.yml", &changed)]), @"
        a.yml:2 opened_to_strangers `pull_request_target`, which anybody causes, now starts it
        a.yml:5 left_environment the job `j` no longer runs in the environment `e`
        a.yml:6 gained_capability the job `j` gains `id-token: write`
        ");
        insta::assert_snapshot!(check(&[("a.yml", a)], &[]), @"");
    }
}
