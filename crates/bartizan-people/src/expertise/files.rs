//! Who changed which file how often, over the whole history.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use crate::{
    corpus::{PersonNumber, Project, Work},
    history::Change,
};

/// A commit that changes more files at once does something to files, not in them: it reformats, moves, or imports. Only files
/// that come by it count.
const MOST_FILES: usize = 300;

/// What happened to a file.
#[derive(Debug, Clone, Default)]
pub(super) struct FileRecord {
    /// By person.
    pub(super) parts: BTreeMap<PersonNumber, Part>,
    /// Changes that anybody wrote.
    pub(super) changes: u32,
}

/// What somebody did to a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    /// Changes that they wrote.
    pub(super) changes: u32,
    /// Changes of others that they put in.
    pub(super) handled: u32,
    /// Whether they were the first.
    pub(super) is_first: bool,
    /// When they last did something.
    pub(super) last: Option<Timestamp>,
}

/// For each path of the history what happened to the file that is there now; none where there is none.
pub(super) fn records(
    project: &Project,
    is_program: impl Fn(PersonNumber) -> bool,
) -> Vec<Option<FileRecord>> {
    let mut records: Vec<Option<FileRecord>> = vec![None; project.history.paths.len()];
    // Works stand with the newest first.
    for work in project.works.iter().rev() {
        let changes = project.changes(work);
        // All moves first: a file that moved also goes, and another may come where it was.
        let moved: Vec<Option<FileRecord>> =
            changes.iter().map(|it| moved(&mut records, it)).collect();
        for (change, moved) in changes.iter().zip(moved) {
            let Some(place) = records.get_mut(change.path as usize) else {
                continue;
            };
            if change.new.is_none() {
                *place = None;
                continue;
            }
            let before = place.take();
            let record = place.insert(moved.or(before).unwrap_or_default());
            let is_new = record.changes == 0;
            if is_new || changes.len() <= MOST_FILES {
                record.put(work, is_new, &is_program);
            }
        }
    }
    records
}

/// What happened to a file under the name that it had before.
fn moved(records: &mut [Option<FileRecord>], change: &Change) -> Option<FileRecord> {
    let old = change.renamed_from? as usize;
    records.get_mut(old)?.take()
}

impl FileRecord {
    fn put(&mut self, work: &Work, is_new: bool, is_program: &impl Fn(PersonNumber) -> bool) {
        self.changes += 1;
        let writers = std::iter::once(work.author).chain(work.co_authors());
        for writer in writers.filter(|it| !is_program(*it)) {
            let part = self.parts.entry(writer).or_default();
            part.changes += 1;
            part.is_first |= is_new && writer == work.author;
            part.last = part.last.max(work.written);
        }
        let handler = work.by_another();
        let handler = handler.filter(|it| work.co_authors().all(|writer| writer != *it));
        if let Some(handler) = handler.filter(|it| !is_program(*it)) {
            let part = self.parts.entry(handler).or_default();
            part.handled += 1;
            part.last = part.last.max(work.integrated);
        }
    }
}
