//! A workflow that publishes releases as SPEC 8 describes it, for a package that needs no compiler.

use super::Planner;
use crate::{facts::Facts, release_workflow, releases::publications};
use bartizan_model::assessment::Outcome;
use release_workflow::{ENVIRONMENT, FILE};

impl Planner<'_> {
    /// Writes it where no workflow publishes, nothing is compiled, and every action is known by a full release.
    pub(super) fn release(&mut self, facts: &Facts) {
        if let Some(why) = against(facts) {
            return self.leave(
                FILE,
                1,
                format!("no workflow of releases was written: {why}"),
            );
        }
        let text = match release_workflow::of_pure(&super::pins::known(facts)) {
            Ok(text) => text,
            Err(action) => {
                let why = format!(
                    "no workflow of releases was written: no release of `{action}` is known; give one by `--tags`"
                );
                return self.leave(FILE, 1, why);
            }
        };
        self.put(
            FILE,
            1,
            text.lines().map(str::to_owned).collect(),
            "a workflow that publishes releases",
        );
        let more = format!(
            "written, and not enough alone: create the environment `{ENVIRONMENT}` with reviewers, and register this workflow and \
             environment as a trusted publisher; `bartizan init release` writes what belongs beside it, and lists the rest"
        );
        self.leave(FILE, 1, more);
    }
}

/// What speaks against writing one.
fn against(facts: &Facts) -> Option<String> {
    match publications(facts) {
        Ok(_) => return Some("a workflow of this repository publishes already".to_owned()),
        Err(told) if told.outcome() != Outcome::Unknown => {
            return told.statements().first().map(|it| it.message.clone());
        }
        Err(_) => {}
    }
    if facts.files.iter().any(|path| path == FILE) {
        return Some("there is a file of that name".to_owned());
    }
    release_workflow::against_pure(facts)
}
