//! An entry of Dependabot for actions.

use bartizan_formats::ci::dependabot::Update;

use super::Planner;
use crate::{facts::Facts, release_workflow};

const DEPENDABOT: &str = ".github/dependabot.yml";

/// The lines of a new file that keeps actions up to date.
pub(crate) fn new_updates() -> Vec<String> {
    let mut lines = vec!["version: 2".to_owned(), "updates:".to_owned()];
    lines.extend(entry("  "));
    lines
}

impl Planner<'_> {
    pub(super) fn updates(&mut self, facts: &Facts) {
        let uses_actions = facts
            .uses()
            .iter()
            .any(|(_, uses)| uses.repository().is_some())
            || self.changes.contains_key(release_workflow::FILE);
        let is_broken = facts
            .problems
            .iter()
            .any(|problem| problem.subject.starts_with(".github/dependabot"));
        if facts.renovate.is_some() || !uses_actions || is_broken {
            return;
        }
        let what = "pinned actions are kept up to date";
        let Some((file, updates)) = &facts.updates else {
            return self.put(DEPENDABOT, 1, new_updates(), what);
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
