//! What can be mended without judgement: lines that are put into files or stand for others, and nothing else of them changed.
//!
//! A plan is a value; writing it is the shell's business. Every edited text is read again here: what could not be read
//! afterwards, or no longer says the same besides, is left alone and told.

mod actions;
mod hashes;
mod patch;
mod permissions;
mod pins;
mod release;
mod sound;
mod updates;

use std::{collections::BTreeMap, path::Path};

use bartizan_formats::tree::Tree;

use crate::{
    facts::{Facts, MAX_FILE},
    judgement::Place,
};
pub use patch::unified;
pub(crate) use pins::known as known_tags;
pub(crate) use updates::new_updates;

/// Lines that are put before a line of a file, some of whose lines may go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The line, from 1, before which they stand; one more than there are for the end of the file.
    pub before: usize,
    /// How many lines go, from that one on.
    pub removed: usize,
    /// The lines, without their ends.
    pub lines: Vec<String>,
    /// What they are for.
    pub what: String,
}

/// A file with changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its path from the top of the repository.
    pub file: String,
    /// Its text now; `None` where there is no such file.
    pub text: Option<String>,
    /// What is changed, sorted; no two touch the same line.
    pub changes: Vec<Change>,
}

/// What can be mended, and what was left alone for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fixes {
    /// The edits, sorted by file.
    pub edits: Vec<Edit>,
    /// What was left alone, with the reason.
    pub left: Vec<(Place, String)>,
}

/// What is asked for beyond what is always safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// A workflow that publishes releases, where none does.
    pub release_workflow: bool,
}

impl Edit {
    /// The lines of the text now, with their ends.
    fn lines(&self) -> Vec<&str> {
        let text = self.text.as_deref().unwrap_or_default();
        text.split_inclusive('\n').collect()
    }

    /// The lines that a change puts in, with their ends: those of the lines that go, or of the text.
    fn new_lines(&self, change: &Change) -> Vec<String> {
        let text = self.text.as_deref().unwrap_or_default();
        let usual = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let lines = self.lines();
        let from = change.before.saturating_sub(1);
        let old = lines
            .get(from..from.saturating_add(change.removed))
            .unwrap_or_default();
        let new = change.lines.iter().enumerate().map(|(number, line)| {
            let end = old.get(number).map_or(usual, |old| line_end(old));
            format!("{line}{end}")
        });
        new.collect()
    }

    /// The text afterwards.
    pub fn after(&self) -> String {
        let mut lines: Vec<String> = self.lines().into_iter().map(str::to_owned).collect();
        for change in self.changes.iter().rev() {
            let from = change.before.saturating_sub(1).min(lines.len());
            let to = from.saturating_add(change.removed).min(lines.len());
            lines.splice(from..to, self.new_lines(change));
        }
        lines.concat()
    }
}

fn index(line: u32) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

/// How a line ends; the last one of a file may end with nothing.
fn line_end(line: &str) -> &str {
    let at = line.trim_end_matches(['\r', '\n']).len();
    line.get(at..).unwrap_or_default()
}

/// Plans what can be mended of a repository.
pub fn plan(facts: &Facts, tree: &dyn Tree, wanted: Wanted) -> Fixes {
    let mut planner = Planner {
        tree,
        changes: BTreeMap::new(),
        left: Vec::new(),
    };
    for file in &facts.workflows {
        planner.permissions(facts, file);
        planner.hashes(file);
    }
    planner.pins(facts);
    if wanted.release_workflow {
        planner.release(facts);
    }
    planner.updates(facts);
    planner.settled()
}

struct Planner<'a> {
    tree: &'a dyn Tree,
    changes: BTreeMap<String, Vec<Change>>,
    left: Vec<(Place, String)>,
}

impl Planner<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let bytes = self.tree.read(Path::new(path), MAX_FILE).ok()?;
        String::from_utf8(bytes).ok()
    }

    fn put(&mut self, path: &str, before: u32, lines: Vec<String>, what: &str) {
        self.change(
            path,
            Change {
                before: index(before),
                removed: 0,
                lines,
                what: what.to_owned(),
            },
        );
    }

    /// Puts one line in the place of another.
    fn replace(&mut self, path: &str, line: u32, text: String, what: &str) {
        self.change(
            path,
            Change {
                before: index(line),
                removed: 1,
                lines: vec![text],
                what: what.to_owned(),
            },
        );
    }

    fn change(&mut self, path: &str, change: Change) {
        self.changes
            .entry(path.to_owned())
            .or_default()
            .push(change);
    }

    fn leave(&mut self, path: &str, line: u32, why: impl Into<String>) {
        self.left.push((Place::line(path, line), why.into()));
    }

    /// Reads every edited text again.
    fn settled(mut self) -> Fixes {
        let mut fixes = Fixes::default();
        for (file, mut changes) in std::mem::take(&mut self.changes) {
            changes.sort();
            changes.dedup();
            let edit = Edit {
                text: self.text(&file),
                changes,
                file,
            };
            if sound::is_sound(&edit) {
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

#[cfg(test)]
mod tests;
