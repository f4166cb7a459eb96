//! A block of permissions before the jobs.

use bartizan_formats::ci::workflow::{Level, Permissions};

use super::{Planner, actions};
use crate::facts::{
    Facts,
    workflows::{JobAt, WorkflowFile},
};

impl Planner<'_> {
    /// `permissions: {contents: read}` before the jobs, where no job that has no block of its own may need more.
    pub(super) fn permissions(&mut self, facts: &Facts, file: &WorkflowFile) {
        let workflow = &file.workflow;
        if workflow.permissions != Permissions::Absent || workflow.jobs.is_empty() {
            return;
        }
        let mut needy = workflow
            .jobs
            .iter()
            .filter(|job| job.permissions == Permissions::Absent);
        if let Some((line, why)) = needy.find_map(actions::may_write) {
            return self.leave(
                &file.path,
                line,
                format!("no permissions were put in: {why}"),
            );
        }
        if let Some(caller) = facts.callers(&file.path).find(refuses) {
            let why = format!(
                "no permissions were put in: the job `{}` of `{}` calls it and may not read contents, and the host starts no \
                 workflow that asks for more than its caller has",
                caller.job.id, caller.file.path
            );
            return self.leave(&file.path, workflow.jobs_line, why);
        }
        let lines = ["permissions:", "  contents: read", ""];
        let lines = lines.map(str::to_owned).to_vec();
        self.put(
            &file.path,
            workflow.jobs_line,
            lines,
            "a token that can only read",
        );
    }
}

/// Whether a job that calls a workflow holds no right to read contents that it could hand on.
fn refuses(at: &JobAt<'_>) -> bool {
    match at.permissions() {
        Permissions::Scopes(_, scopes) => {
            let mut scopes = scopes.iter();
            !scopes.any(|it| it.name == "contents" && it.level >= Level::Read)
        }
        Permissions::Unreadable(_) => true,
        Permissions::Absent | Permissions::ReadAll(_) | Permissions::WriteAll(_) => false,
    }
}
