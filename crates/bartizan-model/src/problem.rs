//! Something that could not be read or looked up: data, not a reason to stop.

use std::error::Error;

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

/// An error with its causes in one line: `what: why: why that`. A cause that the text ends with already is not repeated.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        if !text.ends_with(&reason) {
            text.push_str(": ");
            text.push_str(&reason);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said, and the error behind it.
    #[derive(Debug)]
    struct Said(&'static str, Option<Box<Self>>);

    impl std::fmt::Display for Said {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str(self.0)
        }
    }

    impl Error for Said {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|it| it as &(dyn Error + 'static))
        }
    }

    fn check(said: &[&'static str]) -> String {
        let mut reversed = said.iter().rev();
        let last = Said(reversed.next().unwrap(), None);
        chain(&reversed.fold(last, |cause, said| Said(said, Some(Box::new(cause)))))
    }

    #[test]
    fn every_cause_is_told_once() {
        assert_eq!(check(&["disk full"]), "disk full");
        assert_eq!(check(&["what", "why", "why that"]), "what: why: why that");
        assert_eq!(
            check(&["what: why", "why", "why that"]),
            "what: why: why that"
        );
        assert_eq!(check(&["disk full", "disk full"]), "disk full");
    }
}
