//! Where the access log is kept: one file that only grows, in a folder that only its owner may read.
//!
//! The log is read and believed whole before anything is added, and a line is on the disk before what it speaks of happens.

use std::{
    io,
    path::{Path, PathBuf},
};

use bartizan_access::{
    apply::{Direction, Journal, Note, Phase},
    log::{Entry, Event, LARGEST_LOG, Log, LogError},
};
use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use thiserror::Error;

use crate::private::{self, Held, HeldError};

/// The log in a folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct AccessLog {
    held: Held,
    log: Log,
}

/// Why the log can be neither read nor kept.
#[derive(Debug, Error)]
pub enum AccessLogError {
    /// A file can be neither read nor written.
    #[error("cannot read or write `{}`", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Others may read it.
    #[error("the folder of the access log `{}` can be read by others", path.display())]
    Open {
        /// Where it is.
        path: PathBuf,
    },
    /// The log cannot be believed.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl AccessLog {
    /// Opens a folder, which is made where there is none, and believes its log or nothing.
    pub fn open(folder: &Path) -> Result<Self, AccessLogError> {
        let held = Held::open(folder)?;
        let log = Log::read(&held.log(LARGEST_LOG)?)?;
        Ok(Self { held, log })
    }

    /// Everything that happened, for whoever adds nothing: nobody has to wait until whoever holds the log is ready.
    pub fn read(folder: &Path) -> Result<Log, AccessLogError> {
        private::closed(folder)?;
        let bytes = private::log(folder, LARGEST_LOG)?;
        // The end of a line that is just being written is left for the next reader.
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = end.and_then(|end| bytes.get(..=end)).unwrap_or_default();
        Ok(Log::read(whole)?)
    }

    /// Everything that happened.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Adds what happened, so that it is there after whatever happens next.
    pub fn add(&mut self, entry: Entry) -> Result<(), AccessLogError> {
        let line = self.log.add(entry)?;
        // What could not be written whole is not believed any more: whoever goes on opens the log again.
        Ok(self.held.add(&line)?)
    }

    /// What was written of a plan's steps.
    pub fn notes(&self, plan: Digest) -> Vec<Note> {
        let entries = self.log.entries().iter();
        let of_plan = entries.filter(|it| it.content == Some(plan));
        of_plan.filter_map(|it| note(it, plan)).collect()
    }
}

/// The log as the journal of a plan that somebody applies.
#[derive(Debug)]
pub struct PlanJournal<'a> {
    /// The log.
    pub log: &'a mut AccessLog,
    /// Who applies it.
    pub by: String,
    /// Tells the time.
    pub now: fn() -> Timestamp,
}

impl Journal for PlanJournal<'_> {
    type Error = AccessLogError;

    fn write(&mut self, note: Note) -> Result<(), AccessLogError> {
        let at = (self.now)();
        self.log.add(Entry {
            number: 0,
            at: Timestamp::from_second(at.as_second()).unwrap_or(at),
            event: event(note.direction, note.phase),
            by: self.by.clone(),
            about: None,
            place: None,
            reference: Some(note.step.to_string()),
            content: Some(note.plan),
            detail: String::new(),
        })
    }
}

fn event(direction: Direction, phase: Phase) -> Event {
    match (direction, phase) {
        (Direction::Apply, Phase::Begun) => Event::StepBegun,
        (Direction::Apply, Phase::Done) => Event::StepDone,
        (Direction::Apply, Phase::Found) => Event::StepFound,
        (Direction::Undo, Phase::Begun) => Event::UndoBegun,
        (Direction::Undo, Phase::Done) => Event::UndoDone,
        (Direction::Undo, Phase::Found) => Event::UndoFound,
    }
}

fn note(entry: &Entry, plan: Digest) -> Option<Note> {
    let (direction, phase) = match entry.event {
        Event::StepBegun => (Direction::Apply, Phase::Begun),
        Event::StepDone => (Direction::Apply, Phase::Done),
        Event::StepFound => (Direction::Apply, Phase::Found),
        Event::UndoBegun => (Direction::Undo, Phase::Begun),
        Event::UndoDone => (Direction::Undo, Phase::Done),
        Event::UndoFound => (Direction::Undo, Phase::Found),
        _ => return None,
    };
    Some(Note {
        plan,
        direction,
        step: entry.reference.as_deref()?.parse().ok()?,
        phase,
    })
}

impl From<HeldError> for AccessLogError {
    fn from(error: HeldError) -> Self {
        match error {
            HeldError::Unusable { path, cause } => Self::Unusable { path, cause },
            HeldError::Open { path } => Self::Open { path },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(log: &mut AccessLog, step: usize, phase: Phase) {
        let mut journal = PlanJournal {
            log,
            by: "github:ann".to_owned(),
            now: || Timestamp::UNIX_EPOCH,
        };
        let note = Note {
            plan: Digest::of(b"plan"),
            direction: Direction::Apply,
            step,
            phase,
        };
        journal.write(note).unwrap();
    }

    #[test]
    fn a_journal_is_read_again() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("access");
        let mut log = AccessLog::open(&folder).unwrap();
        write(&mut log, 1, Phase::Begun);
        write(&mut log, 1, Phase::Done);
        write(&mut log, 2, Phase::Begun);
        drop(log);
        assert_eq!(AccessLog::read(&folder).unwrap().entries().len(), 3);
        let log = AccessLog::open(&folder).unwrap();
        let notes = log.notes(Digest::of(b"plan"));
        let steps: Vec<(usize, Phase)> = notes.iter().map(|it| (it.step, it.phase)).collect();
        assert_eq!(
            steps,
            [(1, Phase::Begun), (1, Phase::Done), (2, Phase::Begun)]
        );
        assert!(log.notes(Digest::of(b"another")).is_empty());
        // Whoever only reads does not wait for whoever holds it, and leaves a line alone that is being written.
        let path = folder.join("log.jsonl");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"entry\"")).unwrap();
        assert_eq!(AccessLog::read(&folder).unwrap().entries().len(), 3);
    }

    #[test]
    fn what_was_changed_is_not_believed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("access");
        let mut log = AccessLog::open(&folder).unwrap();
        write(&mut log, 1, Phase::Begun);
        write(&mut log, 1, Phase::Done);
        drop(log);
        let path = folder.join("log.jsonl");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.lines().nth(1).unwrap().to_owned() + "\n").unwrap();
        assert!(matches!(
            AccessLog::open(&folder),
            Err(AccessLogError::Log(LogError::Changed { line: 1 }))
        ));
    }
}
