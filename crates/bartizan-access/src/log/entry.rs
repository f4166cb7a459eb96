//! One thing that happened, and its line.

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use bartizan_formats::digest::Digest;

/// The longest text in an entry.
const LONGEST_TEXT: usize = 2_000;

/// What happens to rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The hosting service says that something happened.
    Delivery,
    /// It says in the same bytes what it had said before, and what was undone since: to be confirmed by a snapshot.
    Repeated,
    /// It, or somebody who captured its words, said again what nothing undid: it was not taken.
    Refused,
    /// A plan was made.
    Planned,
    /// A plan was approved.
    Approved,
    /// A plan that one person approved because it could not wait is about to be applied.
    Emergency,
    /// A plan is about to be applied, or to be undone.
    Started,
    /// A step is about to be done.
    StepBegun,
    /// A step was done.
    StepDone,
    /// A step had been done by others.
    StepFound,
    /// A step is about to be taken back.
    UndoBegun,
    /// A step was taken back.
    UndoDone,
    /// A step had been taken back by others.
    UndoFound,
    /// Applying or undoing stopped before its end.
    Stopped,
    /// Applying or undoing came to its end.
    Finished,
    /// Somebody was told what is about to happen, and asked.
    Noticed,
    /// Somebody who had been told was told again.
    Reminded,
    /// Somebody who was told asked to keep what they have.
    Objected,
    /// A report was signed.
    Reported,
}

impl Event {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Planned => "planned",
            Self::Approved => "approved",
            Self::Emergency => "emergency",
            Self::Started => "started",
            Self::StepBegun => "step-begun",
            Self::StepDone => "step-done",
            Self::StepFound => "step-found",
            Self::UndoBegun => "undo-begun",
            Self::UndoDone => "undo-done",
            Self::UndoFound => "undo-found",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
            Self::Noticed => "noticed",
            Self::Reminded => "reminded",
            Self::Objected => "objected",
            Self::Reported => "reported",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// Who did it: an account, or the hosting service.
    pub by: String,
    /// About whom.
    pub about: Option<String>,
    /// Where: an organisation, a team, a repository.
    pub place: Option<String>,
    /// What it is called elsewhere: the number of a delivery, the step of a plan.
    pub reference: Option<String>,
    /// The digest of what it is about: a plan, the body of a delivery.
    pub content: Option<Digest>,
    /// More of it, in one line.
    pub detail: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    number: u64,
    at: String,
    event: Event,
    by: String,
    about: Option<String>,
    place: Option<String>,
    reference: Option<String>,
    content: Option<Digest>,
    detail: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entry: Body,
    hash: Digest,
}

/// What the hash of an entry is of, beside the hash before it.
pub(super) fn body(entry: &Entry) -> Vec<u8> {
    // Numbers and texts can always be written.
    serde_json::to_vec(&of(entry)).unwrap_or_default()
}

/// The line of an entry, without its end.
pub(super) fn line(entry: &Entry, hash: Digest) -> String {
    let line = Line {
        entry: of(entry),
        hash,
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// Reads a line; none where it is none, or says what no entry says.
pub(super) fn read(text: &[u8]) -> Option<(Entry, Digest)> {
    let Line { entry, hash } = serde_json::from_slice(text).ok()?;
    let texts = [Some(&entry.by), entry.about.as_ref(), entry.place.as_ref()];
    let texts = texts
        .into_iter()
        .chain([entry.reference.as_ref(), Some(&entry.detail)]);
    let is_line = |it: &String| it.len() <= LONGEST_TEXT && !it.chars().any(char::is_control);
    if !texts.flatten().all(is_line) {
        return None;
    }
    let entry = Entry {
        number: entry.number,
        at: entry.at.parse().ok()?,
        event: entry.event,
        by: entry.by,
        about: entry.about,
        place: entry.place,
        reference: entry.reference,
        content: entry.content,
        detail: entry.detail,
    };
    Some((entry, hash))
}

fn of(entry: &Entry) -> Body {
    Body {
        number: entry.number,
        at: entry.at.to_string(),
        event: entry.event,
        by: entry.by.clone(),
        about: entry.about.clone(),
        place: entry.place.clone(),
        reference: entry.reference.clone(),
        content: entry.content,
        detail: entry.detail.clone(),
    }
}
