//! Something that a rule sees on one side of a change.

use bartizan_model::severity::SeverityLevel;

use crate::{kind::Role, rule::Rule};

/// Something seen.
#[derive(Debug, Clone)]
pub struct Sighting<'r> {
    /// The rule that sees it.
    pub rule: &'r Rule,
    /// The file.
    pub path: String,
    /// What the file is for.
    pub role: Role,
    /// The line, from 1; nothing where it is about the file as a whole.
    pub line: Option<u32>,
    /// What is compared: without layout.
    pub snippet: String,
    /// The function around it; empty outside of all.
    pub within: String,
    /// What is said of it.
    pub message: String,
    /// How bad it is; the rule's word unless the rule knows better.
    pub severity: SeverityLevel,
    /// What adds to its weight besides the rule: names and thousandths.
    pub context: Vec<(&'static str, i32)>,
    /// What it opaquely holds.
    pub opaque: Option<Opaque>,
}

/// What nobody can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opaque {
    /// How many bytes.
    pub size: u64,
    /// Whether something else stood at its path before.
    pub is_swapped: bool,
}

/// What a detector says before the engine knows where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The rule, by its id.
    pub(crate) rule: &'static str,
    pub(crate) line: Option<u32>,
    pub(crate) snippet: String,
    /// The function around it; empty where nobody asked.
    pub(crate) within: String,
    pub(crate) message: String,
    /// Where it is other than the rule says.
    pub(crate) severity: Option<SeverityLevel>,
    pub(crate) opaque: Option<Opaque>,
}

impl Seen {
    pub(crate) fn new(
        rule: &'static str,
        line: Option<u32>,
        snippet: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            line,
            snippet: snippet.into(),
            within: String::new(),
            message: message.into(),
            severity: None,
            opaque: None,
        }
    }

    #[must_use]
    pub(crate) fn severity(self, severity: SeverityLevel) -> Self {
        Self {
            severity: Some(severity),
            ..self
        }
    }
}
