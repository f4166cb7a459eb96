//! Hashes of what is published, in the log.

use bartizan_formats::ci::step::Step;

use super::Planner;
use crate::facts::{publishing::PUBLISH_ACTION, workflows::WorkflowFile};

impl Planner<'_> {
    /// `print-hash: true` for each step that publishes by PyPA's action.
    pub(super) fn hashes(&mut self, file: &WorkflowFile) {
        let Some(text) = self.text(&file.path) else {
            return;
        };
        let lines: Vec<&str> = text.lines().collect();
        let steps = file.workflow.jobs.iter().flat_map(|job| &job.steps);
        for step in steps.filter(|step| step.is(PUBLISH_ACTION)) {
            let is_told = ["print-hash", "print_hash"]
                .iter()
                .any(|name| step.input(name).is_some());
            if is_told {
                continue;
            }
            match place_for_input(step, &lines) {
                Some((before, lines)) => self.put(&file.path, before, lines, "hashes in the log"),
                None => self.leave(
                    &file.path,
                    step.line,
                    "`print-hash` was not put in: the step is not written in block style",
                ),
            }
        }
    }
}

/// Where an input of a step is put in: before which line, and the lines.
fn place_for_input(step: &Step, lines: &[&str]) -> Option<(u32, Vec<String>)> {
    let line = |number: u32| {
        lines
            .get(usize::try_from(number).ok()?.checked_sub(1)?)
            .copied()
    };
    let uses = step.uses.as_ref()?;
    if let Some(first) = step.with.first() {
        let text = line(first.line)?;
        let indent = text.len().saturating_sub(text.trim_start().len());
        let is_block = text.trim_start().starts_with(&first.name);
        return is_block.then(|| {
            (
                first.line,
                vec![format!("{}print-hash: true", " ".repeat(indent))],
            )
        });
    }
    let text = line(uses.line)?;
    let at = text.find("uses:")?;
    let is_block = text.get(..at)?.chars().all(|it| matches!(it, ' ' | '-'));
    let indent = " ".repeat(at);
    is_block.then(|| {
        let lines = vec![
            format!("{indent}with:"),
            format!("{indent}  print-hash: true"),
        ];
        (uses.line.saturating_add(1), lines)
    })
}
