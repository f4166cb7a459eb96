//! What can be mended without judgement: lines that are put into files, and nothing else of them changed.
//!
//! A plan is a value; writing it is the shell's business. Every edited text is read again here: what could not be read
//! afterwards, or no longer says the same besides, is left alone and told.

mod actions;
mod patch;

use std::{collections::BTreeMap, path::Path};

use bartizan_formats::{
    ci::{
        dependabot::{self, Update},
        step::Step,
        workflow,
        workflow::Permissions,
    },
    tree::Tree,
};

use crate::{
    facts::{Facts, MAX_FILE, publishing::PUBLISH_ACTION, workflows::WorkflowFile},
    judgement::Place,
};
pub use patch::unified;

/// Lines that are put before a line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Insertion {
    /// The line, from 1, that stands behind them afterwards; one more than there are for the end of the file.
    pub before: usize,
    /// The lines, without their ends.
    pub lines: Vec<String>,
    /// What they are for.
    pub what: String,
}

/// A file with lines put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its path from the top of the repository.
    pub file: String,
    /// Its text now; `None` where there is no such file.
    pub text: Option<String>,
    /// What is put in, sorted.
    pub insertions: Vec<Insertion>,
}

/// What can be mended, and what was left alone for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fixes {
    /// The edits, sorted by file.
    pub edits: Vec<Edit>,
    /// What was left alone, with the reason.
    pub left: Vec<(Place, String)>,
}

const DEPENDABOT: &str = ".github/dependabot.yml";

impl Edit {
    /// The text afterwards.
    pub fn after(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        for insertion in self.insertions.iter().rev() {
            let at = insertion.before.saturating_sub(1).min(lines.len());
            let new = insertion.lines.iter().map(|line| format!("{line}{end}"));
            lines.splice(at..at, new);
        }
        lines.concat()
    }
}

/// Plans what can be mended of a repository.
pub fn plan(facts: &Facts, tree: &dyn Tree) -> Fixes {
    let mut planner = Planner {
        tree,
        insertions: BTreeMap::new(),
        left: Vec::new(),
    };
    for file in &facts.workflows {
        planner.permissions(file);
        planner.hashes(file);
    }
    planner.updates(facts);
    planner.settled()
}

struct Planner<'a> {
    tree: &'a dyn Tree,
    insertions: BTreeMap<String, Vec<Insertion>>,
    left: Vec<(Place, String)>,
}

impl Planner<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let bytes = self.tree.read(Path::new(path), MAX_FILE).ok()?;
        String::from_utf8(bytes).ok()
    }

    fn put(&mut self, path: &str, before: u32, lines: Vec<String>, what: &str) {
        let before = usize::try_from(before).unwrap_or(usize::MAX);
        self.insertions
            .entry(path.to_owned())
            .or_default()
            .push(Insertion {
                before,
                lines,
                what: what.to_owned(),
            });
    }

    fn leave(&mut self, path: &str, line: u32, why: impl Into<String>) {
        self.left.push((Place::line(path, line), why.into()));
    }

    /// `permissions: {contents: read}` before the jobs, where no job that has no block of its own may need more.
    fn permissions(&mut self, file: &WorkflowFile) {
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

    /// `print-hash: true` for each step that publishes by PyPA's action.
    fn hashes(&mut self, file: &WorkflowFile) {
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

    fn updates(&mut self, facts: &Facts) {
        let uses_actions = facts
            .uses()
            .iter()
            .any(|(_, uses)| uses.repository().is_some());
        let is_broken = facts
            .problems
            .iter()
            .any(|problem| problem.subject.starts_with(".github/dependabot"));
        if facts.renovate.is_some() || !uses_actions || is_broken {
            return;
        }
        let what = "pinned actions are kept up to date";
        let Some((file, updates)) = &facts.updates else {
            let mut lines = vec!["version: 2".to_owned(), "updates:".to_owned()];
            lines.extend(entry("  "));
            return self.put(DEPENDABOT, 1, lines, what);
        };
        self.extend_updates(file, updates);
    }

    /// An entry at the end of a file of Dependabot, or a group in the entry that is there.
    fn extend_updates(&mut self, file: &str, updates: &[Update]) {
        let Some(text) = self.text(file) else {
            return;
        };
        let what = "pinned actions are kept up to date";
        let lines: Vec<&str> = text.lines().collect();
        let own = updates.iter().find(|it| it.ecosystem == "github-actions");
        let line_of = |line: u32| {
            lines
                .get(usize::try_from(line).unwrap_or_default().saturating_sub(1))
                .copied()
        };
        let first = own
            .or(updates.first())
            .and_then(|it| Some((it.line, line_of(it.line)?)));
        let Some((line, dash)) = first.filter(|(_, text)| text.trim_start().starts_with("- "))
        else {
            return self.leave(
                file,
                1,
                "no entry was put in: the file is not written in block style",
            );
        };
        let indent = dash.len().saturating_sub(dash.trim_start().len());
        let indent = " ".repeat(indent);
        match own {
            Some(own) if own.is_grouped => {}
            Some(_) => {
                let lines = ["groups:", "  actions:", "    patterns: [\"*\"]"];
                let lines = lines.map(|it| format!("{indent}  {it}")).to_vec();
                self.put(
                    file,
                    line.saturating_add(1),
                    lines,
                    "updates of actions in one group",
                );
            }
            None if ends_with_updates(&text) => {
                let end = u32::try_from(lines.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1);
                self.put(file, end, entry(&indent), what);
            }
            None => self.leave(
                file,
                line,
                "no entry was put in: `updates` is not the last key, or the last line has no end",
            ),
        }
    }

    /// Reads every edited text again.
    fn settled(mut self) -> Fixes {
        let mut fixes = Fixes::default();
        for (file, mut insertions) in std::mem::take(&mut self.insertions) {
            insertions.sort();
            let edit = Edit {
                text: self.text(&file),
                insertions,
                file,
            };
            if is_sound(&edit) {
                fixes.edits.push(edit);
            } else {
                self.leave(
                    &edit.file,
                    1,
                    "left alone: the edited text would not say the same besides",
                );
            }
        }
        fixes.left = self.left;
        fixes
    }
}

/// An entry of Dependabot for actions, in one group.
fn entry(indent: &str) -> Vec<String> {
    let lines = [
        "- package-ecosystem: github-actions",
        "  directory: /",
        "  schedule:",
        "    interval: monthly",
        "  groups:",
        "    actions:",
        "      patterns: [\"*\"]",
    ];
    lines.map(|line| format!("{indent}{line}")).to_vec()
}

/// Whether what is put at the end of a text belongs to its `updates`.
fn ends_with_updates(text: &str) -> bool {
    let mut keys = text.lines().rev();
    let last = keys.find(|line| line.starts_with(|it: char| it.is_ascii_alphabetic()));
    text.ends_with('\n') && last.is_some_and(|line| line.starts_with("updates:"))
}

/// Whether the edited text can be read, and has the jobs, triggers and updates that it had.
fn is_sound(edit: &Edit) -> bool {
    let (before, after) = (edit.text.as_deref().unwrap_or_default(), edit.after());
    if edit.file.contains("/dependabot.") {
        let (Ok(before), Ok(after)) = (dependabot::read(before), dependabot::read(&after)) else {
            return false;
        };
        return after.len() >= before.len()
            && after
                .iter()
                .any(|it| it.ecosystem == "github-actions" && it.is_grouped);
    }
    let (Ok(before), Ok(after)) = (workflow::read(before), workflow::read(&after)) else {
        return false;
    };
    let jobs = |workflow: &workflow::Workflow| -> Vec<(String, usize)> {
        workflow
            .jobs
            .iter()
            .map(|job| (job.id.clone(), job.steps.len()))
            .collect()
    };
    jobs(&before) == jobs(&after) && before.triggers.len() == after.triggers.len()
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

#[cfg(test)]
mod tests;
