//! Changes that a code host is asked to make: as values, so that a plan can be shown before anything is sent.

use bartizan_model::hosting::Seen;
use serde_json::Value;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What it does, for people.
    pub about: &'static str,
    /// How it is sent.
    pub method: Method,
    /// The parts of its path, not encoded.
    pub path: Vec<String>,
    /// What is sent along.
    pub body: Option<Value>,
    /// The permission that it needs, as the documentation of the host has it.
    pub permission: &'static str,
}

/// How a change is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Make it so, whatever it was.
    Put,
    /// Do something.
    Post,
    /// Change some of it.
    Patch,
    /// Take it away.
    Delete,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The status of the answer: 200 and more, below 300.
    pub status: u16,
    /// The answer, where there is one.
    pub answer: Value,
}

/// A host that makes changes.
pub trait ActingHost {
    /// Makes one change, once; why not, where it was not made. That something is not there (any more) is
    /// [`Absent`](bartizan_model::hosting::UnseenKind::Absent).
    fn act(&self, action: &Action) -> Seen<Done>;
}

impl Method {
    /// The word of the protocol.
    pub fn word(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}
