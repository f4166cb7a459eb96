//! A block of permissions before the jobs.

use bartizan_formats::ci::workflow::Permissions;

use super::{Planner, actions};
use crate::facts::workflows::WorkflowFile;

impl Planner<'_> {
    /// `permissions: {contents: read}` before the jobs, where no job that has no block of its own may need more.
    pub(super) fn permissions(&mut self, file: &WorkflowFile) {
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
