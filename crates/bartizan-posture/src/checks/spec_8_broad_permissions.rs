//! Whether every workflow starts with a token that can only read.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::workflows::WorkflowFile;
use crate::judgement::{Judgement, Place, Statement, fail};
use bartizan_formats::ci::workflow::{Level, Permissions};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-broad-permissions",
    title: "a workflow does not restrict its token at its top",
    spec: Some("8.6"),
    severity: SeverityLevel::Medium,
    what: "Every workflow states `permissions` before its jobs, with nothing but reading (`contents: read`, or \
              `{}`), and raises them in the job that needs more. `read-all`, anything written at the top, and \
              `write-all` in a job are broader than that.",
    why: "Without the block the default of the repository holds, which may be to write everything; any action of \
              any job then holds that token.",
    remedy: "Put `permissions: {contents: read}` before `jobs:`, and give single permissions to the jobs that need \
              them. `bartizan check --fix` adds the block.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "permissions:\n  contents: read\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-04.01"), osps("OSPS-AC-04.02"), ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.workflows.is_empty() {
        return Judgement::not_applicable("there is no workflow");
    }
    let at_top = facts.workflows.iter().filter_map(of_workflow);
    let in_jobs = facts.jobs().filter_map(|at| match at.job.permissions {
        Permissions::WriteAll(line) => Some(fail(
            format!("the job `{}` may write everything", at.job.id),
            vec![at.place(line)],
        )),
        _ => None,
    });
    Judgement::of(
        at_top.chain(in_jobs).collect(),
        "every workflow starts with a token that can only read",
    )
}

fn of_workflow(file: &WorkflowFile) -> Option<Statement> {
    let message = match &file.workflow.permissions {
        Permissions::Absent => {
            "no `permissions` stand before the jobs, so that the default of the repository holds"
                .to_owned()
        }
        Permissions::ReadAll(_) => "every job may read everything (`read-all`)".to_owned(),
        Permissions::WriteAll(_) => "every job may write everything (`write-all`)".to_owned(),
        Permissions::Unreadable(_) => "`permissions` cannot be understood".to_owned(),
        Permissions::Scopes(_, scopes) => {
            let writes = scopes.iter().find(|scope| scope.level == Level::Write)?;
            let message = format!("`{}: write` is given to every job", writes.name);
            return Some(fail(message, vec![Place::line(&file.path, writes.line)]));
        }
    };
    let line = file
        .workflow
        .permissions
        .line()
        .unwrap_or(file.workflow.jobs_line);
    Some(fail(message, vec![Place::line(&file.path, line)]))
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{of_workflow, only, told};

    #[test]
    fn each_shape_of_permissions_is_judged() {
        let check =
            |text: &str| of_workflow("spec-8-broad-permissions", &format!("on: push\n{text}\n"));
        insta::assert_snapshot!(check("permissions: {}\njobs: {}"), @"pass: every workflow starts with a token that can only read []");
        insta::assert_snapshot!(check("permissions: read-all\njobs: {}"), @"fail: every job may read everything (`read-all`) [w.yml:2]");
        insta::assert_snapshot!(check("jobs: {a: {permissions: write-all}}"), @"
        fail: no `permissions` stand before the jobs, so that the default of the repository holds [w.yml:2]
        fail: the job `a` may write everything [w.yml:2]
        ");
        insta::assert_snapshot!(check("permissions: {contents: write}\njobs: {}"), @"fail: `contents: write` is given to every job [w.yml:2]");
        insta::assert_snapshot!(check("permissions: [x]\njobs: {}"), @"fail: `permissions` cannot be understood [w.yml:2]");
        insta::assert_snapshot!(told("spec-8-broad-permissions", &only(&[("a", "b")])), @"not_applicable: there is no workflow []");
    }
}
