//! The workflows and actions of a repository, and how they call one another.

use std::{collections::BTreeSet, path::Path};

use bartizan_formats::ci::{
    action::{self, Action},
    step::{Named, Step},
    uses::Target,
    workflow::{self, Job, Permissions, Trigger, Workflow},
};

use super::{Facts, Reader};
use crate::judgement::Place;

/// Where a code host looks for workflows.
const FOLDER: &str = ".github/workflows";

/// How many workflows are read; the largest core project has about 40.
const MAX_WORKFLOWS: usize = 500;

/// How many actions are read.
const MAX_ACTIONS: usize = 500;

/// How deep actions that call actions are followed, and callers of workflows; the host itself stops at ten.
const MAX_DEPTH: usize = 10;

/// How many steps of one job are followed.
const MAX_STEPS: usize = 5_000;

/// A workflow and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowFile {
    /// Its path from the top of the repository.
    pub path: String,
    /// What it says.
    pub workflow: Workflow,
}

/// An action and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionFile {
    /// Its path from the top of the repository.
    pub path: String,
    /// What it says.
    pub action: Action,
}

/// A job and the workflow that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct JobAt<'a> {
    /// The workflow.
    pub file: &'a WorkflowFile,
    /// The job.
    pub job: &'a Job,
}

/// A step, of a job or of an action that a job runs.
#[derive(Debug, Clone)]
pub struct StepAt<'a> {
    /// The file that it stands in.
    pub file: &'a str,
    /// The step.
    pub step: &'a Step,
    /// The step that runs the action it is a part of, with its file.
    pub caller: Option<(&'a str, &'a Step)>,
}

/// An event that starts a workflow, itself or one that calls it.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// The file that names the event.
    pub file: &'a str,
    /// The event.
    pub trigger: &'a Trigger,
}

impl ActionFile {
    /// The folder that it is called by.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl<'a> JobAt<'a> {
    /// What its token may do: its own block, or that of the workflow.
    pub fn permissions(&self) -> &'a Permissions {
        self.job.permissions.or(&self.file.workflow.permissions)
    }

    /// A line of its file.
    pub fn place(&self, line: u32) -> Place {
        Place::line(&self.file.path, line)
    }

    /// A condition of the job, without its line; empty where there is none.
    pub fn condition(&self) -> &'a str {
        self.job.condition.as_ref().map_or("", |it| &it.value)
    }
}

impl<'a> StepAt<'a> {
    /// A line of its file.
    pub fn place(&self, line: u32) -> Place {
        Place::line(self.file, line)
    }

    /// What an input of the action around it is given; `None` for a step of a job.
    pub fn given(&self, input: &str) -> Option<(&'a str, &'a Named)> {
        let (file, caller) = self.caller?;
        Some((file, caller.input(input)?))
    }
}

impl Facts {
    /// Every job of every workflow.
    pub fn jobs(&self) -> impl Iterator<Item = JobAt<'_>> {
        self.workflows.iter().flat_map(|file| {
            let jobs = file.workflow.jobs.iter();
            jobs.map(move |job| JobAt { file, job })
        })
    }

    /// The steps of a job in their order, those of local composite actions in the place of the step that runs them.
    pub fn steps<'a>(&'a self, at: &JobAt<'a>) -> Vec<StepAt<'a>> {
        let mut steps = Vec::new();
        let file: &'a WorkflowFile = at.file;
        let job: &'a Job = at.job;
        for step in &job.steps {
            self.follow(
                StepAt {
                    file: &file.path,
                    step,
                    caller: None,
                },
                0,
                &mut steps,
            );
        }
        steps
    }

    fn follow<'a>(&'a self, at: StepAt<'a>, depth: usize, steps: &mut Vec<StepAt<'a>>) {
        if steps.len() >= MAX_STEPS {
            return;
        }
        let (file, step) = (at.file, at.step);
        steps.push(at);
        let called = step
            .uses
            .as_ref()
            .and_then(|uses| self.action(uses.target()));
        let Some(called) = called.filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        for inner in &called.action.steps {
            let at = StepAt {
                file: &called.path,
                step: inner,
                caller: Some((file, step)),
            };
            self.follow(at, depth.saturating_add(1), steps);
        }
    }

    /// The local action that a reference leads to.
    pub fn action(&self, target: Target<'_>) -> Option<&ActionFile> {
        let Target::Local(path) = target else {
            return None;
        };
        self.actions.iter().find(|action| action.folder() == path)
    }

    /// The jobs that call a workflow of this repository.
    pub fn callers<'a>(&'a self, path: &'a str) -> impl Iterator<Item = JobAt<'a>> {
        self.jobs().filter(move |at| {
            let target = at
                .job
                .uses
                .as_ref()
                .map(bartizan_formats::ci::uses::Uses::target);
            target == Some(Target::Local(path))
        })
    }

    /// What starts a workflow: its own events, and those of the workflows that call it.
    pub fn starts<'a>(&'a self, file: &'a WorkflowFile) -> Vec<Start<'a>> {
        let mut starts = Vec::new();
        let mut seen = BTreeSet::new();
        self.gather_starts(file, 0, &mut seen, &mut starts);
        starts
    }

    fn gather_starts<'a>(
        &'a self,
        file: &'a WorkflowFile,
        depth: usize,
        seen: &mut BTreeSet<&'a str>,
        starts: &mut Vec<Start<'a>>,
    ) {
        if depth > MAX_DEPTH || !seen.insert(&file.path) {
            return;
        }
        for trigger in &file.workflow.triggers {
            if trigger.event == "workflow_call" {
                for caller in self.callers(&file.path) {
                    self.gather_starts(caller.file, depth.saturating_add(1), seen, starts);
                }
            } else {
                starts.push(Start {
                    file: &file.path,
                    trigger,
                });
            }
        }
    }

    /// A job and those that it waits for, directly or not, itself first.
    pub fn upstream<'a>(&'a self, at: &JobAt<'a>) -> Vec<JobAt<'a>> {
        let mut found = vec![*at];
        let mut next = 0;
        while let Some(current) = found.get(next).copied() {
            next = next.saturating_add(1);
            for id in &current.job.needs {
                let jobs = &at.file.workflow.jobs;
                let is_new = !found.iter().any(|it| it.job.id == *id);
                let job = jobs.iter().find(|job| job.id == *id).filter(|_| is_new);
                found.extend(job.map(|job| JobAt { file: at.file, job }));
            }
        }
        found
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> Vec<WorkflowFile> {
    let in_folder = |path: &&str| {
        let name = path.strip_prefix(FOLDER).unwrap_or_default();
        name.matches('/').count() == 1 && is_yaml(name)
    };
    let paths: Vec<&str> = reader.under(FOLDER).filter(in_folder).collect();
    if paths.len() > MAX_WORKFLOWS {
        reader.problem(
            FOLDER,
            format!("more than {MAX_WORKFLOWS} workflows; the rest was not read"),
        );
    }
    let mut workflows = Vec::new();
    for path in paths.into_iter().take(MAX_WORKFLOWS) {
        let Some(text) = reader.text(path) else {
            continue;
        };
        match workflow::read(&text) {
            Ok(workflow) => workflows.push(WorkflowFile {
                path: path.to_owned(),
                workflow,
            }),
            Err(error) => reader.problem(path, format!("is no workflow: {error}")),
        }
    }
    workflows
}

pub(super) fn read_actions(reader: &mut Reader<'_>) -> Vec<ActionFile> {
    let is_action = |path: &&String| {
        let name = path.rsplit('/').next();
        name.is_some_and(|name| ["action.yml", "action.yaml"].contains(&name))
    };
    let paths: Vec<String> = reader
        .files
        .iter()
        .filter(is_action)
        .take(MAX_ACTIONS)
        .cloned()
        .collect();
    let mut actions = Vec::new();
    for path in paths {
        let Some(text) = reader.text(&path) else {
            continue;
        };
        match action::read(&text) {
            Ok(action) => actions.push(ActionFile { path, action }),
            Err(error) => reader.problem(&path, format!("is no action: {error}")),
        }
    }
    actions
}

fn is_yaml(name: &str) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending == "yml" || ending == "yaml")
}
