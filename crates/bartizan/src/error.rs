//! What stops a command: one line of what and where, one line of what to do.

pub(crate) use bartizan_model::problem::chain;

use crate::exit::Exit;

/// A command cannot go on. It is shown once, by [`crate::run`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The exit code it leads to.
    pub(crate) exit: Exit,
    /// What and where, in lower case without a final stop.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// The user asked for something that cannot be meant.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            hint: None,
        }
    }

    /// A data source is missing, damaged or unreachable.
    pub(crate) fn data(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Data,
            message: message.into(),
            hint: None,
        }
    }

    /// Bartizan itself is at fault.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Internal,
            message: message.into(),
            hint: None,
        }
    }

    /// The same with a remedy.
    #[must_use]
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}
