//! Whether an edited text still says what it said.

use bartizan_formats::ci::{action, dependabot, step::Step, workflow};

use super::Edit;

/// Whether the edited text can be read, and has the jobs, triggers, actions and updates that it had.
pub(super) fn is_sound(edit: &Edit) -> bool {
    let mut lines = edit
        .changes
        .iter()
        .map(|it| (it.before, it.before.saturating_add(it.removed)));
    let mut end = 0;
    if lines.any(|(from, to)| from < std::mem::replace(&mut end, to)) {
        return false;
    }
    let (before, after) = (edit.text.as_deref().unwrap_or_default(), edit.after());
    let name = edit.file.rsplit('/').next().unwrap_or_default();
    if edit.file.contains("/dependabot.") {
        return is_sound_of_updates(before, &after);
    }
    if name.starts_with("action.") {
        let (Ok(before), Ok(after)) = (action::read(before), action::read(&after)) else {
            return false;
        };
        return shape(&before.steps) == shape(&after.steps);
    }
    let (Ok(before), Ok(after)) = (workflow::read(before), workflow::read(&after)) else {
        return false;
    };
    // A workflow that was not there may say anything.
    edit.text.is_none()
        || (of_workflow(&before) == of_workflow(&after)
            && before.triggers.len() == after.triggers.len()
            && before.name == after.name)
}

fn is_sound_of_updates(before: &str, after: &str) -> bool {
    let (Ok(before), Ok(after)) = (dependabot::read(before), dependabot::read(after)) else {
        return false;
    };
    let is_kept = before.iter().all(|old| {
        let same = |new: &dependabot::Update| {
            new.ecosystem == old.ecosystem && new.directories == old.directories
        };
        after.iter().any(same)
    });
    is_kept
        && after
            .iter()
            .any(|it| it.ecosystem == "github-actions" && it.is_grouped)
}

/// What each step runs, whichever release of it.
fn shape(steps: &[Step]) -> Vec<(Option<String>, String)> {
    let of_step = |step: &Step| {
        let uses = step.uses.as_ref();
        let action = uses.map(|uses| uses.text.split('@').next().unwrap_or_default().to_owned());
        (action, step.script().to_owned())
    };
    steps.iter().map(of_step).collect()
}

type Shape = Vec<(String, Option<String>, Vec<(Option<String>, String)>)>;

fn of_workflow(workflow: &workflow::Workflow) -> Shape {
    let jobs = workflow.jobs.iter().map(|job| {
        let called = job.uses.as_ref();
        let called = called.map(|uses| uses.text.split('@').next().unwrap_or_default().to_owned());
        (job.id.clone(), called, shape(&job.steps))
    });
    jobs.collect()
}
