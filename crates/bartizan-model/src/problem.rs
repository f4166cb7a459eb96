//! Something that could not be read or looked up: data, not a reason to stop.

/// One thing that could not be read. It is listed and counted, never taken for "clean".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// What it concerns: a file, a file and line, an entry of an archive.
    pub subject: String,
    /// What went wrong, as a sentence fragment in lower case without a final stop.
    pub message: String,
    /// What to do next, where something can be done.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            message: message.into(),
            hint: None,
        }
    }

    /// The same problem with a remedy.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}
